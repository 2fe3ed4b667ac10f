// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";

/// @title ChainlinkOracle
/// @notice A market's price from one Chainlink feed that quotes one whole collateral token in whole debt tokens.
/// On a rollup it also asks the sequencer's uptime feed: while the sequencer is down, and for a grace period after, a price
/// may be old news that only some could act on.
/// Warning: a feed that stops at a lowest or highest answer, and goes on giving it while the market is beyond, is believed.
/// @dev Source: Chainlink, "L2 Sequencer Uptime Feeds": the answer is 0 while it is up, `startedAt` is when that began, and zero
/// before the feed's first round.
contract ChainlinkOracle is IPriceOracle {
    AggregatorV3Interface public immutable feed;
    /// @notice An answer older than this, in seconds, is refused.
    uint32 public immutable maxAgeSec;
    /// @notice The sequencer's uptime feed; zero on a chain without a sequencer.
    AggregatorV3Interface public immutable sequencerFeed;
    /// @notice No price until the sequencer has been up for longer than this, seconds.
    uint32 public immutable sequencerGraceSec;
    /// @notice `priceE36 = answer * scale`.
    uint256 public immutable scale;

    error FeedZero();
    error MaxAgeZero();
    error DecimalsOutOfRange(uint256 collateralDecimals, uint256 debtDecimals, uint256 feedDecimals);
    error AnswerNotPositive(int256 answer);
    error AnswerFromFuture(uint256 updatedAt, uint256 nowSec);
    error SequencerDown();
    error SequencerUpTooShortly(uint256 upSinceSec, uint256 nowSec, uint256 graceSec);
    error AnswerStale(uint256 updatedAt, uint256 nowSec, uint256 maxAgeSec);

    /// @param feed_ Price of one whole collateral token in whole debt tokens.
    /// @param collateralDecimals Decimals of the collateral token.
    /// @param debtDecimals Decimals of the debt token.
    /// @param maxAgeSec_ Oldest answer to trust: the feed's heartbeat and a margin.
    /// @param sequencerFeed_ The chain's sequencer uptime feed; zero where there is no sequencer.
    /// @param sequencerGraceSec_ Time for borrowers to act once the sequencer is up again; not read without a feed.
    constructor(
        address feed_,
        uint8 collateralDecimals,
        uint8 debtDecimals,
        uint32 maxAgeSec_,
        address sequencerFeed_,
        uint32 sequencerGraceSec_
    ) {
        if (feed_ == address(0)) revert FeedZero();
        if (maxAgeSec_ == 0) revert MaxAgeZero();
        feed = AggregatorV3Interface(feed_);
        maxAgeSec = maxAgeSec_;
        sequencerFeed = AggregatorV3Interface(sequencerFeed_);
        sequencerGraceSec = sequencerGraceSec_;
        uint256 feedDecimals = feed.decimals();
        uint256 up = 36 + uint256(debtDecimals);
        uint256 down = uint256(collateralDecimals) + feedDecimals;
        // 10^77 is the largest power of ten that fits 256 bits.
        if (down > up || up - down > 77) revert DecimalsOutOfRange(collateralDecimals, debtDecimals, feedDecimals);
        scale = 10 ** (up - down);
    }

    /// @inheritdoc IPriceOracle
    /// @dev Reverts with `SequencerDown`, `SequencerUpTooShortly`, `AnswerNotPositive`, `AnswerFromFuture` or `AnswerStale`.
    function priceE36() external view returns (uint256) {
        if (address(sequencerFeed) != address(0)) _requireSequencer();
        (, int256 answer,, uint256 updatedAt,) = feed.latestRoundData();
        if (answer <= 0) revert AnswerNotPositive(answer);
        if (updatedAt > block.timestamp) revert AnswerFromFuture(updatedAt, block.timestamp);
        if (block.timestamp - updatedAt > maxAgeSec) revert AnswerStale(updatedAt, block.timestamp, maxAgeSec);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(answer) * scale;
    }

    function _requireSequencer() private view {
        (, int256 answer, uint256 startedAt,,) = sequencerFeed.latestRoundData();
        if (answer != 0 || startedAt == 0) revert SequencerDown();
        if (block.timestamp <= startedAt + sequencerGraceSec) {
            revert SequencerUpTooShortly(startedAt, block.timestamp, sequencerGraceSec);
        }
    }
}
