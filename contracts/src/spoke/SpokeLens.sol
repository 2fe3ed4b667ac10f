// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    BidState,
    CallState,
    ILiquiditySpoke,
    PoolBucket,
    PoolState,
    SpokeBasket
} from "../interfaces/ILiquiditySpoke.sol";
import {KIND_LEG_REFUNDED, KIND_LEG_SETTLED} from "../libraries/Types.sol";

/// @notice What a bid can claim of one token, and the indices that `claim` and `rebid` want.
struct ClaimableToken {
    address token;
    uint256 amountLocal;
    uint256 fromCheckpoint;
    uint256 toCheckpoint;
}

/// @notice A call that a bid took part in and whose result it cannot claim by `claim` yet.
/// @param drawnFromBid The bid's part of what was drawn, hub units, rounded down.
/// @param claimable,refundable What `claimSkipped` would pay of either part, local units; zero unless the call was skipped.
struct OpenCall {
    uint32 gen;
    CallState state;
    uint256 drawnFromBid;
    uint256 claimable;
    uint256 refundable;
}

/// @notice Everything about one bid.
/// @param tokens The debt token, which refunds are in, then the collateral tokens with something to claim.
/// @param calls Calls that are not finalized and skipped ones with something to claim; the oldest first.
struct BidDetail {
    uint256 bidId;
    BidState state;
    ClaimableToken[] tokens;
    OpenCall[] calls;
}

/// @notice One tier of a basket's ladder on one spoke.
/// @param available What a plan with the given `callBy` may draw, hub units, before what other plans will draw.
struct TierDepth {
    uint8 tier;
    uint256 premiumBps;
    PoolState pool;
    PoolBucket[] buckets;
    uint256 available;
}

/// @title SpokeLens
/// @notice What a front end wants to know of a spoke in one call. Keeps nothing, and works for every spoke of its chain.
contract SpokeLens {
    /// @notice Everything about these bids. At most `maxCalls` open calls each are looked at, so that the answer stays bounded.
    /// Reverts with nothing of its own; an unknown bid has no owner.
    function bids(ILiquiditySpoke spoke, uint256[] calldata bidIds, uint32 maxCalls)
        external
        view
        returns (BidDetail[] memory details)
    {
        details = new BidDetail[](bidIds.length);
        for (uint256 i = 0; i < bidIds.length; ++i) {
            details[i].bidId = bidIds[i];
            details[i].state = spoke.bid(bidIds[i]);
            if (details[i].state.owner == address(0)) continue;
            details[i].tokens = _tokens(spoke, details[i]);
            details[i].calls = _calls(spoke, details[i], maxCalls);
        }
    }

    /// @notice The ladder of a basket, tier by tier. `available` leaves out what will have left until `callBy` (seconds).
    /// Reverts with nothing of its own; an unknown basket has no tiers.
    function ladder(ILiquiditySpoke spoke, uint32 basket, uint64 callBy)
        external
        view
        returns (TierDepth[] memory tiers)
    {
        SpokeBasket memory terms = spoke.basketParams(basket);
        tiers = new TierDepth[](terms.tierCount);
        for (uint8 tier = 0; tier < terms.tierCount; ++tier) {
            TierDepth memory depth = tiers[tier];
            depth.tier = tier;
            depth.premiumBps = uint256(terms.tierStepBps) * (uint256(tier) + 1);
            depth.pool = spoke.pool(basket, tier);
            depth.buckets = spoke.poolBuckets(basket, tier);
            depth.available = _available(depth.pool, depth.buckets, callBy);
        }
    }

    /// @dev `floor(assets * staying / shares)`: what the shares that have not left by then stand by with.
    function _available(PoolState memory pool, PoolBucket[] memory buckets, uint64 callBy)
        private
        pure
        returns (uint256)
    {
        uint256 staying = pool.shares;
        for (uint256 i = 0; i < buckets.length; ++i) {
            if (buckets[i].isExit && buckets[i].atSec <= callBy) staying -= buckets[i].shares;
        }
        return pool.shares == 0 ? 0 : uint256(pool.assets) * staying / pool.shares;
    }

    function _tokens(ILiquiditySpoke spoke, BidDetail memory detail)
        private
        view
        returns (ClaimableToken[] memory tokens)
    {
        address[] memory collaterals = spoke.collateralTokens();
        address debtToken = spoke.basketParams(detail.state.basket).debtToken;
        tokens = new ClaimableToken[](collaterals.length + 1);
        tokens[0] = _claimable(spoke, detail.bidId, debtToken);
        uint256 count = 1;
        for (uint256 i = 0; i < collaterals.length; ++i) {
            if (collaterals[i] == debtToken) continue;
            ClaimableToken memory token = _claimable(spoke, detail.bidId, collaterals[i]);
            if (token.amountLocal != 0) tokens[count++] = token;
        }
        // Safe: only shortens an array that was allocated here.
        assembly ("memory-safe") {
            mstore(tokens, count)
        }
    }

    function _claimable(ILiquiditySpoke spoke, uint256 bidId, address token)
        private
        view
        returns (ClaimableToken memory claimable)
    {
        claimable.token = token;
        (claimable.amountLocal, claimable.fromCheckpoint, claimable.toCheckpoint) = spoke.claimable(bidId, token);
    }

    function _calls(ILiquiditySpoke spoke, BidDetail memory detail, uint32 maxCalls)
        private
        view
        returns (OpenCall[] memory calls)
    {
        BidState memory state = detail.state;
        PoolState memory pool = spoke.pool(state.basket, state.tier);
        uint32 end = state.endGen < pool.gens ? state.endGen : pool.gens;
        calls = new OpenCall[](maxCalls);
        uint256 count;
        for (uint32 gen = state.startGen; gen < end && count < maxCalls; ++gen) {
            CallState memory made = spoke.call(state.basket, state.tier, gen);
            if (gen < pool.finalized && !made.skipped) continue;
            OpenCall memory open = OpenCall({
                gen: gen,
                state: made,
                drawnFromBid: uint256(made.drawn) * state.shares / made.sharesAtCall,
                claimable: spoke.claimableSkipped(detail.bidId, gen, KIND_LEG_SETTLED),
                refundable: spoke.claimableSkipped(detail.bidId, gen, KIND_LEG_REFUNDED)
            });
            bool over = made.skipped && made.complete && open.claimable + open.refundable == 0;
            if (!over) calls[count++] = open;
        }
        // Safe: only shortens an array that was allocated here.
        assembly ("memory-safe") {
            mstore(calls, count)
        }
    }
}
