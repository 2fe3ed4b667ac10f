// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {ISpokeEvents} from "../../src/interfaces/ILiquiditySpoke.sol";
import {PoolAccounting} from "../../src/libraries/PoolAccounting.sol";
import {PoolSchedule} from "../../src/libraries/PoolSchedule.sol";

/// @notice The pool's arithmetic at its bounds; its life is tested through the spoke.
contract PoolAccountingTest is Test {
    using PoolAccounting for PoolAccounting.Pool;
    using PoolSchedule for PoolAccounting.Pool;

    uint8 private constant COLLATERAL = PoolAccounting.COLLATERAL;
    uint8 private constant REFUND = PoolAccounting.REFUND;
    uint32 private constant TOKEN = 3;

    PoolAccounting.Pool private _pool;
    uint32 private _bucket;

    function test_Enter_OneToOneWhenEmptyThenAtTheRatio() public {
        assertEq(_enter(1000), 1000);
        _pool.draw(500, 1);
        assertEq(_enter(100), 200, "a share is worth a half");
        assertEq(_pool.assets, 600);
        assertEq(_pool.shares, 1200);
    }

    function test_Enter_RoundsDown() public {
        _enter(1000);
        _pool.draw(1, 1);
        assertEq(_enter(998), 998, "998.99 shares");
    }

    /// @dev The smallest value a share may have and the most that may be in: nothing overflows, and a share stays below 2^112.
    function test_Shares_StayBelow112BitsAtTheWorst() public {
        uint256 par = PoolAccounting.MAX_ASSETS;
        _enter(par);
        uint256 rest = par / PoolAccounting.PAR_OVER_FLOOR + 1;
        _pool.draw(par - rest, 1);
        assertEq(_pool.epoch, 0, "just above the floor");
        uint112 shares = _enter(par - rest);
        assertEq(_pool.assets, par);
        assertGt(shares, 2 ** 111);
        assertLt(_pool.shares, 2 ** 112);
        assertApproxEqAbs(_pool.standby(shares), par - rest, 1);
        _pool.draw(par, 1);
        assertEq(_pool.calls[1].sharesAtCall, shares + par, "nothing was cut off");
    }

    function test_Draw_EndsTheEpochBelowTheFloorOnly() public {
        _enter(2e6);
        (uint32 gen, uint256 rest) = _pool.draw(2e6 - 2, 5);
        assertEq(rest, 0);
        assertEq(_pool.assets, 2);
        assertEq(_pool.calls[gen].drawn, 2e6 - 2);
        assertEq(_pool.calls[gen].legTag, 5);
        (gen, rest) = _pool.draw(1, 6);
        assertEq(rest, 1, "one unit for 2e6 shares");
        assertEq(_pool.calls[gen].drawn, 2, "the rest counts as drawn");
        assertEq(_pool.assets, 0);
        assertEq(_pool.shares, 0);
        assertEq(_pool.epoch, 1);
        assertEq(_pool.endOf(0, type(uint32).max), 2, "bids of the epoch took part in this call, and in none after");
        assertEq(_pool.endOf(0, 1), 1, "unless they had left before");
        assertEq(_pool.endOf(1, type(uint32).max), type(uint32).max);
    }

    function test_Skip_LetsThePointerPassAndKeepsTheResultApart() public {
        _enter(1000);
        for (uint32 gen = 0; gen < 3; ++gen) {
            _pool.draw(10, 1);
        }
        _pool.record(1, COLLATERAL, 20, TOKEN, false);
        assertEq(_pool.skip(), 0);
        assertEq(_pool.finalized, 1);
        _pool.record(0, COLLATERAL, 50, TOKEN, true);
        _pool.advance(1);
        assertEq(_pool.finalized, 2);
        assertEq(_pool.gains(TOKEN, 1000, 0, 2, 0, 1), 19, "the skipped call's result is in no prefix sum");
        assertEq(_pool.skippedGains(0, COLLATERAL, 500), 25);
        assertEq(_pool.skippedGains(0, REFUND, 500), 0);
    }

    /// @dev The rest is here whatever the call brings: who waits for it does not wait for a lost message.
    function test_Skip_PaysTheRestOfAnEpoch() public {
        _enter(3e6);
        _pool.draw(3e6 - 2, 1);
        _pool.creditRest(0, 2);
        _pool.skip();
        assertEq(_pool.gains(0, 3e6, 0, 1, 0, 1), 1, "rounded against the claimer");
        _pool.record(0, REFUND, 600, 0, false);
        assertEq(_pool.skippedGains(0, REFUND, 3e6), 600, "and not twice");
    }

    /// @dev A gain of one for 2^100 shares is a 2^-100th of a unit each, and still all of it comes out.
    function test_Gains_AreExactToTheUnitForManyShares() public {
        _enter(2 ** 91);
        _pool.draw(2 ** 90, 1);
        _finish(0, COLLATERAL, 1);
        assertEq(_gains(2 ** 91, 0, 1), 1);
        assertEq(_gains(2 ** 91 - 1, 0, 1), 0, "rounded against the claimer");
    }

    function test_Gains_SumUpAtMostToTheResult() public {
        _enter(3);
        _pool.draw(2, 1);
        _finish(0, COLLATERAL, 100);
        assertEq(_gains(1, 0, 1) * 3, 99);
        assertEq(_gains(3, 0, 1), 99, "below one unit an operation");
    }

    /// @dev The sums wrap around 2^224; differences do not care.
    function test_Gains_SurviveAWrapOfTheSums() public {
        _enter(1);
        _pool.shares = 1;
        uint256 most = 2 ** 96 - 1;
        for (uint32 gen = 0; gen < 3; ++gen) {
            _pool.assets = 2;
            _pool.draw(1, 1);
            _finish(gen, COLLATERAL, most);
        }
        assertLt(_pool.checkpoints[TOKEN][1].cumulative, _pool.checkpoints[TOKEN][0].cumulative, "the sum has wrapped");
        assertEq(_pool.gains(TOKEN, 1, 1, 2, 1, 2), most);
        assertEq(_pool.gains(TOKEN, 1, 2, 3, 2, 3), most);
    }

    /// @dev More than 2^96 a share cannot be a price: the pool keeps going, and what it cannot hold stays in the contract.
    function test_Record_CapsTheAbsurd() public {
        _enter(1);
        _pool.draw(1, 1);
        (uint112 credited, bool complete, bool recorded) = _pool.record(0, COLLATERAL, type(uint128).max, TOKEN, true);
        assertEq(credited, 2 ** 96 - 1);
        assertTrue(recorded && !complete);
        (credited, complete,) = _pool.record(0, REFUND, type(uint256).max, 0, true);
        assertEq(credited, 2 ** 96 - 1);
        assertTrue(complete);
        (uint32 finalized,) = _pool.advance(1);
        assertEq(finalized, 1);
        assertEq(_gains(1, 0, 1), 2 ** 96 - 1);
    }

    function test_Advance_StopsAtTheFirstUnfinishedAndAtItsBound() public {
        _enter(1000);
        for (uint32 gen = 0; gen < 6; ++gen) {
            _pool.draw(10, 1);
            if (gen != 3) _pool.record(gen, COLLATERAL, 20, TOKEN, false);
        }
        (uint32 finalized, bool moved) = _pool.advance(2);
        assertEq(finalized, 2);
        assertTrue(moved);
        (finalized, moved) = _pool.advance(0);
        assertEq(finalized, 2);
        assertFalse(moved);
        (finalized,) = _pool.advance(type(uint32).max);
        assertEq(finalized, 3);
        (finalized, moved) = _pool.advance(1);
        assertFalse(moved);
        _pool.record(3, REFUND, 0, 0, false);
        (finalized,) = _pool.advance(100);
        assertEq(finalized, 6);
        assertEq(_pool.checkpoints[TOKEN].length, 5, "a zero leaves no checkpoint");
        assertEq(_pool.checkpoints[0].length, 0);
    }

    /// @dev Checkpoints at 1, 4 and 5. For every call the search finds the one index that the check takes.
    function test_Checkpoints_OneIndexFitsEachCall() public {
        _enter(1000);
        for (uint32 gen = 0; gen < 8; ++gen) {
            _pool.draw(10, 1);
            _pool.record(gen, COLLATERAL, gen == 1 || gen == 4 || gen == 5 ? 7 : 0, TOKEN, false);
        }
        _pool.advance(8);
        uint8[9] memory expected = [0, 0, 1, 1, 1, 2, 3, 3, 3];
        for (uint32 gen = 0; gen <= 8; ++gen) {
            assertEq(_pool.findBelow(TOKEN, gen), expected[gen]);
            for (uint256 index = 0; index <= 4; ++index) {
                if (index != expected[gen]) {
                    vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CheckpointMismatch.selector, index));
                }
                this.gainsBetween(gen, index);
            }
        }
    }

    function gainsBetween(uint32 gen, uint256 index) external view {
        _pool.gains(TOKEN, 1, gen, gen, index, index);
    }

    /// @dev Enters at once: a bucket of its own that is due.
    function _enter(uint256 amount) private returns (uint112 shares) {
        uint32 bucket = ++_bucket;
        // What a bucket cannot hold comes in several.
        while (amount > type(uint88).max) {
            shares += _enter(type(uint88).max);
            amount -= type(uint88).max;
            bucket = ++_bucket;
        }
        _pool.scheduleEntry(amount, bucket);
        _pool.roll(PoolSchedule.Lengths(1, 1), bucket);
        shares += _pool.entries[bucket].shares;
    }

    function _finish(uint32 gen, uint8 part, uint256 amount) private {
        _pool.record(gen, part, amount, TOKEN, false);
        _pool.advance(1);
    }

    function _gains(uint256 shares, uint256 from, uint256 to) private view returns (uint256) {
        return _pool.gains(TOKEN, shares, uint32(from), uint32(to), from, to);
    }
}
