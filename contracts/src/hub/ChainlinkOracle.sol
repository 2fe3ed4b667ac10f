// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";

/// @title ChainlinkOracle
/// @notice A market's price from one Chainlink feed that quotes one whole collateral token in whole debt tokens.
/// @dev Warning: on a rollup the sequencer's own uptime feed should be consulted too; this oracle does not.
contract ChainlinkOracle is IPriceOracle {
    AggregatorV3Interface public immutable feed;
    /// @notice An answer older than this, in seconds, is refused.
    uint32 public immutable maxAgeSec;
    /// @notice `priceE36 = answer * scale`.
    uint256 public immutable scale;

    error FeedZero();
    error MaxAgeZero();
    error DecimalsOutOfRange(uint256 collateralDecimals, uint256 debtDecimals, uint256 feedDecimals);
    error AnswerNotPositive(int256 answer);
    error AnswerFromFuture(uint256 updatedAt, uint256 nowSec);
    error AnswerStale(uint256 updatedAt, uint256 nowSec, uint256 maxAgeSec);

    /// @param feed_ Price of one whole collateral token in whole debt tokens.
    /// @param collateralDecimals Decimals of the collateral token.
    /// @param debtDecimals Decimals of the debt token.
    /// @param maxAgeSec_ Oldest answer to trust: the feed's heartbeat and a margin.
    constructor(address feed_, uint8 collateralDecimals, uint8 debtDecimals, uint32 maxAgeSec_) {
        if (feed_ == address(0)) revert FeedZero();
        if (maxAgeSec_ == 0) revert MaxAgeZero();
        feed = AggregatorV3Interface(feed_);
        maxAgeSec = maxAgeSec_;
        uint256 feedDecimals = feed.decimals();
        uint256 up = 36 + uint256(debtDecimals);
        uint256 down = uint256(collateralDecimals) + feedDecimals;
        // 10^77 is the largest power of ten that fits 256 bits.
        if (down > up || up - down > 77) revert DecimalsOutOfRange(collateralDecimals, debtDecimals, feedDecimals);
        scale = 10 ** (up - down);
    }

    /// @inheritdoc IPriceOracle
    /// @dev Reverts with `AnswerNotPositive`, `AnswerFromFuture` or `AnswerStale`.
    function priceE36() external view returns (uint256) {
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        if (answer <= 0) revert AnswerNotPositive(answer);
        if (updatedAt > block.timestamp) revert AnswerFromFuture(updatedAt, block.timestamp);
        if (block.timestamp - updatedAt > maxAgeSec) revert AnswerStale(updatedAt, block.timestamp, maxAgeSec);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(answer) * scale;
    }
}
