// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Decimals
/// @notice Converts between the units of a hub token and those of its representation on a spoke.
library Decimals {
    /// @dev Wider gaps are refused when a token is registered, so that no conversion of a `uint128` can overflow.
    uint256 internal constant MAX_GAP = 18;

    /// @notice Local units of `amountHub`, rounded down where the local token is the coarser one.
    function toLocalDown(uint256 amountHub, uint8 hubDecimals, uint8 localDecimals) internal pure returns (uint256) {
        if (localDecimals >= hubDecimals) return amountHub * 10 ** (localDecimals - hubDecimals);
        return amountHub / 10 ** (hubDecimals - localDecimals);
    }

    /// @notice Hub units of `amountLocal`, rounded down where the hub token is the coarser one.
    function toHubDown(uint256 amountLocal, uint8 hubDecimals, uint8 localDecimals) internal pure returns (uint256) {
        return toLocalDown(amountLocal, localDecimals, hubDecimals);
    }

    /// @notice The smallest amount in hub units that is a whole number of local units.
    /// @dev With the arguments exchanged: the smallest amount in local units that is a whole number of hub units.
    function stepHub(uint8 hubDecimals, uint8 localDecimals) internal pure returns (uint256) {
        return localDecimals >= hubDecimals ? 1 : 10 ** (hubDecimals - localDecimals);
    }

    /// @notice True if the two differ by no more than `MAX_GAP`.
    function convertible(uint8 hubDecimals, uint8 localDecimals) internal pure returns (bool) {
        uint256 gap = hubDecimals > localDecimals ? hubDecimals - localDecimals : localDecimals - hubDecimals;
        return gap <= MAX_GAP;
    }
}
