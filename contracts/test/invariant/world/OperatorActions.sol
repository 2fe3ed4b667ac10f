// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuctionHubEvents, LegRecord, LegStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {BidState, ISpokeEvents, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../../src/libraries/MessageCodec.sol";
import {PlanHashing} from "../../../src/libraries/PlanHash.sol";
import {
    AuctionId,
    CapitalDelivered,
    CapitalFill,
    Fill,
    Leg,
    LegId,
    Plan,
    PlanHash,
    PlanHeader,
    Snapshot
} from "../../../src/libraries/Types.sol";
import {PlanMaking} from "./PlanMaking.sol";

/// @notice Operators sign plans ({PlanMaking}); anyone commits them and calls their capital, in either order, in time or late.
abstract contract OperatorActions is PlanMaking {
    function sign(uint256 seed) public dice(seed) {
        _signSome();
    }

    function commit(uint256 seed) public dice(seed) {
        uint256 index = _nextInChain();
        if (index == plans.length) return _signSome();
        _commit(index);
    }

    function call(uint256 seed) public dice(seed) {
        uint256 offset = _next(legs.length + 1);
        bool late = _next(8) == 0;
        for (uint256 i; i < legs.length; ++i) {
            uint256 index = (offset + i) % legs.length;
            bool open = !legs[index].called && block.timestamp <= plans[legs[index].plan].callBy;
            if (open == late) continue;
            if (open && _next(8) == 0) vm.warp(plans[legs[index].plan].callBy + _next(2));
            return _call(index);
        }
        _signSome();
    }

    // ------------------------------------------------------------------------------------------------- signing

    function _signSome() internal {
        _forgetLegs();
        if (legs.length >= MAX_LEGS || auctions.length == 0) return _placeSome();
        if (_next(2) == 0) _abandonLate();
        uint256 a = _next(auctions.length);
        for (uint256 i; i < auctions.length && !_isOpen(auctions[a].id); ++i) {
            a = (a + 1) % auctions.length;
        }
        bool honest = _next(4) != 0;
        // A dishonest quorum also plans for auctions that are over.
        if (!honest && _next(3) == 0) a = _next(auctions.length);
        if (honest && !_isOpen(auctions[a].id)) return _placeSome();
        vm.roll(block.number + 1);
        AuctionId auctionId = auctions[a].id;
        Leg[] memory planned = honest ? _clear(auctionId) : _anyLegs(auctionId);
        if (planned.length == 0) return _placeSome();
        bool first = _nextInChain() == plans.length;
        uint256 index = _sign(auctionId, planned);
        if (!first || _next(4) == 0) return;
        _commit(index);
        if (honest) assertTrue(plans[index].state == PlanState.Committed, "an honest plan is taken at once");
    }

    /// @dev A full list makes room: legs that have come to their end, and auctions without legs, leave it.
    function _forgetLegs() private {
        if (legs.length < MAX_LEGS) return;
        for (uint256 i = legs.length; i != 0; --i) {
            SeenLeg storage seen = legs[i - 1];
            LegStatus memory leg = _statusOf(seen);
            // A plan that is still to come would lapse, and count its legs.
            bool planned = leg.committed || leg.lapsed || plans[seen.plan].state == PlanState.Signed;
            bool never = !seen.called && block.timestamp > plans[seen.plan].callBy && (leg.expired || !planned);
            if (!never && (!leg.ended || leg.collateralDue || leg.refundDue || !_landed(seen))) continue;
            (uint256 used, uint256 given, uint256 fee) = _usedOf(seen);
            forgottenDebt += seen.credited - used - seen.refundSent;
            forgottenFees[_collateralOf(seen.auctionId)] += given + fee - seen.collateralSent;
            delete legOf[seen.legId];
            legs[i - 1] = legs[legs.length - 1];
            legs.pop();
            if (i <= legs.length) legOf[legs[i - 1].legId] = i;
        }
    }

    /// @dev Past the `callBy` of the first plan that is not committed, operators may sign another one in its place.
    function _abandonLate() private {
        uint256 index = _nextInChain();
        if (index == plans.length || block.timestamp <= plans[index].callBy) return;
        for (uint256 i; i < plans.length; ++i) {
            if (plans[i].state == PlanState.Signed) plans[i].state = PlanState.Abandoned;
        }
        ++reached["plans abandoned"];
    }

    /// @dev The signed plan that may be committed next; `plans.length` if none.
    function _nextInChain() internal view returns (uint256 index) {
        PlanHash head = hub.headOf(BASKET);
        for (; index < plans.length; ++index) {
            if (plans[index].state == PlanState.Signed && plans[index].prev == head) return index;
        }
    }

    // ---------------------------------------------------------------------------------------------- committing

    function _commit(uint256 index) internal {
        SeenPlan storage seen = plans[index];
        uint32 rounds = hub.auction(seen.auctionId).rounds;
        Plan memory plan = abi.decode(seen.plan, (Plan));
        Snapshot memory snapshot = abi.decode(seen.snapshot, (Snapshot));
        bytes[] memory signatures = abi.decode(seen.signatures, (bytes[]));
        try hub.commitPlan(plan, snapshot, signatures) {
            bool committed = hub.auction(seen.auctionId).rounds != rounds;
            seen.state = committed ? PlanState.Committed : PlanState.Lapsed;
            ++reached[committed ? "plan committed" : "plan lapsed"];
        } catch (bytes memory reason) {
            // It may fit later, or lapse; or the operators give it up.
            bytes4 selector = bytes4(reason);
            assertTrue(
                selector == IAuctionHubEvents.PlanExceedsDebt.selector
                    || selector == IAuctionHubEvents.PlanExceedsCollateral.selector
                    || selector == IAuctionHubEvents.PlanExceedsInFlight.selector
                    || selector == IAuctionHubEvents.PriceOutOfTolerance.selector,
                vm.toString(reason)
            );
            ++reached["plan refused"];
            // Either a better moment comes, or its time passes.
            if (_next(2) == 0 && block.timestamp <= seen.callBy) vm.warp(seen.callBy + 1);
            return;
        }
        assertTrue(hub.headOf(BASKET) == seen.hash, "every plan taken becomes the head");
        // A plan is taken once.
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PrevPlanMismatch.selector, seen.hash, plan.prevPlan));
        hub.commitPlan(plan, snapshot, signatures);
    }

    // ------------------------------------------------------------------------------------------------- calling

    /// @dev Calls the leg, or sees it refused for the one reason that there is.
    function _call(uint256 index) internal {
        SeenLeg storage seen = legs[index];
        SeenPlan storage plan = plans[seen.plan];
        LiquiditySpokeCall memory args;
        (args.header, args.hashes) = _headerOf(plan);
        args.leg = _legOf(seen);
        args.signatures = abi.decode(plan.signatures, (bytes[]));
        uint256 feeWei = sites[seen.site].spoke.quoteCall(args.header, args.leg);
        bytes4 refusal = _refusal(seen, plan.callBy, args.leg.fills);
        if (refusal != 0) {
            vm.deal(relayer, feeWei);
            vm.expectPartialRevert(refusal);
            vm.prank(relayer);
            sites[seen.site].spoke.callCapital{value: feeWei}(
                args.header, args.hashes, args.leg, args.signatures, relayer
            );
            ++reached["call refused"];
            return;
        }
        _draw(seen, args, feeWei);
        ++reached["called"];
    }

    struct LiquiditySpokeCall {
        PlanHeader header;
        bytes32[] hashes;
        Leg leg;
        bytes[] signatures;
    }

    function _refusal(SeenLeg storage seen, uint64 callBy, Fill[] memory fills) private view returns (bytes4) {
        if (block.timestamp > callBy) return ISpokeEvents.CallExpired.selector;
        if (seen.called) return ISpokeEvents.LegAlreadyCalled.selector;
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].amount > sites[seen.site].spoke.pool(BASKET, fills[i].tier).assets) {
                return ISpokeEvents.PoolTooSmall.selector;
            }
        }
        Site storage site = sites[seen.site];
        uint256 flying = uint256(site.spoke.inFlight(BASKET)) + _sum(fills);
        if (flying > site.spoke.basketParams(BASKET).maxInFlight) return ISpokeEvents.InFlightAboveCap.selector;
        return 0;
    }

    function _draw(SeenLeg storage seen, LiquiditySpokeCall memory args, uint256 feeWei) private {
        Site storage site = sites[seen.site];
        PoolState[] memory before = new PoolState[](args.leg.fills.length);
        for (uint256 i; i < before.length; ++i) {
            uint8 tier = args.leg.fills[i].tier;
            before[i] = site.spoke.pool(BASKET, tier);
            unowned[seen.site][tier][before[i].gens] = before[i].shares - _ownedShares(seen.site, tier);
        }
        seen.called = true;
        calledLeg[seen.site][uint40(uint256(LegId.unwrap(seen.legId)))] = seen.legId;
        calledAtSec[seen.legId] = block.timestamp;
        LegRecord memory record;
        record.message = _messageOf(seen, args.leg.fills, before);
        seen.record = abi.encode(record);
        uint256 surplus = _next(2);
        vm.deal(relayer, feeWei + surplus);
        vm.prank(relayer);
        site.spoke.callCapital{value: feeWei + surplus}(args.header, args.hashes, args.leg, args.signatures, relayer);
        assertEq(relayer.balance, surplus, "the surplus came back");
        for (uint256 i; i < before.length; ++i) {
            _noteDraw(seen.site, args.leg.fills[i], before[i]);
        }
        if (seen.site == 0) _noteArrival(seen, seen.drawn);
    }

    /// @dev What the spoke's message must be.
    function _messageOf(SeenLeg storage seen, Fill[] memory fills, PoolState[] memory before)
        private
        view
        returns (bytes memory)
    {
        CapitalFill[] memory drawn = new CapitalFill[](fills.length);
        for (uint256 i; i < fills.length; ++i) {
            drawn[i] = CapitalFill(fills[i].tier, before[i].gens, fills[i].amount);
        }
        return MessageCodec.encodeCapitalDelivered(CapitalDelivered(seen.legId, seen.auctionId, BASKET, drawn));
    }

    /// @dev Shares of the pool's open bids.
    function _ownedShares(uint256 s, uint8 tier) internal view returns (uint256 shares) {
        for (uint256 i; i < bids.length; ++i) {
            if (bids[i].site != s || bids[i].tier != tier) continue;
            BidState memory bid = sites[s].spoke.bid(bids[i].id);
            if (bid.endGen == OPEN_END) shares += bid.shares;
        }
    }

    /// @dev What is left of a pool that a call ends is its refund, at home.
    function _noteDraw(uint256 s, Fill memory fill, PoolState memory before) private {
        PoolState memory pool = sites[s].spoke.pool(BASKET, fill.tier);
        assets[s][fill.tier] -= fill.amount;
        assetsLocal[s][fill.tier] -= _toLocal(s, fill.amount);
        ++operations[s][fill.tier];
        if (pool.epoch == before.epoch) return;
        uint256 rest = before.assets - fill.amount;
        rest -= rest % _step(s);
        assets[s][fill.tier] -= rest;
        assetsLocal[s][fill.tier] -= _toLocal(s, rest);
        ++exits[s][fill.tier];
        home[s] += rest;
        cameInLocal[s][fill.tier][0] += _toLocal(s, rest);
        ++reached[rest == 0 ? "epoch ended" : "epoch ended with a rest"];
    }

    function _noteArrival(SeenLeg storage seen, uint256 credited) internal {
        (seen.arrived, seen.credited) = (true, credited);
        lost += seen.drawn - credited;
        LegStatus memory leg = hub.legStatus(seen.legId);
        if (leg.expired) ++reached["arrived after its expiry"];
        if (!leg.committed && !leg.lapsed) ++reached["arrived before its plan"];
    }

    function _headerOf(SeenPlan storage seen) private view returns (PlanHeader memory header, bytes32[] memory hashes) {
        Plan memory plan = abi.decode(seen.plan, (Plan));
        header = PlanHeader({
            auctionId: plan.auctionId,
            round: plan.round,
            basket: plan.basket,
            prevPlan: plan.prevPlan,
            priceE36: plan.priceE36,
            snapshotHash: plan.snapshotHash,
            callBy: plan.callBy,
            operatorSetId: plan.operatorSetId
        });
        hashes = new bytes32[](plan.legs.length);
        for (uint256 i; i < hashes.length; ++i) {
            hashes[i] = PlanHashing.hashLeg(plan.legs[i]);
        }
    }
}
