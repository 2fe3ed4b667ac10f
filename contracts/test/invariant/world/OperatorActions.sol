// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, ClearingState, IAuctionHubEvents, LegRecord, LegStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {BidState, ISpokeEvents, PoolBucket, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {Clearing} from "../../../src/libraries/Clearing.sol";
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
    Snapshot,
    SpokeBlock
} from "../../../src/libraries/Types.sol";
import {LpActions} from "./LpActions.sol";

/// @notice Operators sign plans, honest or not; anyone commits them and calls their capital, in either order, in time or late.
abstract contract OperatorActions is LpActions {
    /// @dev Debt and collateral that signed plans name on top of what the hub has reserved.
    struct Pending {
        uint32 rounds;
        uint256 debt;
        uint256 collateral;
        uint256 debtOfMarket;
    }

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

    function _pending(AuctionId auctionId) private view returns (Pending memory pending, PlanHash head) {
        head = hub.headOf(BASKET);
        for (uint256 i; i < plans.length; ++i) {
            if (plans[i].state != PlanState.Signed) continue;
            head = plans[i].hash;
            if (_collateralOf(plans[i].auctionId) == _collateralOf(auctionId)) pending.debtOfMarket += plans[i].debt;
            if (plans[i].auctionId != auctionId) continue;
            ++pending.rounds;
            pending.debt += plans[i].debt;
            pending.collateral += plans[i].collateral;
        }
    }

    /// @dev The protocol's clearing without its limits on legs: tier after tier, pro rata in the last one.
    function _clear(AuctionId auctionId) private returns (Leg[] memory) {
        ClearingState memory state = hub.clearingState(auctionId);
        (Pending memory pending,) = _pending(auctionId);
        uint256 debtLeft = state.debtLeft > pending.debt ? state.debtLeft - pending.debt : 0;
        uint256 room = state.inFlightLeft > pending.debtOfMarket ? state.inFlightLeft - pending.debtOfMarket : 0;
        if (room < debtLeft) (debtLeft, reached["market's limit met"]) = (room, reached["market's limit met"] + 1);
        uint256 left = state.collateralLeft > pending.collateral ? state.collateralLeft - pending.collateral : 0;
        uint256[] memory amounts = new uint256[](SITES * 3);
        for (uint256 t; t < 3; ++t) {
            uint256 demand = Clearing.demandDown(debtLeft, left, state.priceE36, _premiumBps(tiers[t]), FEE_BPS, unit);
            if (demand == 0) break;
            (uint256[] memory given, bool last) = _supply(t, demand);
            for (uint256 s; s < SITES; ++s) {
                amounts[s * 3 + t] = given[s];
                debtLeft -= given[s];
                left -= Clearing.collateralDown(given[s], _premiumBps(tiers[t]), state.priceE36)
                + Clearing.feeDown(given[s], FEE_BPS, state.priceE36);
            }
            if (last) break;
        }
        ++reached["honest plan"];
        return _legsOf(amounts);
    }

    function _supply(uint256 t, uint256 demand) private view returns (uint256[] memory given, bool last) {
        given = new uint256[](SITES);
        uint256 supply;
        for (uint256 s; s < SITES; ++s) {
            given[s] = _available(s, tiers[t]);
            supply += given[s];
        }
        last = supply > demand;
        if (last) given = Clearing.proRata(given, demand, unit);
    }

    /// @dev The pool's assets without what leaves until the plan's `callBy`, less what signed plans may still call.
    function _available(uint256 s, uint8 tier) private view returns (uint256 available) {
        PoolState memory pool = sites[s].spoke.pool(BASKET, tier);
        uint256 staying = pool.shares;
        PoolBucket[] memory buckets = sites[s].spoke.poolBuckets(BASKET, tier);
        for (uint256 i; i < buckets.length; ++i) {
            if (buckets[i].atSec <= block.timestamp + CALL_WINDOW_SEC) staying -= buckets[i].shares;
        }
        if (staying == 0) return 0;
        available = uint256(pool.assets) * staying / pool.shares;
        for (uint256 i; i < legs.length; ++i) {
            SeenLeg storage seen = legs[i];
            if (seen.called || seen.site != s || block.timestamp > plans[seen.plan].callBy) continue;
            Fill[] memory fills = _legOf(seen).fills;
            for (uint256 k; k < fills.length; ++k) {
                if (fills[k].tier != tier) continue;
                available = available > fills[k].amount ? available - fills[k].amount : 0;
            }
        }
        available -= available % unit;
    }

    /// @dev Dear pools before cheap ones, pools that have not so much, more than is left: well-formed all the same.
    function _anyLegs(AuctionId auctionId) private returns (Leg[] memory) {
        Auction memory auction = hub.auction(auctionId);
        uint256[] memory amounts = new uint256[](SITES * 3);
        uint256 most =
            _next(8) == 0 ? type(uint128).max : auction.debtToCover - auction.debtCovered - auction.reservedDebt;
        for (uint256 n = 1 + _next(4); n != 0; --n) {
            uint256 s = _next(SITES);
            uint256 t = 2 - _next(3) * _next(2);
            uint256 pool = sites[s].spoke.pool(BASKET, tiers[t]).assets;
            uint256 amount = _next(5) == 0 ? pool : _next(pool + pool / 8 + unit);
            if (_next(3) == 0) amount = pool - pool / 1e7;
            if (amount > most) amount = most;
            amounts[s * 3 + t] = amount - amount % unit;
            most -= amount;
        }
        ++reached["dishonest plan"];
        return _legsOf(amounts);
    }

    function _legsOf(uint256[] memory amounts) private view returns (Leg[] memory planned) {
        planned = new Leg[](SITES);
        uint256 count;
        for (uint256 s; s < SITES; ++s) {
            Fill[] memory fills = new Fill[](3);
            uint256 n;
            for (uint256 t; t < 3; ++t) {
                if (amounts[s * 3 + t] != 0) fills[n++] = Fill(tiers[t], uint128(amounts[s * 3 + t]));
            }
            assembly {
                mstore(fills, n)
            }
            if (n != 0) planned[count++] = Leg(uint32(s + 1), fills);
        }
        assembly {
            mstore(planned, count)
        }
    }

    function _sign(AuctionId auctionId, Leg[] memory planned) internal returns (uint256 index) {
        Snapshot memory snapshot;
        snapshot.hubBlock = uint64(block.number - 1);
        snapshot.hubTimestamp = uint64(block.timestamp);
        snapshot.hubHash = blockhash(block.number - 1);
        snapshot.spokes = new SpokeBlock[](1);
        snapshot.spokes[0] = SpokeBlock(1, 7, "spoke");
        Plan memory plan = _plan(auctionId, planned, PlanHashing.snapshotHash(snapshot));

        index = plans.length;
        SeenPlan storage seen = plans.push();
        (seen.auctionId, seen.prev, seen.callBy) = (auctionId, plan.prevPlan, plan.callBy);
        seen.hash = PlanHashing.hashPlan(PlanHashing.domainSeparator(block.chainid, address(hub)), plan);
        (seen.plan, seen.snapshot) = (abi.encode(plan), abi.encode(snapshot));
        seen.signatures = abi.encode(_signatures(plan.operatorSetId, seen.hash));
        for (uint256 i; i < planned.length; ++i) {
            _rememberLeg(seen, index, planned[i], plan.priceE36);
        }
    }

    function _plan(AuctionId auctionId, Leg[] memory planned, bytes32 snapshotHash) private returns (Plan memory plan) {
        Auction memory auction = hub.auction(auctionId);
        (Pending memory pending, PlanHash head) = _pending(auctionId);
        uint256 latest = block.timestamp + CALL_WINDOW_SEC;
        plan.auctionId = auctionId;
        plan.round = auction.rounds + pending.rounds;
        plan.basket = BASKET;
        plan.prevPlan = head;
        plan.priceE36 = oracles[_collateralOf(auctionId)].priceE36();
        plan.snapshotHash = snapshotHash;
        plan.callBy = uint64(latest < auction.deadline ? latest - _next(60) : auction.deadline);
        plan.operatorSetId = uint32(1 + _next(2));
        plan.legs = planned;
    }

    function _rememberLeg(SeenPlan storage plan, uint256 index, Leg memory leg, uint256 priceE36) private {
        SeenLeg storage seen = legs.push();
        (seen.auctionId, seen.plan, seen.site) = (plan.auctionId, uint32(index), uint8(leg.spoke - 1));
        seen.legId = PlanHashing.legId(plan.hash, leg.spoke);
        seen.drawn = _sum(leg.fills);
        seen.leg = abi.encode(leg);
        legOf[seen.legId] = legs.length;
        plan.debt += seen.drawn;
        for (uint256 i; i < leg.fills.length; ++i) {
            plan.collateral += Clearing.collateralDown(leg.fills[i].amount, _premiumBps(leg.fills[i].tier), priceE36)
            + Clearing.feeDown(leg.fills[i].amount, FEE_BPS, priceE36);
        }
    }

    /// @dev Set 1 wants two signatures, set 2 one.
    function _signatures(uint32 setId, PlanHash hash) private view returns (bytes[] memory signatures) {
        signatures = new bytes[](setId == 1 ? 2 : 1);
        for (uint256 i; i < signatures.length; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(operators[i].privateKey, PlanHash.unwrap(hash));
            signatures[i] = abi.encodePacked(r, s, v);
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

    function _premiumBps(uint256 tier) internal pure returns (uint256) {
        return TIER_STEP_BPS * (tier + 1);
    }
}
