// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BidKind, BidState, CallState, ISpokeEvents, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {KIND_LEG_REFUNDED, KIND_LEG_SETTLED, LegId} from "../../../src/libraries/Types.sol";
import {WorldBooks} from "./WorldBooks.sol";

/// @notice LPs place bids of any size, ask for parts or all of them, collect, claim and bid again, at any time; anyone skips calls.
abstract contract LpActions is WorldBooks {
    uint32 internal constant OPEN_END = type(uint32).max;
    uint256 private constant NO_BID = type(uint256).max;
    uint256 private constant MAX_BID_UNITS = 1e13;

    /// @dev Another open bid of the same pool: what one LP does must not cost the others anything.
    struct Witness {
        uint256 index;
        uint256 standby;
    }

    function place(uint256 seed) public dice(seed) {
        _forgetBids();
        if (bids.length < MAX_BIDS) _placeSome();
    }

    function withdraw(uint256 seed) public dice(seed) {
        uint256 kind = _next(4);
        if (kind < 2) _askSome();
        else if (kind == 2) _collectSome();
        else _rebidSome();
    }

    function claim(uint256 seed) public dice(seed) {
        _claimSome();
    }

    function skip_(uint256 seed) public dice(seed) {
        uint256 offset = _next(SITES * 3);
        for (uint256 i; i < SITES * 3; ++i) {
            uint256 at = (offset + i) % (SITES * 3);
            if (_skip(at / 3, tiers[at % 3])) return;
        }
        _claimSkippedSome();
    }

    // ------------------------------------------------------------------------------------------------- placing

    function _placeSome() internal {
        uint256 amount = _magnitude(MAX_BID_UNITS) * unit;
        _place(_next(SITES), tiers[_next(3)], lps[_next(3)], uint128(amount));
    }

    function _place(uint256 s, uint8 tier, address lp, uint128 amount) internal {
        Site storage site = sites[s];
        Witness memory witness = _witness(s, tier, NO_BID);
        uint256 amountLocal = _toLocal(s, amount);
        site.debt.transfer(lp, amountLocal);
        vm.startPrank(lp);
        site.debt.approve(address(site.spoke), amountLocal);
        uint256 id = site.spoke.placeBid(BASKET, tier, amount, lp);
        vm.stopPrank();
        deposited += amount;
        _noteEntry(s, tier, lp, id, amount);
        _askWitness(witness);
        ++reached["bid placed"];
    }

    function _noteEntry(uint256 s, uint8 tier, address lp, uint256 id, uint256 amount) private {
        bids.push(SeenBid(id, uint8(s), tier, lp));
        assets[s][tier] += amount;
        assetsLocal[s][tier] += _toLocal(s, amount);
        ++entries[s][tier];
        ++operations[s][tier];
        BidState memory bid = sites[s].spoke.bid(id);
        assertEq(bid.entering, amount, "a bid waits whole");
        assertEq(bid.standby, 0, "and is not called before it is active");
        assertGe(bid.activeAt, block.timestamp + 300, "which is the delay ahead");
    }

    // ------------------------------------------------------------------------------------------------- leaving

    function _askSome() internal {
        _forgetBids();
        uint256 offset = _next(bids.length + 1);
        for (uint256 i; i < bids.length && bids.length + 2 <= MAX_BIDS; ++i) {
            uint256 index = (offset + i) % bids.length;
            BidState memory bid = sites[bids[index].site].spoke.bid(bids[index].id);
            if (bid.entering != 0) {
                uint256 units = bid.entering / unit;
                return _cancel(index, (_next(3) == 0 ? units : 1 + _next(units)) * unit);
            }
            uint256 steps = bid.standby / _step(bids[index].site);
            if (steps == 0 || bid.kind == BidKind.Exiting) continue;
            uint256 kind = _next(6);
            // All of it, all but the least that may stay, or some.
            if (kind == 1 && steps > 1) --steps;
            else if (kind > 1) steps = 1 + _next(steps);
            return _ask(index, steps * _step(bids[index].site));
        }
        _collectSome();
    }

    function _cancel(uint256 index, uint256 amount) private {
        SeenBid memory seen = bids[index];
        Site storage site = sites[seen.site];
        Witness memory witness = _witness(seen.site, seen.tier, index);
        uint256 entering = site.spoke.bid(seen.id).entering;
        uint256 balance = site.debt.balanceOf(seen.owner);
        vm.prank(seen.owner);
        (uint256 exitId, uint256 remainderId) = site.spoke.requestWithdraw(seen.id, uint128(amount));
        assertEq(exitId + remainderId, 0, "no other bid");
        assertEq(site.debt.balanceOf(seen.owner) - balance, _toLocal(seen.site, amount), "paid out at once");
        assertEq(site.spoke.bid(seen.id).entering, entering - amount);
        _notePaid(seen.site, seen.tier, _toLocal(seen.site, amount));
        _askWitness(witness);
        ++reached["entry withdrawn"];
    }

    function _ask(uint256 index, uint256 amount) internal {
        SeenBid memory seen = bids[index];
        Site storage site = sites[seen.site];
        Witness memory witness = _witness(seen.site, seen.tier, index);
        uint256 standby = site.spoke.bid(seen.id).standby;
        vm.prank(seen.owner);
        (uint256 exitId, uint256 remainderId) = site.spoke.requestWithdraw(seen.id, uint128(amount));

        ++operations[seen.site][seen.tier];
        assertEq(site.spoke.bid(seen.id).standby, 0, "closed");
        bids.push(SeenBid(exitId, seen.site, seen.tier, seen.owner));
        BidState memory leaving = site.spoke.bid(exitId);
        assertGe(leaving.standby, amount, "what was asked for leaves");
        assertGe(leaving.exitAt, block.timestamp + 600, "after the notice");
        if (remainderId == 0) {
            assertLt(standby - amount, _step(seen.site), "all leaves only if less than a local unit would stay");
            assertEq(leaving.standby, standby, "all of it");
        } else {
            bids.push(SeenBid(remainderId, seen.site, seen.tier, seen.owner));
            assertLe(leaving.standby, amount + 1, "and no more");
            uint256 stays = site.spoke.bid(remainderId).standby;
            assertLe(stays + amount, standby, "the remainder is no more than was left");
            assertGe(stays + amount + 2, standby, "less rounding");
            ++reached["asked in part"];
        }
        _askWitness(witness);
        ++reached["asked to leave"];
    }

    function _collectSome() internal {
        uint256 offset = _next(bids.length + 1);
        for (uint256 i; i < bids.length; ++i) {
            if (_collect((offset + i) % bids.length)) return;
        }
        _claimSome();
    }

    function _collect(uint256 index) internal returns (bool) {
        SeenBid memory seen = bids[index];
        Site storage site = sites[seen.site];
        BidState memory bid = site.spoke.bid(seen.id);
        if (bid.kind != BidKind.Exiting || bid.collectable == 0) return false;
        Witness memory witness = _witness(seen.site, seen.tier, index);
        uint256 balance = site.debt.balanceOf(seen.owner);
        uint256 paidLocal = site.spoke.withdraw(seen.id);
        assertEq(paidLocal, _toLocal(seen.site, bid.collectable), "what was to be collected");
        assertEq(site.debt.balanceOf(seen.owner) - balance, paidLocal, "to the owner");
        vm.expectPartialRevert(ISpokeEvents.BidNotExiting.selector);
        site.spoke.withdraw(seen.id);
        ++exits[seen.site][seen.tier];
        _notePaid(seen.site, seen.tier, paidLocal);
        _askWitness(witness);
        ++reached["collected"];
        return true;
    }

    function _notePaid(uint256 s, uint8 tier, uint256 amountLocal) private {
        withdrawn += _toHub(s, amountLocal);
        assets[s][tier] -= _toHub(s, amountLocal);
        assetsLocal[s][tier] -= amountLocal;
        ++operations[s][tier];
    }

    // ---------------------------------------------------------------------------------------- claiming, bidding again

    function _claimSome() internal {
        uint256 offset = _next(bids.length + 1);
        uint256 token = _next(3);
        for (uint256 i; i < bids.length; ++i) {
            if (_claim((offset + i) % bids.length, token) != 0) return;
        }
        if (bids.length < MAX_BIDS) _placeSome();
    }

    function _claim(uint256 index, uint256 token) internal returns (uint256 amountLocal) {
        SeenBid memory seen = bids[index];
        Site storage site = sites[seen.site];
        address tokenAddress = _tokenOf(seen.site, token);
        uint256 from;
        uint256 to;
        (amountLocal, from, to) = site.spoke.claimable(seen.id, tokenAddress);
        if (amountLocal == 0) return 0;
        assertEq(site.spoke.claim(seen.id, tokenAddress, from, to), amountLocal, "claim is claimable");
        claimedLocal[seen.site][seen.tier][token] += amountLocal;
        ++operations[seen.site][seen.tier];
        ++reached[token == 0 ? "refund claimed" : "gain claimed"];
    }

    function _rebidSome() internal {
        uint256 offset = _next(bids.length + 1);
        for (uint256 i; i < bids.length && bids.length < MAX_BIDS; ++i) {
            uint256 index = (offset + i) % bids.length;
            SeenBid memory seen = bids[index];
            (uint256 amountLocal, uint256 from, uint256 to) =
                sites[seen.site].spoke.claimable(seen.id, _tokenOf(seen.site, 0));
            uint256 amount = _toHub(seen.site, amountLocal);
            if (amount >= unit) return _rebid(seen, amountLocal, amount - amount % unit, from, to);
        }
        _askSome();
    }

    function _rebid(SeenBid memory seen, uint256 amountLocal, uint256 amount, uint256 from, uint256 to) private {
        Site storage site = sites[seen.site];
        uint8 tier = tiers[_next(3)];
        uint256 balance = site.debt.balanceOf(seen.owner);
        vm.prank(seen.owner);
        uint256 id = site.spoke.rebid(seen.id, tier, from, to);
        uint256 restLocal = amountLocal - _toLocal(seen.site, amount);
        assertEq(site.debt.balanceOf(seen.owner) - balance, restLocal, "the rest below a unit is paid out");
        claimedLocal[seen.site][seen.tier][0] += amountLocal;
        ++operations[seen.site][seen.tier];
        home[seen.site] -= amount;
        _noteEntry(seen.site, tier, seen.owner, id, amount);
        ++reached["refund bid again"];
    }

    // ------------------------------------------------------------------------------------------------- skipping

    /// @dev Goes on without the next result of a pool, if one is missing; not before its time.
    function _skip(uint256 s, uint8 tier) private returns (bool) {
        PoolState memory pool = sites[s].spoke.pool(BASKET, tier);
        if (pool.finalized == pool.gens) return false;
        CallState memory made = sites[s].spoke.call(BASKET, tier, pool.finalized);
        if (made.complete) return false;
        LegId legId = calledLeg[s][made.legTag];
        uint256 skippableAt = calledAtSec[legId] + CALL_TIMEOUT_SEC;
        if (block.timestamp <= skippableAt) {
            vm.expectPartialRevert(ISpokeEvents.CallNotSkippable.selector);
            sites[s].spoke.skipCall(BASKET, tier, legId);
            ++reached["skip refused"];
            if (_next(3) != 0) return true;
            vm.warp(skippableAt + 1);
        }
        if (!made.refundSeen) skippedRestLocal[s][tier] += made.refund;
        sites[s].spoke.skipCall(BASKET, tier, legId);
        ++operations[s][tier];
        ++reached["call skipped"];
        return true;
    }

    function _claimSkippedSome() private {
        uint256 offset = _next(bids.length + 1);
        for (uint256 i; i < bids.length; ++i) {
            if (_claimSkipped((offset + i) % bids.length, false)) return;
        }
        _claimSome();
    }

    function _claimSkipped(uint256 index, bool all) internal returns (bool any) {
        SeenBid memory seen = bids[index];
        Site storage site = sites[seen.site];
        BidState memory bid = site.spoke.bid(seen.id);
        uint32 end = _min32(bid.endGen, site.spoke.pool(BASKET, seen.tier).finalized);
        for (uint32 gen = bid.startGen; gen < end; ++gen) {
            for (uint8 kind = KIND_LEG_SETTLED; kind <= KIND_LEG_REFUNDED; ++kind) {
                uint256 amountLocal = site.spoke.claimableSkipped(seen.id, gen, kind);
                if (amountLocal == 0) continue;
                assertEq(site.spoke.claimSkipped(seen.id, gen, kind), amountLocal, "claim is claimable");
                claimedLocal[seen.site][seen.tier][_tokenIndex(seen.site, seen.tier, gen, kind)] += amountLocal;
                ++operations[seen.site][seen.tier];
                ++reached["skipped result claimed"];
                if (!all) return true;
                any = true;
            }
        }
    }

    /// @dev What the bid could claim of skipped calls, by token.
    function _claimableSkipped(SeenBid memory seen, BidState memory bid)
        internal
        view
        returns (uint256[3] memory sums)
    {
        Site storage site = sites[seen.site];
        uint32 end = _min32(bid.endGen, site.spoke.pool(BASKET, seen.tier).finalized);
        for (uint32 gen = bid.startGen; gen < end; ++gen) {
            if (!site.spoke.call(BASKET, seen.tier, gen).skipped) continue;
            for (uint8 kind = KIND_LEG_SETTLED; kind <= KIND_LEG_REFUNDED; ++kind) {
                uint256 token = _tokenIndex(seen.site, seen.tier, gen, kind);
                sums[token] += site.spoke.claimableSkipped(seen.id, gen, kind);
            }
        }
    }

    function _tokenIndex(uint256 s, uint8 tier, uint32 gen, uint8 kind) private view returns (uint256) {
        if (kind == KIND_LEG_REFUNDED) return 0;
        address token = sites[s].spoke.call(BASKET, tier, gen).collateralToken;
        return token == _tokenOf(s, 2) ? 2 : 1;
    }

    function _min32(uint32 a, uint32 b) private pure returns (uint32) {
        return a < b ? a : b;
    }

    // ------------------------------------------------------------------------------------------------ bookkeeping

    /// @dev A full list makes room: closed bids that will never get anything more leave it.
    function _forgetBids() private {
        if (bids.length + 2 <= MAX_BIDS) return;
        for (uint256 i = bids.length; i != 0; --i) {
            if (!_isDone(bids[i - 1])) continue;
            bids[i - 1] = bids[bids.length - 1];
            bids.pop();
        }
    }

    function _isDone(SeenBid memory seen) private view returns (bool) {
        Site storage site = sites[seen.site];
        BidState memory bid = site.spoke.bid(seen.id);
        bool never = bid.kind == BidKind.Entering && bid.shares + bid.entering == 0;
        if (never) return true;
        if (bid.endGen == OPEN_END || bid.endGen > site.spoke.pool(BASKET, seen.tier).finalized) return false;
        if (bid.collectable != 0) return false;
        for (uint32 gen = bid.startGen; gen < bid.endGen; ++gen) {
            CallState memory made = site.spoke.call(BASKET, seen.tier, gen);
            if (made.skipped && !made.complete) return false;
        }
        uint256[3] memory skipped = _claimableSkipped(seen, bid);
        for (uint256 token; token < 3; ++token) {
            (uint256 amountLocal,,) = site.spoke.claimable(seen.id, _tokenOf(seen.site, token));
            if (amountLocal + skipped[token] != 0) return false;
        }
        return true;
    }

    function _witness(uint256 s, uint8 tier, uint256 other) private returns (Witness memory witness) {
        witness.index = NO_BID;
        uint256 offset = _next(bids.length + 1);
        for (uint256 i; i < bids.length; ++i) {
            uint256 index = (offset + i) % bids.length;
            if (index == other || bids[index].site != s || bids[index].tier != tier) continue;
            BidState memory bid = sites[s].spoke.bid(bids[index].id);
            if (bid.endGen == OPEN_END) return Witness(index, bid.standby);
        }
    }

    function _askWitness(Witness memory witness) private view {
        if (witness.index == NO_BID) return;
        SeenBid storage seen = bids[witness.index];
        assertGe(sites[seen.site].spoke.bid(seen.id).standby, witness.standby, "nobody else pays for it");
    }
}
