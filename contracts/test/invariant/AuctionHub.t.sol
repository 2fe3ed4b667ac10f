// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Auction,
    AuctionStatus,
    FillResult,
    IAuctionHubEvents,
    LegRecord,
    LegStatus
} from "../../src/interfaces/IAuctionHub.sol";
import {
    AuctionId,
    FLAG_TWO_PARTS,
    Fill,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    Leg,
    LegId,
    Plan,
    PlanHash,
    Receipt as PortReceipt,
    ReceiptFill,
    Snapshot
} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";
import {RecordingPort} from "../mocks/RecordingPort.sol";

/// @notice Auctions, plans, arrivals, settlements, releases and receipts in any order, at any price: what must always hold.
contract AuctionHubInvariantTest is HubFixture {
    /// @dev A leg and all that the test has seen of it; records and fills lie encoded, as storage cannot take them otherwise.
    struct Seen {
        AuctionId auctionId;
        PlanHash planHash;
        uint32 spoke;
        bool committed;
        uint256 drawn;
        uint256 credited;
        uint256 collateralSent;
        uint256 refundSent;
        bytes fills;
        bytes record;
        bytes parts;
    }

    AuctionId[] internal auctions;
    Seen[] internal legs;
    uint256 private _nonce;

    function setUp() public override {
        super.setUp();
        _openSome();
        bytes4[] memory actions = new bytes4[](11);
        actions[0] = this.open.selector;
        actions[1] = this.commit.selector;
        actions[2] = this.arrive.selector;
        actions[3] = this.arriveUnknown.selector;
        actions[4] = this.settle.selector;
        actions[5] = this.release.selector;
        actions[6] = this.expire.selector;
        actions[7] = this.close.selector;
        actions[8] = this.dispatch.selector;
        actions[9] = this.moveMarket.selector;
        actions[10] = this.wait_.selector;
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), actions));
    }

    // ------------------------------------------------------------------------------------------------- actions

    function open() external {
        if (auctions.length < 4) _openSome();
    }

    function _openSome() private {
        uint128 debtToCover = uint128(1 + _next(10_000_000)) * UNIT;
        // Between too little collateral and plenty.
        uint128 maxCollateral = uint128(uint256(debtToCover) * 1e36 / PRICE_E36 * (50 + _next(150)) / 100 + 1);
        auctions.push(_open(debtToCover, maxCollateral));
    }

    function commit(uint256 seed) external {
        AuctionId auctionId = _someOpen(seed);
        Auction memory auction = hub.auction(auctionId);
        uint256 left = (auction.debtToCover - auction.debtCovered - auction.reservedDebt) / UNIT;
        if (left < 8 || auction.deadline < block.timestamp + 60) return;
        vm.roll(block.number + 1);
        Fill[] memory fills = _randomFills(left / 2);
        Leg[] memory planned =
            _next(2) == 0 ? _legs(SPOKE_A + uint32(_next(2)), fills) : _legs(fills, _randomFills(left / 2));
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, planned);
        try hub.commitPlan(plan, snapshot, _sign(plan)) {
            for (uint256 i; i < planned.length; ++i) {
                _remember(auctionId, _hash(plan), planned[i].spoke, planned[i].fills, true);
            }
        } catch (bytes memory reason) {
            _onlyIf(reason, IAuctionHubEvents.PlanExceedsCollateral.selector);
        }
    }

    function arrive(uint256 seed) external {
        for (uint256 i; i < legs.length; ++i) {
            Seen storage seen = legs[(seed % legs.length + i) % legs.length];
            if (seen.record.length == 0) return _arriveLeg(seen);
        }
    }

    /// @dev A leg whose plan was signed and called, but never reached the hub.
    function arriveUnknown(uint256 seed) external {
        if (seed % 4 != 0) return this.settle(seed);
        PlanHash planHash = PlanHash.wrap(keccak256(abi.encode("unknown", ++_nonce)));
        _remember(auctions[seed % auctions.length], planHash, SPOKE_A, _randomFills(1000), false);
        _arriveLeg(legs[legs.length - 1]);
    }

    function _arriveLeg(Seen storage seen) private {
        uint256 kind = _next(8);
        seen.credited = kind == 0 ? _next(seen.drawn) : kind == 1 ? seen.drawn + _next(1000) : seen.drawn;
        LegRecord memory record = _arrive(seen.auctionId, seen.planHash, seen.spoke, _fillsOf(seen), seen.credited);
        seen.record = abi.encode(record);
    }

    function settle(uint256 seed) external {
        AuctionId auctionId = _someOpen(seed);
        uint256[] memory chosen = new uint256[](legs.length);
        uint256 count;
        // In the order of their spokes.
        for (uint32 spoke = SPOKE_A; spoke <= SPOKE_B; ++spoke) {
            for (uint256 i; i < legs.length; ++i) {
                if (legs[i].spoke != spoke) continue;
                LegStatus memory leg = _statusOf(legs[i]);
                bool settleable = leg.committed && leg.arrived && !leg.ended && !leg.expired;
                if (legs[i].auctionId == auctionId && settleable && _next(4) != 0) chosen[count++] = i;
            }
        }
        LegRecord[] memory records = new LegRecord[](count);
        for (uint256 i; i < count; ++i) {
            records[i] = abi.decode(legs[chosen[i]].record, (LegRecord));
        }
        try this.settleAndRead(auctionId, records) returns (LegRecord[] memory settled) {
            for (uint256 i; i < count; ++i) {
                legs[chosen[i]].record = abi.encode(settled[i]);
            }
        } catch (bytes memory reason) {
            _onlyIf(reason, IAuctionHubEvents.NothingUsable.selector);
        }
    }

    function settleAndRead(AuctionId auctionId, LegRecord[] memory records) external returns (LegRecord[] memory) {
        _settle(auctionId, records);
        return records;
    }

    function release(uint256 seed) external {
        for (uint256 i; i < legs.length; ++i) {
            Seen storage seen = legs[(seed % legs.length + i) % legs.length];
            if (seen.record.length == 0 || _statusOf(seen).ended) continue;
            try hub.releaseLegs(_one(abi.decode(seen.record, (LegRecord)))) {
                return;
            } catch (bytes memory reason) {
                _onlyIf(reason, IAuctionHubEvents.LegNotReleasable.selector);
            }
        }
    }

    function expire(uint256 seed) external {
        if (legs.length == 0) return;
        Seen storage seen = legs[seed % legs.length];
        LegStatus memory leg = _statusOf(seen);
        if (!leg.committed || leg.arrived || leg.expired) return this.arrive(seed);
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(seen.planHash, seen.spoke);
        try hub.expireLegs(legIds) {}
        catch (bytes memory reason) {
            _onlyIf(reason, IAuctionHubEvents.LegNotExpirable.selector);
        }
    }

    function close(uint256 seed) external {
        if (seed % 3 != 0) return this.commit(seed);
        AuctionId auctionId = _someOpen(seed);
        if (seed % 4 == 0) return source.close(auctionId);
        try hub.closeAuction(auctionId) {}
        catch (bytes memory reason) {
            _onlyIf(reason, IAuctionHubEvents.CallerMayNotClose.selector);
        }
    }

    function dispatch(uint256 seed) external {
        for (uint256 i; i < legs.length; ++i) {
            Seen storage seen = legs[(seed % legs.length + i) % legs.length];
            LegStatus memory leg = _statusOf(seen);
            if (leg.collateralDue && (!leg.refundDue || seed % 2 == 0)) return _dispatchPart(seen, false);
            if (leg.refundDue) return _dispatchPart(seen, true);
        }
    }

    function _dispatchPart(Seen storage seen, bool refund) private {
        try this.dispatchAndRead(refund ? KIND_LEG_REFUNDED : KIND_LEG_SETTLED, seen.record) returns (
            uint256 amount, ReceiptFill[] memory named
        ) {
            (seen.collateralSent, seen.refundSent) = refund ? (seen.collateralSent, amount) : (amount, seen.refundSent);
            seen.parts = abi.encode(_noted(abi.decode(seen.parts, (uint8[])), _fillsOf(seen), named));
        } catch (bytes memory reason) {
            // Only a leg that was credited less than a unit a fill has nothing to send.
            assertTrue(refund && seen.credited < seen.drawn);
            _onlyIf(reason, IAuctionHubEvents.AmountZero.selector);
        }
    }

    function dispatchAndRead(uint8 kind, bytes memory record)
        external
        returns (uint256 amount, ReceiptFill[] memory named)
    {
        RecordingPort.Sent memory sent = _dispatch(kind, _one(abi.decode(record, (LegRecord))));
        PortReceipt memory receipt = this.receiptOf(sent.payload);
        return (sent.amount, receipt.legs[0].fills);
    }

    function moveMarket(uint256 seed) external {
        oracle.set(PRICE_E36 * (50 + seed % 100) / 100);
        AuctionId auctionId = _someOpen(seed);
        if (seed % 2 == 0) source.setQuote(_next(hub.auction(auctionId).debtToCover), type(uint256).max);
        else source.setQuote(type(uint256).max, type(uint256).max);
        // Plans name a fresh price; legs under way keep the old one.
    }

    function wait_(uint256 seed) external {
        vm.warp(block.timestamp + seed % 20 minutes);
    }

    // ---------------------------------------------------------------------------------------------- invariants

    /// @dev One function for all, as each would run the same worlds anew.
    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 128
    /// forge-config: deep.invariant.runs = 8192
    /// forge-config: deep.invariant.depth = 128
    function invariant_TheBooksAreTrue() public view {
        _anAuctionNeverCoversOrGivesTooMuch();
        _reservationsAreThoseOfTheUnresolvedLegs();
        _theHubHoldsWhatItOwesAndTheVaultNothing();
        _anEndedLegIsUsedOrRefundedWhole();
    }

    function _anAuctionNeverCoversOrGivesTooMuch() private view {
        for (uint256 i; i < auctions.length; ++i) {
            Auction memory auction = hub.auction(auctions[i]);
            assertLe(auction.debtCovered, auction.debtToCover);
            assertLe(auction.collateralTaken, auction.maxCollateral);
            assertLe(uint256(auction.debtCovered) + auction.reservedDebt, auction.debtToCover);
        }
    }

    function _reservationsAreThoseOfTheUnresolvedLegs() private view {
        for (uint256 i; i < auctions.length; ++i) {
            uint256 debt;
            uint256 collateral;
            uint256 count;
            bool isOpen = hub.auction(auctions[i]).status == AuctionStatus.Open;
            for (uint256 k; k < legs.length; ++k) {
                if (legs[k].auctionId != auctions[i]) continue;
                LegStatus memory leg = _statusOf(legs[k]);
                bool unresolved = isOpen && leg.committed && !leg.expired && !leg.ended;
                assertTrue(unresolved || leg.reservedDebt == 0 && leg.reservedCollateral == 0);
                if (!unresolved) continue;
                ++count;
                debt += leg.reservedDebt;
                collateral += leg.reservedCollateral;
                assertEq(leg.reservedDebt, legs[k].drawn - _used(legs[k]), "what is left of the leg");
            }
            assertEq(hub.auction(auctions[i]).reservedDebt, debt);
            assertEq(hub.auction(auctions[i]).reservedCollateral, collateral);
            assertEq(hub.unresolvedLegs(auctions[i]).length, count);
        }
    }

    function _theHubHoldsWhatItOwesAndTheVaultNothing() private view {
        uint256 debt;
        uint256 collateral;
        uint256 fees;
        for (uint256 i; i < legs.length; ++i) {
            debt += legs[i].credited - _used(legs[i]) - legs[i].refundSent;
            (uint256 given, uint256 fee) = _collateral(legs[i]);
            collateral += given - legs[i].collateralSent;
            fees += fee;
        }
        uint256 paid = operatorSet.accrued(OPERATORS, address(collateralToken)) + collateralToken.balanceOf(anyone);
        assertEq(debtToken.balanceOf(address(hub)), debt);
        assertEq(collateralToken.balanceOf(address(hub)), collateral + fees - paid);
        assertEq(debtToken.balanceOf(hub.vault()), 0);
        assertEq(collateralToken.balanceOf(hub.vault()), 0);
        assertEq(address(hub).balance, 0);
    }

    function _anEndedLegIsUsedOrRefundedWhole() private view {
        for (uint256 i; i < legs.length; ++i) {
            LegStatus memory leg = _statusOf(legs[i]);
            if (!leg.ended || leg.collateralDue || leg.refundDue) continue;
            if (legs[i].credited >= legs[i].drawn) assertEq(_used(legs[i]) + legs[i].refundSent, legs[i].drawn);
            else assertLe(legs[i].refundSent, legs[i].credited);
            (uint256 given,) = _collateral(legs[i]);
            assertEq(legs[i].collateralSent, given);
            uint8[] memory parts = abi.decode(legs[i].parts, (uint8[]));
            for (uint256 k; k < parts.length; ++k) {
                assertTrue(parts[k] == 1 || parts[k] == 4, "each call ends, once");
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- helpers

    /// @dev A fill in one part counts 1; of two parts each counts 2.
    function _noted(uint8[] memory parts, Fill[] memory fills, ReceiptFill[] memory named)
        private
        pure
        returns (uint8[] memory)
    {
        for (uint256 i; i < named.length; ++i) {
            for (uint256 k; k < fills.length; ++k) {
                if (fills[k].tier == named[i].tier) parts[k] += named[i].flags == FLAG_TWO_PARTS ? 2 : 1;
            }
        }
        return parts;
    }

    function _remember(AuctionId auctionId, PlanHash planHash, uint32 spoke, Fill[] memory fills, bool committed)
        private
    {
        Seen storage seen = legs.push();
        (seen.auctionId, seen.planHash, seen.spoke, seen.committed) = (auctionId, planHash, spoke, committed);
        seen.drawn = _sum(fills);
        seen.fills = abi.encode(fills);
        seen.parts = abi.encode(new uint8[](fills.length));
    }

    function _randomFills(uint256 maxUnits) private returns (Fill[] memory fills) {
        fills = new Fill[](1 + _next(3));
        uint256 tier = _next(4);
        for (uint256 i; i < fills.length; ++i) {
            fills[i] = Fill(uint8(tier), uint128(1 + _next(maxUnits / fills.length + 1)) * UNIT);
            tier += 1 + _next(4);
        }
    }

    /// @dev An open auction, a new one if there is none.
    function _someOpen(uint256 seed) private returns (AuctionId) {
        for (uint256 i; i < auctions.length; ++i) {
            AuctionId auctionId = auctions[(seed % auctions.length + i) % auctions.length];
            if (hub.auction(auctionId).status == AuctionStatus.Open) return auctionId;
        }
        _openSome();
        return auctions[auctions.length - 1];
    }

    function _fillsOf(Seen storage seen) private view returns (Fill[] memory) {
        return abi.decode(seen.fills, (Fill[]));
    }

    function _statusOf(Seen storage seen) private view returns (LegStatus memory) {
        return _status(seen.planHash, seen.spoke);
    }

    function _used(Seen storage seen) private view returns (uint256 used) {
        if (seen.record.length == 0) return 0;
        FillResult[] memory results = abi.decode(seen.record, (LegRecord)).results;
        for (uint256 i; i < results.length; ++i) {
            used += results[i].used;
        }
    }

    function _collateral(Seen storage seen) private view returns (uint256 given, uint256 fee) {
        if (seen.record.length == 0) return (0, 0);
        LegRecord memory record = abi.decode(seen.record, (LegRecord));
        for (uint256 i; i < record.results.length; ++i) {
            given += record.results[i].collateral;
        }
        fee = record.fee;
    }

    function _onlyIf(bytes memory reason, bytes4 expected) private pure {
        assertEq(bytes4(reason), expected, vm.toString(reason));
    }

    function _next(uint256 limit) private returns (uint256) {
        return uint256(keccak256(abi.encode(++_nonce, block.timestamp))) % limit;
    }
}
