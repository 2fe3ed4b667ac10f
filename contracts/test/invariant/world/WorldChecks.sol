// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, AuctionStatus, LegStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {BidState, CallState, ILiquiditySpoke, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {MarketActions} from "./MarketActions.sol";

/// @notice What must hold after every step, by the numbers of the protocol's list. Invariant 2 is checked at each exchange
/// (`HubActions`), 7 at the end of each run (`WorldDrain`).
abstract contract WorldChecks is MarketActions {
    /// @dev What the bids of one pool hold and could claim.
    struct PoolSums {
        uint256 bids;
        uint256 shares;
        uint256 standby;
        uint256 entering;
        uint256 collectable;
        uint256 held;
        uint256[3] claimable;
    }

    uint8 private constant COMMITTED = 1;
    uint8 private constant ARRIVED = 2;
    uint8 private constant EXPIRED = 4;
    uint8 private constant ENDED = 8;
    uint8 private constant CALLED = 16;
    uint8 private constant COLLATERAL_HOME = 32;
    uint8 private constant REFUND_HOME = 64;

    function _checkAll() internal {
        for (uint256 s; s < SITES; ++s) {
            _checkSpoke(s);
            _checkInFlight(s);
        }
        for (uint256 i; i < legs.length; ++i) {
            _checkLeg(legs[i]);
        }
        _checkHub();
        _checkConservation();
        _checkMarketsInFlight();
        for (uint256 i; i < auctions.length; ++i) {
            _checkAuction(auctions[i]);
        }
    }

    // ------------------------------------------------------------------------------ 1 and 8: spokes and their pools

    function _checkSpoke(uint256 s) private {
        uint256[3] memory owed;
        uint256[3] memory exact;
        PoolSums[3] memory pools = _poolSums(s);
        for (uint256 t; t < 3; ++t) {
            uint8 tier = tiers[t];
            PoolSums memory sums = pools[t];
            _checkPool(s, tier, sums);
            uint256[3] memory waiting = _checkCalls(s, tier, sums.claimable, sums.bids);
            owed[0] += _toLocal(s, sums.held);
            exact[0] += assetsLocal[s][tier];
            for (uint256 token; token < 3; ++token) {
                owed[token] += sums.claimable[token] + waiting[token];
                exact[token] += cameInLocal[s][tier][token] - claimedLocal[s][tier][token];
            }
        }
        for (uint256 token; token < 3; ++token) {
            uint256 balance = sites[s].debt.balanceOf(address(sites[s].spoke));
            if (token != 0) balance = sites[s].collateral[token - 1].balanceOf(address(sites[s].spoke));
            assertGe(balance - forgedLocal[s][token], owed[token], "1: the balance covers what is owed");
            assertEq(balance - forgedLocal[s][token], exact[token], "1: and is what came less what went");
        }
    }

    function _poolSums(uint256 s) private view returns (PoolSums[3] memory pools) {
        ILiquiditySpoke spoke = sites[s].spoke;
        address[3] memory tokens = [_tokenOf(s, 0), _tokenOf(s, 1), _tokenOf(s, 2)];
        for (uint256 i; i < bids.length; ++i) {
            SeenBid memory seen = bids[i];
            if (seen.site != s) continue;
            PoolSums memory sums = pools[seen.tier == tiers[0] ? 0 : seen.tier == tiers[1] ? 1 : 2];
            BidState memory bid = spoke.bid(seen.id);
            ++sums.bids;
            sums.standby += bid.standby;
            sums.entering += bid.entering;
            sums.collectable += bid.collectable;
            uint256[3] memory skipped = _claimableSkipped(seen, bid);
            if (bid.endGen == OPEN_END) sums.shares += bid.shares;
            for (uint256 token; token < 3; ++token) {
                (uint256 amount,,) = spoke.claimable(seen.id, tokens[token]);
                sums.claimable[token] += amount + skipped[token];
            }
        }
    }

    function _checkPool(uint256 s, uint8 tier, PoolSums memory sums) private view {
        PoolState memory pool = sites[s].spoke.pool(BASKET, tier);
        assertEq(pool.entering, sums.entering, "1: what waits to enter is the bids'");
        sums.held = uint256(pool.assets) + pool.entering + sums.collectable;
        assertLe(sums.held, assets[s][tier], "1: what is held is what was placed less what went");
        // What has left and was not collected yet is rounded down for each bid, too.
        uint256 dust = (exits[s][tier] + sums.bids) * (1 + _step(s));
        assertLe(assets[s][tier] - sums.held, dust, "1: but for dust");
        assertLe(pool.assets, pool.shares, "1: a share is worth at most one unit");
        assertLe(sums.shares, pool.shares, "1: the open bids have no more shares than there are");
        uint256 nobodys = pool.shares - sums.shares;
        assertLe(nobodys, entries[s][tier], "1: and all but what rounding at the entry left to nobody");
        assertLe(sums.standby, pool.assets, "1: the bids stand by with no more than there is");
        assertLe(pool.assets - sums.standby, sums.bids + nobodys, "1: and with no less, but for dust");
        assertEq(pool.shares == 0, pool.assets == 0, "1: assets belong to somebody");
    }

    /// @dev What finalized calls brought is what the bids got; what is not finalized waits.
    function _checkCalls(uint256 s, uint8 tier, uint256[3] memory claimable, uint256 bidCount)
        private
        returns (uint256[3] memory waiting)
    {
        PoolState memory pool = sites[s].spoke.pool(BASKET, tier);
        uint256[3] memory shared;
        uint256[3] memory dust;
        shared[0] = skippedRestLocal[s][tier];
        for (uint32 gen; gen < pool.gens; ++gen) {
            CallState memory made = sites[s].spoke.call(BASKET, tier, gen);
            _checkFinished(keccak256(abi.encode(s, tier, gen)), made);
            uint256[3] memory to = gen < pool.finalized ? shared : waiting;
            uint256 nobodys = unowned[s][tier][gen];
            to[0] += made.refund;
            dust[0] += (made.refund + skippedRestLocal[s][tier]) * nobodys / made.sharesAtCall + 1;
            uint256 token = made.collateralToken == _tokenOf(s, 2) ? 2 : 1;
            to[token] += made.collateral;
            dust[token] += uint256(made.collateral) * nobodys / made.sharesAtCall + 1;
        }
        for (uint256 token; token < 3; ++token) {
            assertEq(shared[token] + waiting[token], cameInLocal[s][tier][token], "8: recorded is what came in");
            uint256 got = claimable[token] + claimedLocal[s][tier][token];
            assertLe(got, shared[token], "8: claims never exceed what came in");
            // Each bid comes of an operation and rounds once at its end, each claim once; and what nobody's shares earned.
            dust[token] += bidCount + operations[s][tier];
            assertLe(shared[token] - got, dust[token], "8: and fall short by dust");
            dustLocal[s][tier][token] = dust[token];
        }
    }

    function _checkFinished(bytes32 key, CallState memory made) private {
        if (!made.complete) {
            assertEq(finished[key], 0, "3: a complete call stays complete");
            return;
        }
        bytes32 result = keccak256(abi.encode(made));
        if (finished[key] == 0) finished[key] = result;
        assertEq(finished[key], result, "3: a complete call does not change");
    }

    /// @dev What counts as in flight is what the legs have drawn that wait for a result.
    function _checkInFlight(uint256 s) private view {
        uint256 sum;
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].site == s && !_landed(legs[i])) sum += legs[i].drawn;
        }
        assertEq(sites[s].spoke.inFlight(BASKET), sum, "4: in flight is what waits for a result");
    }

    // ----------------------------------------------------------------------------------------------------- 3: legs

    function _checkLeg(SeenLeg storage seen) private {
        LegStatus memory leg = _statusOf(seen);
        uint8 states = (leg.committed ? COMMITTED : 0) | (leg.arrived ? ARRIVED : 0) | (leg.expired ? EXPIRED : 0)
            | (leg.ended ? ENDED : 0) | (sites[seen.site].spoke.calledAt(seen.legId) != 0 ? CALLED : 0)
            | (leg.ended && !leg.collateralDue ? COLLATERAL_HOME : 0) | (leg.ended && !leg.refundDue ? REFUND_HOME : 0);
        assertEq(seen.states & ~states, 0, "3: nothing of a leg goes back");
        seen.states = states;
        assertEq(leg.ended ? 1 : 0, seen.ends, "3: a leg ends once");
        assertEq(leg.arrived, seen.arrived, "3: what has arrived stays arrived");
        assertEq(leg.credited, seen.credited, "3: with what was credited");
        assertEq(states & CALLED != 0, seen.called, "3: a leg is called once");
        if (leg.ended) assertEq(leg.reservedDebt + leg.reservedCollateral, 0, "3: an ended leg reserves nothing");
    }

    // -------------------------------------------------------------------------------------- 4: conservation of value

    function _checkHub() private view {
        uint256 debt = forgottenDebt;
        uint256[2] memory collateral = forgottenFees;
        for (uint256 i; i < legs.length; ++i) {
            (uint256 used, uint256 given, uint256 fee) = _usedOf(legs[i]);
            debt += legs[i].credited - used - legs[i].refundSent;
            collateral[_collateralOf(legs[i].auctionId)] += given + fee - legs[i].collateralSent;
        }
        assertEq(debtToken.balanceOf(address(hub)), debt, "4: the hub holds the debt tokens of its legs");
        for (uint256 k; k < 2; ++k) {
            address token = address(collateralTokens[k]);
            uint256 fees =
                operatorSet.accrued(1, token) + operatorSet.accrued(2, token) + collateralTokens[k].balanceOf(relayer);
            assertEq(collateralTokens[k].balanceOf(address(hub)) + fees, collateral[k], "4: and their collateral");
            assertEq(collateralTokens[k].balanceOf(hub.vault()), 0, "4: nothing stays in the vault");
        }
        assertEq(debtToken.balanceOf(hub.vault()), 0, "4: nothing stays in the vault");
    }

    /// @dev deposits = standby + in flight + paid to sources + refunds + withdrawn (+ what transports fell short of).
    function _checkConservation() private view {
        uint256 sum = withdrawn + paid + lost + debtToken.balanceOf(address(hub));
        for (uint256 s; s < SITES; ++s) {
            for (uint256 t; t < 3; ++t) {
                sum += assets[s][tiers[t]];
            }
            sum += home[s] + _underWay(s);
        }
        assertEq(sum, deposited, "4: deposits are accounted for");
    }

    /// @dev Legs of committed and of lapsed plans count for their market until they end or expire, whatever becomes of their auction.
    function _checkMarketsInFlight() private view {
        uint256[2] memory flying;
        for (uint256 i; i < legs.length; ++i) {
            LegStatus memory leg = _statusOf(legs[i]);
            if (!(leg.committed || leg.lapsed) || leg.ended || leg.expired) continue;
            (uint256 used,,) = _usedOf(legs[i]);
            flying[_collateralOf(legs[i].auctionId)] += legs[i].drawn - used;
        }
        assertEq(hub.inFlight(ESCROW_MARKET), flying[0], "5: a market's legs in flight");
        assertEq(hub.inFlight(LENDER_MARKET), flying[1], "5: also of the other market");
    }

    function _underWay(uint256 s) internal view returns (uint256) {
        if (s == 0) return 0;
        uint256 back = sites[s].spokeEnd.underWay(address(sites[s].debt));
        return sites[s].hubEnd.underWay(address(debtToken)) + back * 10 ** hubDecimals() / 10 ** sites[s].debtDecimals;
    }

    // ------------------------------------------------------------------------------------------------- 5: auctions

    function _checkAuction(SeenAuction storage seen) private view {
        Auction memory auction = hub.auction(seen.id);
        assertLe(auction.debtCovered, auction.debtToCover, "5: never more than the debt");
        assertLe(auction.collateralTaken, auction.maxCollateral, "5: never more than the collateral");
        assertEq(auction.debtCovered, seen.covered, "5: covered is what was exchanged");
        assertEq(auction.collateralTaken, seen.taken, "5: taken is what was given");
        uint256 reserved;
        uint256 reservedCollateral;
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].auctionId != seen.id) continue;
            LegStatus memory leg = _statusOf(legs[i]);
            reserved += leg.reservedDebt;
            reservedCollateral += leg.reservedCollateral;
        }
        assertEq(auction.reservedDebt, reserved, "5: reservations are those of the legs");
        assertEq(auction.reservedCollateral, reservedCollateral, "5: also of collateral");
        assertLe(seen.covered + reserved, auction.debtToCover, "5: never reserved twice");
        if (auction.status == AuctionStatus.Closed) assertEq(reserved, 0, "5: a closed auction reserves nothing");
    }
}
