// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Auction, AuctionStatus, BasketParams, IAuctionHub, LapseReason, Route} from "../interfaces/IAuctionHub.sol";
import {IOperatorSet} from "../interfaces/IOperatorSet.sol";
import {Clearing} from "../libraries/Clearing.sol";
import {PlanHashing} from "../libraries/PlanHash.sol";
import {Fill, Leg, LegId, MAX_SPOKES, Plan, PlanHash, Snapshot} from "../libraries/Types.sol";
import {LegBook} from "./LegBook.sol";

/// @title PlanChain
/// @notice Takes the plans of each basket, one upon the other, and reserves for their legs.
///
/// A plan is judged in three steps:
///   form      what is wrong in itself, or out of order, reverts and can be replaced by another plan;
///   lapse     what its auction can take no more becomes the head, reserving nothing, so that the chain goes on; its legs may have
///             been called and count as in flight;
///   fit       what disagrees with the hub's own view (block, price, what is left) reverts.
abstract contract PlanChain is LegBook, ReentrancyGuardTransient {
    /// @dev How far back the EVM knows its own block hashes.
    uint256 private constant BLOCKHASH_REACH = 256;

    /// @notice `IAuctionHub.commitPlan`.
    /// @dev Anyone may hand in what the quorum signed. A plan hash never repeats, because it contains the head before it.
    function commitPlan(Plan calldata plan, Snapshot calldata snapshot, bytes[] calldata signatures)
        external
        nonReentrant
    {
        Auction storage auction_ = _auctions[plan.auctionId];
        if (auction_.status == AuctionStatus.None) revert AuctionUnknown(plan.auctionId);
        _checkForm(plan, snapshot, auction_);

        PlanHash planHash = PlanHashing.hashPlan(PlanHashing.domainSeparator(block.chainid, address(this)), plan);
        IOperatorSet operatorSet = IOperatorSet(IAuctionHub(address(this)).operatorSet());
        operatorSet.verify(plan.operatorSetId, PlanHash.unwrap(planHash), signatures);
        _heads[plan.basket] = planHash;

        (bool lapsed, LapseReason reason) = _lapse(plan, snapshot, auction_);
        if (lapsed) {
            emit PlanLapsed(plan.auctionId, planHash, reason, plan, snapshot);
            _countLegs(plan, planHash, auction_);
            return;
        }

        _checkFit(plan, snapshot, auction_);
        ++auction_.rounds;
        emit PlanCommitted(plan.auctionId, planHash, plan, snapshot);
        _reserveLegs(plan, planHash, auction_);
    }

    /// @dev What neither time nor the auction's state can mend. Also a plan that lapses has passed this: operators count
    /// its fills until its `callBy`.
    function _checkForm(Plan calldata plan, Snapshot calldata snapshot, Auction storage auction_) private view {
        if (plan.basket != auction_.terms.basket) revert BasketMismatch(auction_.terms.basket, plan.basket);
        PlanHash head = _heads[plan.basket];
        if (plan.prevPlan != head) revert PrevPlanMismatch(head, plan.prevPlan);

        bytes32 snapshotHash = PlanHashing.snapshotHash(snapshot);
        if (plan.snapshotHash != snapshotHash) revert SnapshotHashMismatch(snapshotHash, plan.snapshotHash);
        if (snapshot.hubTimestamp > block.timestamp) {
            revert SnapshotFromFuture(snapshot.hubTimestamp, uint64(block.timestamp));
        }
        if (snapshot.hubBlock < auction_.openedBlock) {
            revert SnapshotBeforeOpening(snapshot.hubBlock, auction_.openedBlock);
        }
        uint64 latest = uint64(_min(block.timestamp + _baskets[plan.basket].callWindowSec, auction_.deadline));
        if (plan.callBy > latest) revert CallByOutOfRange(plan.callBy, latest);

        if (plan.legs.length == 0) revert PlanEmpty();
        if (plan.legs.length > MAX_SPOKES) revert TooManyLegs(plan.legs.length, MAX_SPOKES);
        uint32 previous;
        for (uint256 i; i < plan.legs.length; ++i) {
            Leg calldata leg = plan.legs[i];
            // Spokes are numbered from 1 up.
            if (leg.spoke <= previous) revert LegsNotAscending(previous, leg.spoke);
            previous = leg.spoke;
            _checkFills(leg.fills, _baskets[plan.basket], auction_.terms.maxPremiumBps);
        }
    }

    function _checkFills(Fill[] calldata fills, BasketParams storage basket, uint256 maxPremiumBps) private view {
        (uint8 tierCount, uint256 tierStepBps, uint128 unit) = (basket.tierCount, basket.tierStepBps, basket.unit);
        if (fills.length == 0) revert PlanEmpty();
        for (uint256 i; i < fills.length; ++i) {
            (uint8 tier, uint128 amount) = (fills[i].tier, fills[i].amount);
            if (i != 0 && tier <= fills[i - 1].tier) revert TiersNotAscending(fills[i - 1].tier, tier);
            if (tier >= tierCount) revert TierOutOfLadder(tier, tierCount);
            uint256 premiumBps = tierStepBps * (uint256(tier) + 1);
            if (premiumBps > maxPremiumBps) revert PremiumAboveMaximum(premiumBps, maxPremiumBps);
            if (amount == 0) revert AmountZero();
            if (amount % unit != 0) revert AmountNotMultipleOfUnit(amount, unit);
        }
    }

    function _lapse(Plan calldata plan, Snapshot calldata snapshot, Auction storage auction_)
        private
        view
        returns (bool lapsed, LapseReason reason)
    {
        if (auction_.status != AuctionStatus.Open) return (true, LapseReason.AuctionClosed);
        if (auction_.debtCovered == auction_.debtToCover) return (true, LapseReason.AuctionCovered);
        if (block.timestamp > auction_.deadline) return (true, LapseReason.PastDeadline);
        if (plan.round != auction_.rounds) return (true, LapseReason.RoundMismatch);
        bool tooOld = block.timestamp - snapshot.hubTimestamp > _baskets[plan.basket].maxSnapshotAgeSec
            || block.number > snapshot.hubBlock + BLOCKHASH_REACH;
        if (tooOld) return (true, LapseReason.SnapshotTooOld);
        if (block.timestamp > plan.callBy) return (true, LapseReason.PastCallBy);
    }

    function _checkFit(Plan calldata plan, Snapshot calldata snapshot, Auction storage auction_) private view {
        bytes32 hubHash = blockhash(snapshot.hubBlock);
        // The hash of a block that is not there yet is zero, and zero proves nothing.
        if (hubHash == 0 || hubHash != snapshot.hubHash) {
            revert SnapshotBlockMismatch(snapshot.hubBlock, hubHash, snapshot.hubHash);
        }
        uint256 oraclePriceE36 = _price(auction_);
        uint256 toleranceBps = auction_.terms.priceToleranceBps;
        uint256 distance =
            plan.priceE36 > oraclePriceE36 ? plan.priceE36 - oraclePriceE36 : oraclePriceE36 - plan.priceE36;
        if (distance > Math.mulDiv(oraclePriceE36, toleranceBps, BPS)) {
            revert PriceOutOfTolerance(plan.priceE36, oraclePriceE36, toleranceBps);
        }
    }

    /// @dev A leg that was released before its plan came has ended: nothing is reserved for it.
    function _reserveLegs(Plan calldata plan, PlanHash planHash, Auction storage auction_) private {
        uint256 debtLeft = _debtLeft(auction_);
        uint256 collateralLeft = _collateralLeft(auction_);
        uint256 inFlightLeft = _inFlightLeft(auction_);
        uint256 debt;
        uint256 collateral;
        for (uint256 i; i < plan.legs.length; ++i) {
            LegId legId = PlanHashing.legId(planHash, plan.legs[i].spoke);
            if (_legs[legId].arrival.endedAt != 0) continue;
            (uint256 legDebt, uint256 legCollateral) = _needs(plan, plan.legs[i].fills, auction_);
            debt += legDebt;
            collateral += legCollateral;
            if (debt > debtLeft) revert PlanExceedsDebt(debt, debtLeft);
            if (collateral > collateralLeft) revert PlanExceedsCollateral(collateral, collateralLeft);
            if (debt > inFlightLeft) revert PlanExceedsInFlight(debt, inFlightLeft);
            Commitment memory commitment = _routedCommitment(plan, plan.legs[i], auction_);
            // Both are at most what is left, which has 128 bits.
            // forge-lint: disable-next-line(unsafe-typecast)
            _reserve(plan.auctionId, legId, commitment, uint128(legDebt), uint128(legCollateral));
        }
    }

    /// @dev Calls and commit go out together, so the legs of a plan that lapses are under way as well. Nothing here reverts.
    function _countLegs(Plan calldata plan, PlanHash planHash, Auction storage auction_) private {
        for (uint256 i; i < plan.legs.length; ++i) {
            LegId legId = PlanHashing.legId(planHash, plan.legs[i].spoke);
            if (_legs[legId].arrival.endedAt != 0) continue;
            Fill[] calldata fills = plan.legs[i].fills;
            uint256 debt;
            for (uint256 k; k < fills.length; ++k) {
                debt += fills[k].amount;
            }
            Route storage debtRoute = _routes[plan.legs[i].spoke][_baskets[plan.basket].debtToken];
            Commitment memory commitment = _commitment(plan, plan.legs[i], auction_, debtRoute);
            _countLapsed(legId, commitment, debt, auction_.marketId);
        }
    }

    /// @dev Debt, and collateral for LPs and operators at the plan's price, that a leg's fills take.
    function _needs(Plan calldata plan, Fill[] calldata fills, Auction storage auction_)
        private
        view
        returns (uint256 debt, uint256 collateral)
    {
        uint256 tierStepBps = _baskets[plan.basket].tierStepBps;
        uint256 operatorFeeBps = auction_.terms.operatorFeeBps;
        for (uint256 i; i < fills.length; ++i) {
            uint256 amount = fills[i].amount;
            debt += amount;
            collateral += Clearing.collateralDown(amount, tierStepBps * (uint256(fills[i].tier) + 1), plan.priceE36)
            + Clearing.feeDown(amount, operatorFeeBps, plan.priceE36);
        }
    }

    /// @dev Reverts with `RouteUnknown` where capital could not come from, or collateral not go to.
    function _routedCommitment(Plan calldata plan, Leg calldata leg, Auction storage auction_)
        private
        view
        returns (Commitment memory)
    {
        _route(leg.spoke, auction_.terms.collateralToken);
        return _commitment(plan, leg, auction_, _route(leg.spoke, _baskets[plan.basket].debtToken));
    }

    function _commitment(Plan calldata plan, Leg calldata leg, Auction storage auction_, Route storage debtRoute)
        private
        view
        returns (Commitment memory commitment)
    {
        commitment.auctionNumber = auction_.number;
        // `callBy` is at most the auction's deadline, which is at most 2^32 seconds ahead.
        // forge-lint: disable-next-line(unsafe-typecast)
        commitment.expirableAt = uint40(plan.callBy + debtRoute.timeoutSec);
        commitment.operatorSetId = plan.operatorSetId;
        commitment.spoke = leg.spoke;
        commitment.lowestTier = leg.fills[0].tier;
    }
}
