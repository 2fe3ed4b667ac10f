// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Vm} from "forge-std/Test.sol";

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {
    Auction,
    AuctionStatus,
    FillResult,
    IAuctionHubEvents,
    LegRecord,
    LegStatus
} from "../../../src/interfaces/IAuctionHub.sol";
import {IBridgePort} from "../../../src/interfaces/IBridgePort.sol";
import {
    AuctionId,
    Fill,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    LegReceipt,
    Receipt as PortReceipt
} from "../../../src/libraries/Types.sol";
import {TransportActions} from "./TransportActions.sol";

/// @notice Anyone settles random subsets of what has arrived, releases, expires, closes, and sends results home part by part.
abstract contract HubActions is TransportActions {
    function settle(uint256 seed) public dice(seed) {
        uint256 offset = _next(legs.length + 1);
        bool wrong = _next(4) == 0;
        for (uint256 i; i < 2 * legs.length; ++i) {
            SeenLeg storage seen = legs[(offset + i) % legs.length];
            if (!seen.arrived || _settleable(seen) == wrong) continue;
            // The rare case first: it came after its expiry, and its auction still goes on.
            if (wrong && i < legs.length && !_isLate(seen)) continue;
            return wrong ? _settleWrongly(seen) : _settle(seen.auctionId);
        }
        this.deliver(seed);
    }

    function release(uint256 seed) public dice(seed) {
        uint256 offset = _next(legs.length + 1);
        for (uint256 i; i < legs.length; ++i) {
            SeenLeg storage seen = legs[(offset + i) % legs.length];
            if (!seen.arrived || seen.ends != 0) continue;
            if (_next(3) == 0) _warpNear(_statusOf(seen).arrivedAt + SETTLE_WINDOW_SEC);
            return _release(seen);
        }
        this.deliver(seed);
    }

    function expire(uint256 seed) public dice(seed) {
        uint256 offset = _next(legs.length + 1);
        // First those whose capital is under way.
        for (uint256 i; i < 2 * legs.length; ++i) {
            SeenLeg storage seen = legs[(offset + i) % legs.length];
            LegStatus memory leg = _statusOf(seen);
            bool planned = leg.committed || leg.lapsed;
            if (!planned || leg.arrived || leg.expired || (i < legs.length && !seen.called)) continue;
            if (_next(2) == 0) _warpNear(plans[seen.plan].callBy + TIMEOUT_SEC);
            return _expire(seen);
        }
        this.commit(seed);
    }

    /// @dev To the second of a limit or to the one before or after it, unless that is long past.
    function _warpNear(uint256 limit) internal {
        limit = limit + 1 - _next(3);
        if (limit > block.timestamp) vm.warp(limit);
    }

    function close(uint256 seed) public dice(seed) {
        if (auctions.length == 0 || _next(3) != 0) return this.settle(seed);
        AuctionId auctionId = auctions[_next(auctions.length)].id;
        Auction memory auction = hub.auction(auctionId);
        if (auction.status != AuctionStatus.Open) return this.settle(seed);
        if (auction.marketId == ESCROW_MARKET && auction.rounds == 0 && _next(4) == 0) {
            vm.prank(seller);
            return escrow.close(auctionId);
        }
        bool over = auction.debtCovered == auction.debtToCover || block.timestamp > auction.deadline;
        if (!over) vm.expectPartialRevert(IAuctionHubEvents.CallerMayNotClose.selector);
        hub.closeAuction(auctionId);
        if (over) ++reached[auction.debtCovered == auction.debtToCover ? "closed covered" : "closed short"];
    }

    function dispatch(uint256 seed) public dice(seed) {
        uint256 offset = _next(legs.length + 1);
        for (uint256 i; i < legs.length; ++i) {
            SeenLeg storage seen = legs[(offset + i) % legs.length];
            LegStatus memory leg = _statusOf(seen);
            if (!leg.ended || !leg.collateralDue && !leg.refundDue) continue;
            bool refund = !leg.collateralDue || leg.refundDue && _next(2) == 0;
            _dispatch(refund ? KIND_LEG_REFUNDED : KIND_LEG_SETTLED, seen.site, _collateralOf(seen.auctionId), false);
            return;
        }
        this.settle(seed);
    }

    // --------------------------------------------------------------------------------------------------- settling

    function _settleable(SeenLeg storage seen) private view returns (bool) {
        LegStatus memory leg = _statusOf(seen);
        return leg.committed && leg.arrived && !leg.ended && !leg.expired
            && hub.auction(seen.auctionId).status == AuctionStatus.Open;
    }

    function _isLate(SeenLeg storage seen) private view returns (bool) {
        return seen.ends == 0 && _statusOf(seen).expired && hub.auction(seen.auctionId).status == AuctionStatus.Open;
    }

    function _settle(AuctionId auctionId) private {
        uint256[] memory chosen = new uint256[](legs.length);
        uint256 count;
        bool all = _next(2) == 0;
        // The price has fallen while the capital was under way: there may not be enough collateral for all of it.
        uint256 k = _collateralOf(auctionId);
        if (_next(3) == 0) oracles[k].set(Math.max(oracles[k].priceE36() * (4 + _next(6)) / 10, _basePriceE36(k) / 4));
        // In the order of their spokes.
        for (uint256 s; s < SITES; ++s) {
            for (uint256 i; i < legs.length; ++i) {
                if (legs[i].site != s || legs[i].auctionId != auctionId || !_settleable(legs[i])) continue;
                if (all || _next(3) != 0) chosen[count++] = i;
            }
        }
        LegRecord[] memory records = new LegRecord[](count);
        for (uint256 i; i < count; ++i) {
            records[i] = _recordOf(legs[chosen[i]]);
        }
        vm.recordLogs();
        try hub.settle(auctionId, records) {
            _noteSettlement(auctionId, vm.getRecordedLogs());
            ++reached["settled"];
        } catch (bytes memory reason) {
            _onlyIf(reason, IAuctionHubEvents.NothingUsable.selector);
            ++reached["nothing usable"];
        }
    }

    /// @dev A leg that has ended, expired or was never committed, or whose auction is over, buys nothing.
    function _settleWrongly(SeenLeg storage seen) private {
        LegStatus memory leg = _statusOf(seen);
        bytes4 refusal = IAuctionHubEvents.LegHasExpired.selector;
        if (!leg.committed) refusal = IAuctionHubEvents.LegNotCommitted.selector;
        if (leg.ended) refusal = IAuctionHubEvents.LegAlreadyEnded.selector;
        if (hub.auction(seen.auctionId).status != AuctionStatus.Open) {
            refusal = IAuctionHubEvents.AuctionNotOpen.selector;
        }
        LegRecord[] memory records = new LegRecord[](1);
        records[0] = _recordOf(seen);
        vm.expectPartialRevert(refusal);
        hub.settle(seen.auctionId, records);
        ++reached["wrong leg refused"];
        if (refusal == IAuctionHubEvents.LegHasExpired.selector) ++reached["late leg refused"];
    }

    function _noteSettlement(AuctionId auctionId, Vm.Log[] memory logs) private {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IAuctionHubEvents.LegSettled.selector) continue;
            SeenLeg storage seen = legs[legOf[LegId.wrap(logs[i].topics[1])] - 1];
            (uint256 priceE36, FillResult[] memory results, uint128 fee, bool ended) =
                abi.decode(logs[i].data, (uint256, FillResult[], uint128, bool));
            LegRecord memory record = _recordOf(seen);
            _noteExchange(seen, record, results, fee, priceE36);
            (record.results, record.fee) = (results, fee);
            seen.record = abi.encode(record);
            if (ended) ++seen.ends;
            ++reached[ended ? "leg used whole" : "leg used in part"];
        }
        assertEq(auctions[auctionOf[auctionId] - 1].covered, hub.auction(auctionId).debtCovered, "covered");
    }

    /// @dev Invariant 2 at its moment: every fill that was used got its premium at the price of this exchange, to one route unit.
    function _noteExchange(
        SeenLeg storage seen,
        LegRecord memory before,
        FillResult[] memory results,
        uint128 fee,
        uint256 priceE36
    ) private {
        SeenAuction storage auction = auctions[auctionOf[seen.auctionId] - 1];
        assertEq(priceE36, oracles[auction.collateral].priceE36(), "the price of the exchange");
        assertEq(seen.credited, seen.drawn, "a leg that came short is not used");
        Fill[] memory fills = _legOf(seen).fills;
        uint256 usedInAll;
        for (uint256 i; i < fills.length; ++i) {
            bool first = before.results.length == 0;
            uint256 used = results[i].used - (first ? 0 : before.results[i].used);
            uint256 collateral = results[i].collateral - (first ? 0 : before.results[i].collateral);
            assertLe(results[i].used, fills[i].amount, "no more than was drawn");
            assertEq(used % unit, 0, "whole units");
            uint256 owed = used * (10_000 + _premiumBps(fills[i].tier)) * 1e36 / (10_000 * priceE36);
            assertLe(collateral, owed, "never above the premium");
            uint256 routeUnit = sites[seen.site].collateralUnit[auction.collateral];
            assertGt(collateral + routeUnit, owed, "less than one route unit below it");
            assertEq(collateral == 0, used == 0, "nothing is used for nothing");
            usedInAll += used;
            auction.taken += collateral;
        }
        assertLe(fee - before.fee, usedInAll * FEE_BPS * 1e36 / (10_000 * priceE36), "operator fee");
        auction.covered += usedInAll;
        auction.taken += fee - before.fee;
        paid += usedInAll;
    }

    // ------------------------------------------------------------------------------------------------- letting go

    function _release(SeenLeg storage seen) internal {
        LegStatus memory leg = _statusOf(seen);
        LegRecord[] memory records = new LegRecord[](1);
        records[0] = _recordOf(seen);
        bool releasable = leg.expired || leg.lapsed || hub.auction(seen.auctionId).status == AuctionStatus.Closed
            || block.timestamp >= leg.arrivedAt + SETTLE_WINDOW_SEC;
        if (!releasable) vm.expectPartialRevert(IAuctionHubEvents.LegNotReleasable.selector);
        hub.releaseLegs(records);
        if (!releasable) return;
        ++seen.ends;
        ++reached[leg.committed ? "released" : leg.lapsed ? "released lapsed" : "released uncommitted"];
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegAlreadyEnded.selector, seen.legId));
        hub.releaseLegs(records);
    }

    function _expire(SeenLeg storage seen) internal {
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = seen.legId;
        bool expirable = block.timestamp > plans[seen.plan].callBy + TIMEOUT_SEC;
        if (!expirable) vm.expectPartialRevert(IAuctionHubEvents.LegNotExpirable.selector);
        hub.expireLegs(legIds);
        if (!expirable) return;
        ++reached["expired"];
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegHasExpired.selector, seen.legId));
        hub.expireLegs(legIds);
    }

    // -------------------------------------------------------------------------------------------------- dispatching

    /// @dev Sends the due parts of some legs of one spoke and token (or all that one message takes) home together.
    /// @return sent Whether anything was sent: what is zero in total does not travel.
    function _dispatch(uint8 kind, uint256 s, uint256 k, bool all) internal returns (bool sent) {
        uint256[] memory chosen = new uint256[](20);
        uint256 count;
        for (uint256 i; i < legs.length && count < chosen.length; ++i) {
            if (_isDue(legs[i], kind, s, k) && (all || count == 0 || _next(2) == 0)) chosen[count++] = i;
        }
        if (count == 0) return false;
        LegRecord[] memory records = new LegRecord[](count);
        bool worthless = true;
        for (uint256 i; i < count; ++i) {
            records[i] = _recordOf(legs[chosen[i]]);
            worthless = worthless && kind == KIND_LEG_REFUNDED && _refundOf(legs[chosen[i]]) == 0;
        }
        if (worthless) {
            vm.expectRevert(IAuctionHubEvents.AmountZero.selector);
            hub.quoteReceipts(kind, records);
            ++reached["refund of nothing"];
            return false;
        }
        _send(kind, s, records);
        return true;
    }

    function _isDue(SeenLeg storage seen, uint8 kind, uint256 s, uint256 k) private view returns (bool) {
        if (seen.site != s || seen.ends == 0) return false;
        LegStatus memory leg = _statusOf(seen);
        if (kind == KIND_LEG_REFUNDED) return leg.refundDue;
        return leg.collateralDue && _collateralOf(seen.auctionId) == k;
    }

    /// @dev What of a leg must come home: all that was not used; where the transport fell short, its share of what came.
    function _refundOf(SeenLeg storage seen) internal view returns (uint256 refund) {
        if (seen.credited == seen.drawn) {
            (uint256 used,,) = _usedOf(seen);
            return seen.drawn - used;
        }
        Fill[] memory fills = _legOf(seen).fills;
        for (uint256 i; i < fills.length; ++i) {
            uint256 share = uint256(fills[i].amount) * seen.credited / seen.drawn;
            refund += share - share % unit;
        }
    }

    function _send(uint8 kind, uint256 s, LegRecord[] memory records) private {
        uint256 feeWei = hub.quoteReceipts(kind, records);
        vm.deal(relayer, feeWei);
        vm.recordLogs();
        vm.prank(relayer);
        hub.dispatchReceipts{value: feeWei}(kind, records, relayer);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IBridgePort.TransferSent.selector) continue;
            (,, bytes memory payload) = abi.decode(logs[i].data, (address, uint256, bytes));
            PortReceipt memory receipt = this.receiptOf(payload);
            _noteDispatch(receipt);
            if (s == 0) _noteReceipt(s, receipt);
        }
        if (records.length > 1) ++reached["receipts of several legs"];
        vm.expectPartialRevert(IAuctionHubEvents.ReceiptAlreadyDispatched.selector);
        hub.dispatchReceipts(kind, records, relayer);
    }

    function _noteDispatch(PortReceipt memory receipt) private {
        for (uint256 i; i < receipt.legs.length; ++i) {
            LegReceipt memory leg = receipt.legs[i];
            SeenLeg storage seen = legs[legOf[leg.legId] - 1];
            uint256 total;
            for (uint256 k; k < leg.fills.length; ++k) {
                total += leg.fills[k].amount;
            }
            if (receipt.kind == KIND_LEG_REFUNDED) {
                assertEq(total, _refundOf(seen), "used + refunded = drawn");
                seen.refundSent += total;
                ++reached["refund dispatched"];
            } else {
                (, uint256 collateral,) = _usedOf(seen);
                assertEq(total, collateral, "all collateral goes home");
                seen.collateralSent += total;
                ++reached["collateral dispatched"];
            }
        }
    }
}
