// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IPriceOracle
/// @notice A market's price; it belongs to the market and is its source's choice.
interface IPriceOracle {
    /// @notice Debt-token value of one smallest unit of collateral, in smallest debt units, times 1e36.
    /// @dev Reverts when there is no price to trust (stale, zero, negative). Convention of Morpho Blue's oracles.
    function priceE36() external view returns (uint256);
}
