// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBridgePort} from "../interfaces/IBridgePort.sol";
import {
    BidKind,
    BidState,
    CallState,
    ISpokeViews,
    PoolBucket,
    PoolState,
    SpokeBasket,
    SpokeCollateral
} from "../interfaces/ILiquiditySpoke.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {PoolSchedule} from "../libraries/PoolSchedule.sol";
import {CapitalDelivered, CapitalFill, HUB_PEER, Leg, LegId, PlanHeader} from "../libraries/Types.sol";
import {BidBook} from "./BidBook.sol";

/// @title SpokeViews
/// @notice What a spoke tells about its pools, bids and calls. `LiquiditySpoke` runs this code on its own state for every function
/// that it does not have itself: all of this contract are views, so that they can change nothing.
contract SpokeViews is BidBook, ISpokeViews {
    using PoolAccounting for PoolAccounting.Pool;
    using PoolSchedule for PoolAccounting.Pool;

    /// @inheritdoc ISpokeViews
    function basketParams(uint32 basket) external view returns (SpokeBasket memory) {
        BasketTerms storage terms = _baskets[basket];
        return SpokeBasket({
            debtToken: terms.debtToken,
            hubDebtToken: terms.hubDebtToken,
            port: terms.port,
            localDecimals: terms.localDecimals,
            hubDecimals: terms.hubDecimals,
            tierStepBps: terms.tierStepBps,
            tierCount: terms.tierCount,
            unit: terms.unit,
            minBid: terms.minBid,
            activationDelaySec: terms.activationDelaySec,
            activationBucketSec: terms.activationBucketSec,
            noticeSec: terms.noticeSec,
            exitBucketSec: terms.exitBucketSec,
            callTimeoutSec: terms.callTimeoutSec,
            maxInFlight: terms.maxInFlight
        });
    }

    /// @inheritdoc ISpokeViews
    function collateral(address hubToken) external view returns (SpokeCollateral memory) {
        return _collaterals[hubToken];
    }

    /// @inheritdoc ISpokeViews
    function collateralTokens() external view returns (address[] memory tokens) {
        tokens = new address[](_tokenCount);
        for (uint32 id = 0; id < tokens.length; ++id) {
            tokens[id] = _tokens[id + 1];
        }
    }

    /// @inheritdoc ISpokeViews
    function claimable(uint256 bidId, address token)
        external
        view
        returns (uint256 amountLocal, uint256 fromCheckpoint, uint256 toCheckpoint)
    {
        Bid storage bid_ = _existingBid(bidId);
        PoolAccounting.Pool storage pool_ = _poolOf(bid_.basket, bid_.tier);
        uint32 tokenId = _tokenIdOf(bid_.basket, token);
        Part memory part = _unclaimed(pool_, bidId, bid_, tokenId);
        if (part.startGen >= part.endGen) return (0, 0, 0);
        fromCheckpoint = pool_.findBelow(tokenId, part.startGen);
        toCheckpoint = pool_.findBelow(tokenId, part.endGen);
        amountLocal = pool_.gains(tokenId, part.shares, part.startGen, part.endGen, fromCheckpoint, toCheckpoint);
    }

    /// @inheritdoc ISpokeViews
    function claimableSkipped(uint256 bidId, uint32 gen, uint8 kind) external view returns (uint256 amountLocal) {
        Bid storage bid_ = _existingBid(bidId);
        PoolAccounting.Pool storage pool_ = _poolOf(bid_.basket, bid_.tier);
        amountLocal = _skippedGains(pool_, bidId, bid_, gen, _partOfKind(kind));
    }

    /// @inheritdoc ISpokeViews
    function quoteCall(PlanHeader calldata header, Leg calldata leg) external view returns (uint256 feeWei) {
        BasketTerms storage terms = _existingBasket(header.basket);
        CapitalFill[] memory fills = new CapitalFill[](leg.fills.length);
        uint256 total;
        for (uint256 i = 0; i < fills.length; ++i) {
            fills[i] = CapitalFill(leg.fills[i].tier, 0, leg.fills[i].amount);
            total += fills[i].amount;
        }
        bytes memory payload = MessageCodec.encodeCapitalDelivered(
            CapitalDelivered(LegId.wrap(0), header.auctionId, header.basket, fills)
        );
        uint256 totalLocal = Decimals.toLocalDown(total, terms.hubDecimals, terms.localDecimals);
        return IBridgePort(terms.port).quoteSend(HUB_PEER, terms.debtToken, totalLocal, payload);
    }

    /// @inheritdoc ISpokeViews
    function pool(uint32 basket, uint8 tier) external view returns (PoolState memory state) {
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        (uint256 assets, uint256 shares, PoolSchedule.Rolled[] memory rolled) =
            pool_.preview(_lengths(_baskets[basket]), block.timestamp);
        // As `roll` would store them.
        // forge-lint: disable-next-line(unsafe-typecast)
        (state.assets, state.shares) = (uint128(assets), uint128(shares));
        (state.gens, state.finalized, state.epoch) = (pool_.gens, pool_.finalized, pool_.epoch);
        state.entering = pool_.entering;
        for (uint256 i = 0; i < rolled.length; ++i) {
            if (!rolled[i].isExit) state.entering -= uint128(rolled[i].amount);
        }
    }

    /// @inheritdoc ISpokeViews
    function poolBuckets(uint32 basket, uint8 tier) external view returns (PoolBucket[] memory buckets) {
        PoolSchedule.Lengths memory lengths = _lengths(_baskets[basket]);
        PoolSchedule.Rolled[] memory waiting = _poolOf(basket, tier).waiting(lengths, block.timestamp);
        buckets = new PoolBucket[](waiting.length);
        for (uint256 i = 0; i < waiting.length; ++i) {
            uint256 lengthSec = waiting[i].isExit ? lengths.exitSec : lengths.entrySec;
            buckets[i] = PoolBucket({
                isExit: waiting[i].isExit,
                // A time that is stored as 40 bits.
                // forge-lint: disable-next-line(unsafe-typecast)
                atSec: uint40(waiting[i].bucket * lengthSec),
                amount: uint128(waiting[i].amount),
                shares: uint128(waiting[i].shares)
            });
        }
    }

    /// @inheritdoc ISpokeViews
    function bid(uint256 bidId) external view returns (BidState memory state) {
        Bid storage bid_ = _bids[bidId];
        (state.owner, state.basket, state.tier, state.kind) = (bid_.owner, bid_.basket, bid_.tier, bid_.kind);
        BasketTerms storage terms = _baskets[state.basket];
        if (state.kind == BidKind.Entering) state.activeAt = uint40(bid_.bucket * uint256(terms.activationBucketSec));
        else if (state.kind != BidKind.Remainder) state.exitAt = uint40(bid_.bucket * uint256(terms.exitBucketSec));
        _describe(state, bid_, _poolOf(state.basket, state.tier), _lengths(terms));
    }

    /// @inheritdoc ISpokeViews
    function inFlight(uint32 basket) external view returns (uint128) {
        return _baskets[basket].inFlight;
    }

    /// @inheritdoc ISpokeViews
    function call(uint32 basket, uint8 tier, uint32 gen) external view returns (CallState memory) {
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        PoolAccounting.Call storage made = pool_.calls[gen];
        PoolAccounting.Result storage result = pool_.results[gen];
        uint8 status = made.status;
        bool inDebtToken = result.collateralId == PoolAccounting.DEBT_TOKEN_ID && result.collateral != 0;
        return CallState({
            legTag: made.legTag,
            sharesAtCall: made.sharesAtCall,
            drawn: made.drawn,
            collateralSeen: status & PoolAccounting.COLLATERAL != 0,
            refundSeen: status & PoolAccounting.REFUND != 0,
            complete: status & PoolAccounting.COMPLETE != 0,
            skipped: status & PoolAccounting.SKIPPED != 0,
            collateralToken: inDebtToken ? _baskets[basket].debtToken : _tokens[result.collateralId],
            collateral: result.collateral,
            refund: result.refund
        });
    }

    /// @inheritdoc ISpokeViews
    function checkpointCount(uint32 basket, uint8 tier, address token) external view returns (uint256) {
        return _poolOf(basket, tier).checkpoints[_tokenIdOf(basket, token)].length;
    }

    /// @inheritdoc ISpokeViews
    function calledAt(LegId legId) external view returns (uint64 blockNumber) {
        return _legs[legId].blockNumber;
    }

    /// @dev Fills in what the bid has, as if its pool had been rolled.
    function _describe(
        BidState memory state,
        Bid storage bid_,
        PoolAccounting.Pool storage pool_,
        PoolSchedule.Lengths memory lengths
    ) private view {
        (uint256 assets, uint256 shares, PoolSchedule.Rolled[] memory rolled) = pool_.preview(lengths, block.timestamp);
        bool entering = state.kind == BidKind.Entering && pool_.entries[bid_.bucket].shares == 0;
        Part memory part = entering ? Part(0, 0, OPEN_END) : _partOf(pool_, bid_);
        state.epoch = state.kind != BidKind.Entering ? bid_.epoch : entering ? 0 : pool_.entries[bid_.bucket].epoch;
        if (entering) state.entering = bid_.shares;
        for (uint256 i = 0; i < rolled.length; ++i) {
            PoolSchedule.Rolled memory step = rolled[i];
            if (step.bucket != bid_.bucket) continue;
            if (entering && !step.isExit) {
                part = Part(Math.mulDiv(bid_.shares, step.shares, step.amount), pool_.gens, OPEN_END);
                (state.entering, state.epoch) = (0, pool_.epoch);
            } else if (state.kind == BidKind.Exiting && step.isExit && part.endGen == OPEN_END) {
                part.endGen = pool_.gens;
                state.collectable = uint128(Math.mulDiv(part.shares, step.amount, step.shares));
            }
        }
        (state.shares, state.startGen, state.endGen) = (uint128(part.shares), part.startGen, part.endGen);
        if (part.endGen == OPEN_END && part.shares != 0) {
            state.standby = uint128(Math.mulDiv(part.shares, assets, shares));
        }
        PoolSchedule.Exit storage exit = pool_.exits[bid_.epoch][bid_.bucket];
        if (state.kind == BidKind.Exiting && exit.rolled) {
            state.collectable = uint128(Math.mulDiv(bid_.shares, exit.assets, exit.shares));
        }
    }
}
