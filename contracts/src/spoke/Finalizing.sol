// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {LegId} from "../libraries/Types.sol";
import {BidBook} from "./BidBook.sol";

/// @title Finalizing
/// @notice How a pool's pointer walks over its calls in their order: over those whose result is complete, and past their timeout
/// also over others, whose results are then claimed singly.
abstract contract Finalizing is BidBook, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using PoolAccounting for PoolAccounting.Pool;

    /// @dev Each arriving result moves its pool's pointer over at most so many calls: itself and one that had waited, so
    /// that a backlog shrinks while the gas of a delivery stays bounded. `finalizeCalls` does the rest.
    uint32 internal constant CALLS_FINALIZED_AT_ONCE = 2;

    /// @notice `finalizeCalls`.
    function finalizeCalls(uint32 basket, uint8 tier, uint32 maxCalls)
        external
        nonReentrant
        returns (uint32 finalized)
    {
        _basketOf(basket, tier);
        finalized = _advance(_poolOf(basket, tier), basket, tier, maxCalls);
    }

    /// @notice `skipCall`.
    function skipCall(uint32 basket, uint8 tier, LegId legId) external nonReentrant {
        BasketTerms storage terms = _basketOf(basket, tier);
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        uint32 gen = pool_.finalized;
        PoolAccounting.Call storage made = pool_.calls[gen];
        CalledLeg storage leg = _legs[legId];
        bool legsOwn = made.sharesAtCall != 0 && made.legTag == _tagOf(legId) && leg.basket == basket;
        if (!legsOwn) revert CallNotOfLeg(legId, gen);
        if (made.status & PoolAccounting.COMPLETE != 0) revert CallComplete(gen);
        uint256 skippableAt = uint256(leg.calledAtSec) + terms.callTimeoutSec;
        // A time, and a timeout of 32 bits.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (block.timestamp <= skippableAt) revert CallNotSkippable(gen, uint40(skippableAt));

        pool_.skip();
        emit CallSkipped(legId, basket, tier, gen);
        emit CallsFinalized(basket, tier, gen + 1);
        _advance(pool_, basket, tier, CALLS_FINALIZED_AT_ONCE);
        _land(legId, 1);
    }

    /// @notice `claimSkipped`.
    /// @dev The rest of an epoch that came with a refund is claimed with it; one whose call was skipped before has entered the
    /// prefix sums.
    function claimSkipped(uint256 bidId, uint32 gen, uint8 kind) external nonReentrant returns (uint256 amountLocal) {
        Bid storage bid_ = _existingBid(bidId);
        (uint32 basket, address owner) = (bid_.basket, bid_.owner);
        PoolAccounting.Pool storage pool_ = _poolOf(basket, bid_.tier);
        if (pool_.calls[gen].status & PoolAccounting.SKIPPED == 0) revert CallNotSkipped(gen);
        Part memory taken = _partOf(pool_, bid_);
        if (gen < taken.startGen || gen >= taken.endGen) revert CallOfOtherBid(bidId, gen);

        (uint8 part, address token) = _skippedPart(pool_, basket, gen, kind);
        amountLocal = _skippedGains(pool_, bidId, bid_, gen, part);
        if (amountLocal == 0) revert NothingToClaim(bidId, token);
        _skippedClaimed[bidId][gen] |= part;
        emit Claimed(bidId, owner, token, amountLocal);
        IERC20(token).safeTransfer(owner, amountLocal);
    }

    function _skippedPart(PoolAccounting.Pool storage pool_, uint32 basket, uint32 gen, uint8 kind)
        private
        view
        returns (uint8 part, address token)
    {
        token = _baskets[basket].debtToken;
        part = _partOfKind(kind);
        uint32 tokenId = pool_.results[gen].collateralId;
        if (part == PoolAccounting.COLLATERAL && tokenId != PoolAccounting.DEBT_TOKEN_ID) token = _tokens[tokenId];
    }

    function _advance(PoolAccounting.Pool storage pool_, uint32 basket, uint8 tier, uint32 maxCalls)
        internal
        returns (uint32 finalized)
    {
        bool moved;
        (finalized, moved) = pool_.advance(maxCalls);
        if (moved) emit CallsFinalized(basket, tier, finalized);
    }

    /// @dev So many more of the leg's fills wait for nothing; with the last one the leg is in flight no more.
    function _land(LegId legId, uint8 fills) internal {
        if (fills == 0) return;
        CalledLeg storage leg = _legs[legId];
        leg.openFills -= fills;
        if (leg.openFills != 0) return;
        BasketTerms storage terms = _baskets[leg.basket];
        terms.inFlight -= leg.flown;
        emit InFlightUpdated(leg.basket, terms.inFlight, terms.maxInFlight);
    }
}
