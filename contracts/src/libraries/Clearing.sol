// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Clearing
/// @notice The formulas that clearing and settlement share (protocol, "Clearing", rules 1, 4 and 5); one division each, rounded
/// down. `priceE36` is the debt-token value of one smallest unit of collateral, times 1e36. `shared/src/clearingMath.ts` has
/// the same under the same names; `test/vectors/clearings.json` holds both to it.
/// @dev Amounts below 2^128 and prices below 2^240 neither overflow nor revert, but for `demandDown` when the collateral is
/// worth 2^256 and more.
library Clearing {
    uint256 private constant BPS = 10_000;
    uint256 private constant E36 = 1e36;

    /// @notice How much debt can be covered at a premium with what is left, floored to `unit`.
    function demandDown(
        uint256 debtLeft,
        uint256 collateralLeft,
        uint256 priceE36,
        uint256 premiumBps,
        uint256 operatorFeeBps,
        uint256 unit
    ) internal pure returns (uint256 demand) {
        uint256 payoutBps = BPS + premiumBps + operatorFeeBps;
        demand = Math.min(debtLeft, Math.mulDiv(collateralLeft * BPS, priceE36, E36 * payoutBps));
        demand -= demand % unit;
    }

    /// @notice Collateral that the LPs get for `amount` of debt.
    function collateralDown(uint256 amount, uint256 premiumBps, uint256 priceE36) internal pure returns (uint256) {
        return Math.mulDiv(amount * (BPS + premiumBps), E36, BPS * priceE36);
    }

    /// @notice Collateral that the operators get for `amount` of debt.
    function feeDown(uint256 amount, uint256 operatorFeeBps, uint256 priceE36) internal pure returns (uint256) {
        return Math.mulDiv(amount * operatorFeeBps, E36, BPS * priceE36);
    }

    /// @notice Divides `demand`, which is less than all of `available` together, pro rata: each gets its floored share, and
    /// what is left goes out one `unit` each, largest remainder first, ties to the lower index (spoke order, where the
    /// caller keeps it). Who has nothing available gets nothing.
    /// @param available Multiples of `unit`, below 2^128.
    /// @param demand Multiple of `unit`.
    /// @dev The rest is less than `available.length` units, so the pass costs at most the square of the length.
    function proRata(uint256[] memory available, uint256 demand, uint256 unit)
        internal
        pure
        returns (uint256[] memory given)
    {
        uint256 supply = 0;
        for (uint256 i = 0; i < available.length; ++i) {
            supply += available[i];
        }
        given = new uint256[](available.length);
        uint256[] memory remainders = new uint256[](available.length);
        uint256 left = demand;
        for (uint256 i = 0; i < available.length; ++i) {
            uint256 share = available[i] * demand / supply;
            given[i] = share - share % unit;
            remainders[i] = available[i] * demand - given[i] * supply;
            left -= given[i];
        }
        for (; left != 0; left -= unit) {
            uint256 next = _largest(remainders);
            given[next] += unit;
            remainders[next] = 0;
        }
    }

    /// @dev Index of the largest value, the first of equals.
    function _largest(uint256[] memory values) private pure returns (uint256 index) {
        for (uint256 i = 1; i < values.length; ++i) {
            if (values[i] > values[index]) index = i;
        }
    }
}
