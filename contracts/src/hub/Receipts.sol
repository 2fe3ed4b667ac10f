// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FillResult} from "../interfaces/IAuctionHub.sol";
import {CapitalFill, FLAG_TWO_PARTS, KIND_LEG_SETTLED, LegId, LegReceipt, ReceiptFill} from "../libraries/Types.sol";

/// @title Receipts
/// @notice What an ended leg sends home: collateral for what was used, a refund for the rest. Pure.
/// @dev Every fill stands in at least one of the two messages, or its call would never end on the spoke: one that was
/// neither used nor can be refunded (credited too little) stands in the refund with zero.
library Receipts {
    /// @notice Sum of the fills' amounts, hub units.
    function drawn(CapitalFill[] memory fills) internal pure returns (uint256 sum) {
        for (uint256 i; i < fills.length; ++i) {
            sum += fills[i].amount;
        }
    }

    /// @notice What each fill gets back: what of it was not used. Where the transport credited less than was drawn nothing is
    /// ever used, and each gets `floor(amount * credited / drawn)`, floored to `unit`. A surplus counts as not there.
    function refunds(CapitalFill[] memory fills, FillResult[] memory results, uint256 credited, uint256 unit)
        internal
        pure
        returns (uint128[] memory amounts, uint128 total)
    {
        amounts = new uint128[](fills.length);
        uint256 sum = drawn(fills);
        for (uint256 i; i < fills.length; ++i) {
            uint256 amount = fills[i].amount - results[i].used;
            if (credited < sum) {
                amount = Math.mulDiv(fills[i].amount, credited, sum);
                amount -= amount % unit;
            }
            // At most the fill's own amount; the total at most what was credited.
            // forge-lint: disable-next-line(unsafe-typecast)
            amounts[i] = uint128(amount);
            total += amounts[i];
        }
    }

    /// @notice Which of the two messages a leg with these results sends.
    function partsOf(FillResult[] memory results, uint128[] memory refunded)
        internal
        pure
        returns (bool hasCollateral, bool hasRefund)
    {
        for (uint256 i; i < results.length; ++i) {
            (bool collateral, bool refund) = _parts(results[i], refunded[i]);
            hasCollateral = hasCollateral || collateral;
            hasRefund = hasRefund || refund;
        }
    }

    /// @notice The leg's entry in a message of `kind`, and the sum of its amounts.
    function receiptOf(
        uint8 kind,
        LegId legId,
        CapitalFill[] memory fills,
        FillResult[] memory results,
        uint128[] memory refunded
    ) internal pure returns (LegReceipt memory receipt, uint128 total) {
        receipt.legId = legId;
        receipt.fills = new ReceiptFill[](_count(kind, results, refunded));
        uint256 next;
        for (uint256 i; i < fills.length; ++i) {
            (bool collateral, bool refund) = _parts(results[i], refunded[i]);
            if (!(kind == KIND_LEG_SETTLED ? collateral : refund)) continue;
            uint128 amount = kind == KIND_LEG_SETTLED ? results[i].collateral : refunded[i];
            receipt.fills[next++] = ReceiptFill({
                tier: fills[i].tier, gen: fills[i].gen, amount: amount, flags: collateral && refund ? FLAG_TWO_PARTS : 0
            });
            total += amount;
        }
    }

    function _count(uint8 kind, FillResult[] memory results, uint128[] memory refunded)
        private
        pure
        returns (uint256 count)
    {
        for (uint256 i; i < results.length; ++i) {
            (bool collateral, bool refund) = _parts(results[i], refunded[i]);
            if (kind == KIND_LEG_SETTLED ? collateral : refund) ++count;
        }
    }

    function _parts(FillResult memory result, uint128 refunded) private pure returns (bool collateral, bool refund) {
        collateral = result.used != 0;
        refund = refunded != 0 || !collateral;
    }
}
