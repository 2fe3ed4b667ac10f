// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BidKind, BidSplit} from "../interfaces/ILiquiditySpoke.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {PoolSchedule} from "../libraries/PoolSchedule.sol";
import {BidBook} from "./BidBook.sol";

/// @title Leaving
/// @notice How a bid leaves a pool after its notice, and how what it was refunded stays.
abstract contract Leaving is BidBook, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using PoolAccounting for PoolAccounting.Pool;
    using PoolSchedule for PoolAccounting.Pool;

    /// @notice `requestWithdraw`.
    function requestWithdraw(uint256 bidId, uint128 amount)
        external
        nonReentrant
        returns (uint256 exitBidId, uint256 remainderBidId)
    {
        Bid storage bid_ = _ownBid(bidId);
        (uint32 basket, uint8 tier) = (bid_.basket, bid_.tier);
        BasketTerms storage terms = _baskets[basket];
        if (amount == 0) revert AmountZero();
        uint256 stepHub = Decimals.stepHub(terms.hubDecimals, terms.localDecimals);
        if (amount % stepHub != 0) revert AmountNotMultipleOfUnit(amount, stepHub);

        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        _roll(pool_, terms, basket, tier);
        if (bid_.kind == BidKind.Entering && pool_.entries[bid_.bucket].shares == 0) {
            _withdrawEntry(pool_, terms, bidId, amount);
            return (0, 0);
        }
        return _leave(pool_, terms, bidId, amount, stepHub);
    }

    /// @notice `withdraw`.
    function withdraw(uint256 exitBidId) external nonReentrant returns (uint256 amountLocal) {
        Bid storage bid_ = _existingBid(exitBidId);
        if (bid_.kind != BidKind.Exiting) revert BidNotExiting(exitBidId);
        (uint32 basket, uint8 tier, address owner) = (bid_.basket, bid_.tier, bid_.owner);
        BasketTerms storage terms = _baskets[basket];
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        _roll(pool_, terms, basket, tier);

        PoolSchedule.Exit memory exit = pool_.exits[bid_.epoch][bid_.bucket];
        if (!exit.rolled) {
            if (bid_.epoch != pool_.epoch) revert ExitVoid(exitBidId);
            uint40 exitAt = uint40(bid_.bucket * uint256(terms.exitBucketSec));
            revert ExitNotDue(exitBidId, exitAt, uint40(block.timestamp));
        }
        uint256 amount = Math.mulDiv(bid_.shares, exit.assets, exit.shares);
        amountLocal = Decimals.toLocalDown(amount, terms.hubDecimals, terms.localDecimals);
        bid_.kind = BidKind.Collected;
        // At most what the exit holds.
        // forge-lint: disable-next-line(unsafe-typecast)
        emit Withdrawn(exitBidId, owner, uint128(amount));
        IERC20(terms.debtToken).safeTransfer(owner, amountLocal);
    }

    /// @notice `rebid`.
    function rebid(uint256 bidId, uint8 tier, uint256 fromCheckpoint, uint256 toCheckpoint)
        external
        nonReentrant
        returns (uint256 newBidId)
    {
        Bid storage bid_ = _ownBid(bidId);
        (uint32 basket, address owner) = (bid_.basket, bid_.owner);
        BasketTerms storage terms = _basketOf(basket, tier);
        uint256 amountLocal = _takeGains(bidId, bid_, terms.debtToken, fromCheckpoint, toCheckpoint);
        uint256 amount = Decimals.toHubDown(amountLocal, terms.hubDecimals, terms.localDecimals);
        amount -= amount % terms.unit;
        // At most the refunds of the bid, below 2^92.
        // forge-lint: disable-next-line(unsafe-typecast)
        newBidId = _enter(terms, basket, tier, uint128(amount), owner);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit Rebid(bidId, newBidId, uint128(amount));
        uint256 restLocal = amountLocal - Decimals.toLocalDown(amount, terms.hubDecimals, terms.localDecimals);
        if (restLocal != 0) IERC20(terms.debtToken).safeTransfer(owner, restLocal);
    }

    /// @dev What stays is a bid that could have been placed, or nothing.
    function _withdrawEntry(PoolAccounting.Pool storage pool_, BasketTerms storage terms, uint256 bidId, uint128 amount)
        private
    {
        Bid storage bid_ = _bids[bidId];
        (uint32 bucket, uint256 entering) = (bid_.bucket, bid_.shares);
        if (amount > entering) revert WithdrawExceedsBid(bidId, amount, entering);
        uint256 left = entering - amount;
        if (left != 0 && left < terms.minBid) revert AmountBelowMinimum(left, terms.minBid);
        if (left % terms.unit != 0) revert AmountNotMultipleOfUnit(amount, terms.unit);
        // At most what was entering.
        // forge-lint: disable-next-line(unsafe-typecast)
        bid_.shares = uint112(left);
        uint128 total = pool_.cancelEntry(amount, bucket);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit EntryWithdrawn(bidId, bid_.owner, amount, uint128(left));
        uint40 activeAt = uint40(bucket * uint256(terms.activationBucketSec));
        emit EntriesUpdated(bid_.basket, bid_.tier, activeAt, total);
        IERC20(terms.debtToken)
            .safeTransfer(bid_.owner, Decimals.toLocalDown(amount, terms.hubDecimals, terms.localDecimals));
    }

    /// @dev Splits an open bid at the current call, into what leaves and what stays.
    function _leave(
        PoolAccounting.Pool storage pool_,
        BasketTerms storage terms,
        uint256 bidId,
        uint128 amount,
        uint256 stepHub
    ) private returns (uint256 exitBidId, uint256 remainderBidId) {
        Bid storage bid_ = _bids[bidId];
        BidSplit memory split;
        (split.exitShares, split.remainderShares) = _divide(pool_, bidId, bid_, amount, stepHub);
        (split.gen, split.epoch) = (pool_.gens, pool_.epoch);
        bid_.endGen = split.gen;

        uint32 bucket = PoolSchedule.bucketAt(block.timestamp + terms.noticeSec, terms.exitBucketSec);
        split.exitAt = uint40(bucket * uint256(terms.exitBucketSec));
        split.exitBidId = _split(pool_, bid_, BidKind.Exiting, bucket, split.exitShares);
        if (split.remainderShares != 0) {
            split.remainderBidId = _split(pool_, bid_, BidKind.Remainder, 0, split.remainderShares);
        }
        emit WithdrawRequested(bidId, msg.sender, bid_.basket, bid_.tier, amount, split);
        uint128 total = pool_.scheduleExit(split.exitShares, bucket);
        emit ExitsUpdated(bid_.basket, bid_.tier, split.exitAt, split.epoch, total);
        return (split.exitBidId, split.remainderBidId);
    }

    /// @dev What leaves has `ceil(amount * shares / assets)` shares, or all where less than a step of what stays could ever be paid.
    function _divide(
        PoolAccounting.Pool storage pool_,
        uint256 bidId,
        Bid storage bid_,
        uint128 amount,
        uint256 stepHub
    ) private view returns (uint128 exitShares, uint128 remainderShares) {
        Part memory part = _partOf(pool_, bid_);
        bool exiting = bid_.kind == BidKind.Exiting || bid_.kind == BidKind.Collected;
        if (exiting || part.endGen != OPEN_END) revert BidNotOpen(bidId);
        uint256 standby = pool_.standby(part.shares);
        if (amount > standby) revert WithdrawExceedsBid(bidId, amount, standby);
        uint256 leaving = part.shares;
        if (standby - amount >= stepHub) {
            leaving = Math.mulDiv(amount, pool_.shares, pool_.assets, Math.Rounding.Ceil);
        }
        // Both are parts of the bid's shares.
        // forge-lint: disable-next-line(unsafe-typecast)
        return (uint128(leaving), uint128(part.shares - leaving));
    }

    function _split(PoolAccounting.Pool storage pool_, Bid storage from, BidKind kind, uint32 bucket, uint256 shares)
        private
        returns (uint256 bidId)
    {
        bidId = _openBid(from.owner, from.basket, from.tier, bucket, pool_.epoch);
        Bid storage bid_ = _bids[bidId];
        // forge-lint: disable-next-line(unsafe-typecast)
        (bid_.shares, bid_.startGen, bid_.endGen, bid_.kind) = (uint112(shares), pool_.gens, OPEN_END, kind);
    }

    function _ownBid(uint256 bidId) private view returns (Bid storage bid_) {
        bid_ = _existingBid(bidId);
        if (msg.sender != bid_.owner) revert CallerNotOwner(bidId, bid_.owner, msg.sender);
    }
}
