// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BidKind} from "../interfaces/ILiquiditySpoke.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {PoolSchedule} from "../libraries/PoolSchedule.sol";
import {KIND_LEG_REFUNDED, KIND_LEG_SETTLED} from "../libraries/Types.sol";
import {SpokeStorage} from "./SpokeStorage.sol";

/// @title BidBook
/// @notice The bids of a spoke and the pools they are in: how a bid enters, what it takes part in, what it was paid for.
abstract contract BidBook is SpokeStorage {
    using PoolAccounting for PoolAccounting.Pool;
    using PoolSchedule for PoolAccounting.Pool;

    uint32 private constant FIRST_COLLATERAL_ID = 1;

    /// @dev What a bid takes part in: `shares` of the calls `[startGen, endGen)`.
    struct Part {
        uint256 shares;
        uint32 startGen;
        uint32 endGen;
    }

    /// @dev Opens a bid in a bucket of the future; its tokens are the caller's to bring.
    function _enter(BasketTerms storage terms, uint32 basket, uint8 tier, uint128 amount, address owner)
        internal
        returns (uint256 bidId)
    {
        if (amount < terms.minBid) revert AmountBelowMinimum(amount, terms.minBid);
        if (amount % terms.unit != 0) revert AmountNotMultipleOfUnit(amount, terms.unit);
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        _roll(pool_, terms, basket, tier);
        _requireRoom(terms, uint256(pool_.assets) + pool_.entering + amount);

        uint256 bucketSec = terms.activationBucketSec;
        uint32 bucket = PoolSchedule.bucketAt(block.timestamp + terms.activationDelaySec, bucketSec);
        // A time that lies a delay ahead.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint40 activeAt = uint40(bucket * bucketSec);
        bidId = _openBid(owner, basket, tier, bucket, 0);
        Bid storage bid_ = _bids[bidId];
        // forge-lint: disable-next-line(unsafe-typecast)
        (bid_.shares, bid_.startGen, bid_.endGen) = (uint112(amount), 0, OPEN_END);
        emit BidPlaced(bidId, owner, basket, tier, amount, activeAt);
        emit EntriesUpdated(basket, tier, activeAt, pool_.scheduleEntry(amount, bucket));
    }

    /// @dev The first of a bid's two slots.
    function _openBid(address owner, uint32 basket, uint8 tier, uint32 bucket, uint24 epoch)
        internal
        returns (uint256 bidId)
    {
        bidId = ++_lastBidId;
        Bid storage bid_ = _bids[bidId];
        (bid_.owner, bid_.basket, bid_.tier, bid_.bucket, bid_.epoch) = (owner, basket, tier, bucket, epoch);
    }

    /// @dev `assets` would be in the pool or wait for it: neither in hub nor in local units may that pass the limit.
    function _requireRoom(BasketTerms storage terms, uint256 assets) private view {
        uint256 limit = PoolAccounting.MAX_ASSETS / Decimals.stepHub(terms.localDecimals, terms.hubDecimals);
        if (assets > limit) revert PoolFull(assets, limit);
    }

    /// @dev Before a pool is touched: what is due has entered or left it.
    function _roll(PoolAccounting.Pool storage pool_, BasketTerms storage terms, uint32 basket, uint8 tier) internal {
        PoolSchedule.Lengths memory lengths = _lengths(terms);
        PoolSchedule.Rolled[] memory rolled = pool_.roll(lengths, block.timestamp);
        if (rolled.length == 0) return;
        for (uint256 i = 0; i < rolled.length; ++i) {
            PoolSchedule.Rolled memory step = rolled[i];
            if (step.isExit) {
                emit ExitsRolled(
                    basket,
                    tier,
                    uint40(step.bucket * uint256(lengths.exitSec)),
                    pool_.epoch,
                    uint128(step.shares),
                    uint128(step.amount),
                    pool_.gens
                );
            } else {
                emit EntriesRolled(
                    basket,
                    tier,
                    uint40(step.bucket * uint256(lengths.entrySec)),
                    uint128(step.amount),
                    uint128(step.shares),
                    pool_.gens,
                    pool_.epoch
                );
            }
        }
        _emitPool(pool_, basket, tier);
    }

    /// @dev The state of a pool after a change; it has been rolled in this block.
    function _emitPool(PoolAccounting.Pool storage pool_, uint32 basket, uint8 tier) internal {
        emit PoolUpdated(basket, tier, pool_.assets, pool_.shares, pool_.gens, pool_.epoch, uint40(block.timestamp));
    }

    function _lengths(BasketTerms storage terms) internal view returns (PoolSchedule.Lengths memory) {
        return PoolSchedule.Lengths(terms.activationBucketSec, terms.exitBucketSec);
    }

    /// @dev What the bid takes part in. An entering bid whose bucket was not rolled takes part in nothing yet: no call was made
    /// since it became active.
    function _partOf(PoolAccounting.Pool storage pool_, Bid storage bid_) internal view returns (Part memory part) {
        (uint256 shares, uint32 endGen, uint24 epoch) = (bid_.shares, bid_.endGen, bid_.epoch);
        part.startGen = bid_.startGen;
        BidKind kind = bid_.kind;
        if (kind == BidKind.Entering) {
            PoolSchedule.Entry storage entry = pool_.entries[bid_.bucket];
            uint256 entryShares = entry.shares;
            if (entryShares == 0) return Part(0, OPEN_END, OPEN_END);
            shares = Math.mulDiv(shares, entryShares, entry.amount);
            (part.startGen, epoch) = (entry.startGen, entry.epoch);
        } else if (kind != BidKind.Remainder) {
            PoolSchedule.Exit storage exit = pool_.exits[epoch][bid_.bucket];
            if (exit.rolled) endGen = exit.endGen;
        }
        part.shares = shares;
        part.endGen = pool_.endOf(epoch, endGen);
    }

    /// @dev Of the bid's calls, those that are finalized and that it has not been paid for in this token.
    function _unclaimed(PoolAccounting.Pool storage pool_, uint256 bidId, Bid storage bid_, uint32 tokenId)
        internal
        view
        returns (Part memory part)
    {
        part = _partOf(pool_, bid_);
        uint32 claimedTo = _claimedTo(bidId, bid_, tokenId);
        if (claimedTo > part.startGen) part.startGen = claimedTo;
        uint32 finalized = pool_.finalized;
        if (finalized < part.endGen) part.endGen = finalized;
    }

    /// @dev Takes what the bid has earned in `token` out of the books; the tokens are the caller's to move.
    function _takeGains(uint256 bidId, Bid storage bid_, address token, uint256 fromCheckpoint, uint256 toCheckpoint)
        internal
        returns (uint256 amountLocal)
    {
        PoolAccounting.Pool storage pool_ = _poolOf(bid_.basket, bid_.tier);
        uint32 tokenId = _tokenIdOf(bid_.basket, token);
        Part memory part = _unclaimed(pool_, bidId, bid_, tokenId);
        if (part.startGen < part.endGen) {
            amountLocal = pool_.gains(tokenId, part.shares, part.startGen, part.endGen, fromCheckpoint, toCheckpoint);
        }
        if (amountLocal == 0) revert NothingToClaim(bidId, token);
        _setClaimedTo(bidId, bid_, tokenId, part.endGen);
        emit Claimed(bidId, bid_.owner, token, amountLocal);
    }

    /// @dev What the bid has not been paid yet of one part of a skipped call.
    function _skippedGains(PoolAccounting.Pool storage pool_, uint256 bidId, Bid storage bid_, uint32 gen, uint8 part)
        internal
        view
        returns (uint256 amountLocal)
    {
        uint8 status = pool_.calls[gen].status;
        if (status & PoolAccounting.SKIPPED == 0) return 0;
        Part memory taken = _partOf(pool_, bid_);
        if (gen < taken.startGen || gen >= taken.endGen) return 0;
        if (status & ~_skippedClaimed[bidId][gen] & part == 0) return 0;
        return pool_.skippedGains(gen, part, taken.shares);
    }

    function _partOfKind(uint8 kind) internal pure returns (uint8) {
        if (kind == KIND_LEG_SETTLED) return PoolAccounting.COLLATERAL;
        if (kind == KIND_LEG_REFUNDED) return PoolAccounting.REFUND;
        revert ParameterInvalid("kind", kind);
    }

    function _claimedTo(uint256 bidId, Bid storage bid_, uint32 tokenId) internal view returns (uint32) {
        if (tokenId == PoolAccounting.DEBT_TOKEN_ID) return bid_.refundsClaimedTo;
        if (tokenId == FIRST_COLLATERAL_ID) return bid_.gainsClaimedTo;
        return _otherGainsClaimedTo[bidId][tokenId];
    }

    /// @dev The bid's own slot costs a first claim 2,900 gas where a mapping's costs 22,100.
    function _setClaimedTo(uint256 bidId, Bid storage bid_, uint32 tokenId, uint32 gen) internal {
        if (tokenId == PoolAccounting.DEBT_TOKEN_ID) bid_.refundsClaimedTo = gen;
        else if (tokenId == FIRST_COLLATERAL_ID) bid_.gainsClaimedTo = gen;
        else _otherGainsClaimedTo[bidId][tokenId] = gen;
    }
}
