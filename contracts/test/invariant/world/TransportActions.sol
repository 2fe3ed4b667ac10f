// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuctionHubEvents} from "../../../src/interfaces/IAuctionHub.sol";
import {IBridgePort} from "../../../src/interfaces/IBridgePort.sol";
import {CallState, ISpokeEvents, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {
    CapitalDelivered,
    KIND_LEG_SETTLED,
    LegReceipt,
    Receipt as PortReceipt,
    ReceiptFill
} from "../../../src/libraries/Types.sol";
import {OperatorActions} from "./OperatorActions.sol";
import {TestBridgePort} from "./TestBridgePort.sol";

/// @notice The transports deliver in any order, late, short, and again.
abstract contract TransportActions is OperatorActions {
    uint256 private constant ENDS = 4;

    function deliver(uint256 seed) public dice(seed) {
        (TestBridgePort end, uint256 index) = _somewhere(false);
        if (address(end) == address(0)) return this.call(seed);
        uint256 amount = end.inbox(index).amount;
        bool short = amount > 1 && _next(6) == 0;
        if (short) {
            return _deliverShort(end, index, 1 + _next(_next(2) == 0 ? amount - 1 : _min(amount - 1, 2 * unit)));
        }
        _deliver(end, index, amount);
    }

    function deliverAgain(uint256 seed) public dice(seed) {
        (TestBridgePort end, uint256 index) = _somewhere(true);
        if (address(end) == address(0)) return this.deliver(seed);
        TestBridgePort.Parcel memory parcel = end.inbox(index);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.MessageAlreadyConsumed.selector, parcel.messageId));
        end.deliver(index, parcel.amount);

        // A transport that forgets what it has delivered: the hub knows its legs, the spoke its calls.
        bool toHub = end.peer() != 0;
        uint256 credited = _next(3) == 0 && parcel.amount > 1 ? 1 + _next(parcel.amount - 1) : parcel.amount;
        if (toHub) vm.expectPartialRevert(IAuctionHubEvents.LegAlreadyArrived.selector);
        else if (credited < parcel.amount) vm.expectPartialRevert(ISpokeEvents.ReceiptAmountMismatch.selector);
        end.deliverForged(index, credited);
        ++reached["delivered again"];
        if (toHub || credited < parcel.amount) return;
        uint256 s = _siteOf(end);
        for (uint256 token; token < 3; ++token) {
            if (_tokenOf(s, token) == parcel.token) forgedLocal[s][token] += credited;
        }
    }

    // ------------------------------------------------------------------------------------------------ delivering

    /// @dev Some parcel of any end that is, or is not, delivered yet; no end if there is none.
    function _somewhere(bool delivered) internal returns (TestBridgePort, uint256) {
        uint256 first = _next(ENDS);
        for (uint256 e; e < ENDS; ++e) {
            TestBridgePort end = _end((first + e) % ENDS);
            uint256 length = end.inboxLength();
            uint256 offset = _next(length + 1);
            for (uint256 i; i < length; ++i) {
                uint256 index = (offset + i) % length;
                if (end.inbox(index).delivered == delivered) return (end, index);
            }
        }
        return (TestBridgePort(address(0)), 0);
    }

    function _end(uint256 e) internal view returns (TestBridgePort) {
        Site storage site = sites[1 + e / 2];
        return e % 2 == 0 ? site.hubEnd : site.spokeEnd;
    }

    function _siteOf(TestBridgePort end) private view returns (uint256) {
        return end == sites[1].hubEnd || end == sites[1].spokeEnd ? 1 : 2;
    }

    function _deliver(TestBridgePort end, uint256 index, uint256 credited) internal {
        TestBridgePort.Parcel memory parcel = end.inbox(index);
        end.deliver(index, credited);
        if (end.peer() == 0) {
            _noteReceipt(_siteOf(end), this.receiptOf(parcel.payload));
            ++reached["receipt delivered"];
            return;
        }
        CapitalDelivered memory message = this.capitalOf(parcel.payload);
        SeenLeg storage seen = legs[legOf[message.legId] - 1];
        assertEq(keccak256(_recordOf(seen).message), keccak256(parcel.payload), "the message is what was called");
        assertEq(parcel.amount, seen.drawn, "with its value");
        _noteArrival(seen, credited);
        ++reached["capital delivered"];
    }

    /// @dev The hub takes what comes; a spoke refuses a receipt that is worth more than what came, until it comes whole.
    function _deliverShort(TestBridgePort end, uint256 index, uint256 credited) private {
        if (end.peer() != 0) {
            ++reached["capital delivered short"];
            return _deliver(end, index, credited);
        }
        vm.expectPartialRevert(ISpokeEvents.ReceiptAmountMismatch.selector);
        end.deliver(index, credited);
        ++reached["short receipt refused"];
    }

    // --------------------------------------------------------------------------------------------------- receipts

    /// @dev A receipt has reached its spoke: each of its fills is recorded there, as it says.
    function _noteReceipt(uint256 s, PortReceipt memory receipt) internal {
        bool settled = receipt.kind == KIND_LEG_SETTLED;
        uint256 token;
        if (settled) token = receipt.token == address(collateralTokens[0]) ? 1 : 2;
        for (uint256 i; i < receipt.legs.length; ++i) {
            LegReceipt memory leg = receipt.legs[i];
            for (uint256 k; k < leg.fills.length; ++k) {
                _noteFill(s, token, leg.fills[k]);
            }
        }
    }

    function _noteFill(uint256 s, uint256 token, ReceiptFill memory fill) private {
        uint256 amountLocal = token == 0 ? _toLocal(s, fill.amount) : _collateralToLocal(s, token - 1, fill.amount);
        cameInLocal[s][fill.tier][token] += amountLocal;
        if (token == 0) home[s] += fill.amount;
        CallState memory made = sites[s].spoke.call(BASKET, fill.tier, fill.gen);
        assertTrue(token == 0 ? made.refundSeen : made.collateralSeen, "recorded");
        PoolState memory pool = sites[s].spoke.pool(BASKET, fill.tier);
        if (pool.finalized <= fill.gen) ++reached["result out of order"];
        if (fill.flags != 0) ++reached["result in two parts"];
    }

    function _min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
