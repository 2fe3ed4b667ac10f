// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title AggregatorV3Interface
/// @notice The part of Chainlink's price feed interface that ALA reads.
interface AggregatorV3Interface {
    function decimals() external view returns (uint8);

    /// @return roundId Number of the last round.
    /// @return answer The price, in units of 10^-decimals.
    /// @return startedAt Seconds.
    /// @return updatedAt When the answer was written, seconds.
    /// @return answeredInRound Deprecated by Chainlink.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
