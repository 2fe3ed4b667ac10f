// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IPriceOracle
/// @notice A market's price; the hub's owner names it when the market is created, for good.
interface IPriceOracle {
    /// @notice Debt-token value of one smallest unit of collateral, in smallest debt units, times 1e36.
    /// @dev Reverts when there is no price to trust (stale, zero, negative). Convention of Morpho Blue's oracles.
    function priceE36() external view returns (uint256);
}
