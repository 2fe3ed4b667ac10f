// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuctionStatus, LegStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {BidKind, BidState, PoolState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {Fill, KIND_LEG_REFUNDED, KIND_LEG_SETTLED, Leg} from "../../../src/libraries/Types.sol";
import {TestBridgePort} from "./TestBridgePort.sol";
import {WorldChecks} from "./WorldChecks.sol";

/// @notice Invariant 7: from any state anyone brings everything to its end, in any order, with no help of operators or
/// sources; then every LP claims and leaves, to the last one.
abstract contract WorldDrain is WorldChecks {
    function _drain(uint256 seed) internal dice(seed) {
        _deliverAll();
        vm.warp(block.timestamp + 2 days);
        _endAuctions();
        _endLegs();
        for (uint256 s; s < SITES; ++s) {
            _dispatchAll(s);
        }
        _deliverAll();
        _checkAll();
        _checkNothingInFlight();
        _finalizeAll();
        _claimAll();
        _everybodyLeaves();
        vm.warp(block.timestamp + 1 days);
        _collectAll();
        _checkAll();
        _checkOnlyDustIsLeft();
    }

    function _deliverAll() private {
        while (true) {
            (TestBridgePort end, uint256 index) = _somewhere(false);
            if (address(end) == address(0)) return;
            _deliver(end, index, end.inbox(index).amount);
        }
    }

    function _endAuctions() private {
        for (uint256 i; i < auctions.length; ++i) {
            if (hub.auction(auctions[i].id).status == AuctionStatus.Open) hub.closeAuction(auctions[i].id);
        }
    }

    function _endLegs() private {
        for (uint256 i; i < legs.length; ++i) {
            LegStatus memory leg = _statusOf(legs[i]);
            if (leg.arrived && !leg.ended) _release(legs[i]);
            if ((leg.committed || leg.lapsed) && !leg.arrived && !leg.expired) _expire(legs[i]);
        }
    }

    /// @dev A refund of nothing (a transport credited less than one unit) waits for another refund to the same spoke: here the
    /// next one is made on purpose.
    function _dispatchAll(uint256 s) private {
        for (uint256 k; k < 2; ++k) {
            while (_dispatch(KIND_LEG_SETTLED, s, k, true)) {}
        }
        while (_dispatch(KIND_LEG_REFUNDED, s, 0, true)) {}
        if (!_owesRefund(s)) return;
        _makeRefund(s);
        while (_dispatch(KIND_LEG_REFUNDED, s, 0, true)) {}
        ++reached["refund of nothing went along"];
    }

    function _owesRefund(uint256 s) private view returns (bool) {
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].site == s && _statusOf(legs[i]).refundDue) return true;
        }
        return false;
    }

    /// @dev A bid that is called, but for no plan that the hub knows: its capital comes straight back.
    function _makeRefund(uint256 s) private {
        _place(s, tiers[0], lps[0], unit);
        vm.warp(block.timestamp + 360);
        // Only now: an auction may last but 100 seconds, and past its deadline nothing is called.
        _openEscrow();
        Leg[] memory planned = new Leg[](1);
        planned[0] = Leg(uint32(s + 1), new Fill[](1));
        planned[0].fills[0] = Fill(tiers[0], unit);
        _sign(auctions[auctions.length - 1].id, planned);
        _call(legs.length - 1);
        _deliverAll();
        vm.warp(block.timestamp + 2 days);
        _endAuctions();
        _endLegs();
    }

    function _checkNothingInFlight() private view {
        for (uint256 s; s < SITES; ++s) {
            assertEq(_underWay(s), 0, "7: nothing under way");
            assertEq(sites[s].spoke.inFlight(BASKET), 0, "7: nor does it count as in flight");
        }
        uint256 shortLegs;
        for (uint256 i; i < legs.length; ++i) {
            LegStatus memory leg = _statusOf(legs[i]);
            assertEq(leg.ended, legs[i].called, "7: what was called has ended");
            assertFalse(leg.collateralDue || leg.refundDue, "7: and is home");
            if ((leg.committed || leg.lapsed) && !leg.ended) {
                assertTrue(leg.expired, "7: what was never called has expired");
            }
            if (legs[i].credited < legs[i].drawn) shortLegs += 3;
        }
        assertLe(
            debtToken.balanceOf(address(hub)),
            forgottenDebt + shortLegs * unit,
            "7: the hub keeps but dust of short legs"
        );
        for (uint256 k; k < 2; ++k) {
            assertEq(collateralTokens[k].balanceOf(address(hub)), 0, "7: the hub keeps no collateral");
        }
    }

    function _finalizeAll() private {
        for (uint256 s; s < SITES; ++s) {
            for (uint256 t; t < 3; ++t) {
                uint32 gens = sites[s].spoke.pool(BASKET, tiers[t]).gens;
                uint32 finalized;
                for (uint256 n; finalized < gens && n < gens; ++n) {
                    finalized = sites[s].spoke.finalizeCalls(BASKET, tiers[t], 1 + uint32(_next(4)));
                }
                assertEq(finalized, gens, "7: every call of every pool is complete");
            }
        }
    }

    function _claimAll() private {
        for (uint256 i; i < bids.length; ++i) {
            for (uint256 token; token < 3; ++token) {
                _claim(i, token);
            }
            _claimSkipped(i, true);
        }
    }

    /// @dev From a random bid on, around: each asks for all it has; the last one of each pool, too.
    function _everybodyLeaves() private {
        uint256 count = bids.length;
        uint256 offset = _next(count + 1);
        for (uint256 i; i < count; ++i) {
            uint256 index = (offset + i) % count;
            SeenBid memory seen = bids[index];
            BidState memory bid = sites[seen.site].spoke.bid(seen.id);
            assertEq(bid.entering, 0, "8: all of it is active by now");
            uint256 standby = bid.standby - bid.standby % _step(seen.site);
            if (standby != 0 && bid.kind != BidKind.Exiting) _ask(index, standby);
        }
    }

    function _collectAll() private {
        for (uint256 i; i < bids.length; ++i) {
            _collect(i);
        }
    }

    /// @dev A bid whose share is below one local unit stays, and so do shares that belong to nobody.
    function _checkOnlyDustIsLeft() private view {
        for (uint256 s; s < SITES; ++s) {
            uint256[3] memory dust;
            for (uint256 t; t < 3; ++t) {
                uint8 tier = tiers[t];
                PoolState memory pool = sites[s].spoke.pool(BASKET, tier);
                assertLe(pool.assets, bids.length * _step(s) + entries[s][tier], "8: the last one can leave");
                dust[0] += _toLocal(s, pool.assets + (exits[s][tier] + bids.length) * (1 + _step(s)));
                for (uint256 token; token < 3; ++token) {
                    dust[token] += dustLocal[s][tier][token];
                }
            }
            uint256 left = sites[s].debt.balanceOf(address(sites[s].spoke)) - forgedLocal[s][0];
            assertLe(left, dust[0], "8: dust is all that is left");
            for (uint256 k; k < 2; ++k) {
                left = sites[s].collateral[k].balanceOf(address(sites[s].spoke)) - forgedLocal[s][k + 1];
                assertLe(left, dust[k + 1], "8: also of collateral");
            }
        }
    }
}
