// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, ClearingState} from "../../../src/interfaces/IAuctionHub.sol";
import {PoolBucket, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {Clearing} from "../../../src/libraries/Clearing.sol";
import {PlanHashing} from "../../../src/libraries/PlanHash.sol";
import {AuctionId, Fill, Leg, Plan, PlanHash, Snapshot, SpokeBlock} from "../../../src/libraries/Types.sol";
import {LpActions} from "./LpActions.sol";

/// @notice Makes and signs plans, honest ones and any others that are well-formed.
abstract contract PlanMaking is LpActions {
    /// @dev Debt and collateral that signed plans name on top of what the hub has reserved.
    struct Pending {
        uint32 rounds;
        uint256 debt;
        uint256 collateral;
        uint256 debtOfMarket;
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
    function _clear(AuctionId auctionId) internal returns (Leg[] memory) {
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
    function _anyLegs(AuctionId auctionId) internal returns (Leg[] memory) {
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

    function _premiumBps(uint256 tier) internal pure returns (uint256) {
        return TIER_STEP_BPS * (tier + 1);
    }
}
