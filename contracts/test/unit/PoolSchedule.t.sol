// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {PoolAccounting} from "../../src/libraries/PoolAccounting.sol";
import {PoolSchedule} from "../../src/libraries/PoolSchedule.sol";

/// @notice Buckets that wait, become due and are rolled; the vectors hold this to what operators and verifiers compute.
contract PoolScheduleTest is Test {
    using PoolSchedule for PoolAccounting.Pool;

    string private _json;
    PoolAccounting.Pool private _pool;

    function setUp() public {
        _json = vm.readFile("../test/vectors/pools.json");
    }

    function test_Vectors_RollAndStay() public {
        uint256 count;
        while (vm.keyExistsJson(_json, string.concat(".pools[", vm.toString(count), "]"))) {
            uint256 snapshot = vm.snapshotState();
            _checkVector(string.concat(".pools[", vm.toString(count), "]"));
            vm.revertToState(snapshot);
            ++count;
        }
        assertGt(count, 40);
    }

    /// @dev Everything waits at once: 15 buckets of each kind, one mask apart.
    function test_Roll_OfAllThatCanWaitIsBounded() public {
        (_pool.assets, _pool.shares) = (1e12, 1e12);
        for (uint32 i = 1; i <= 15; ++i) {
            _pool.scheduleEntry(1e9, 100 + i);
            _pool.scheduleExit(1e9, 100 + i);
        }
        uint256 before = gasleft();
        PoolSchedule.Rolled[] memory rolled = _pool.roll(PoolSchedule.Lengths(60, 60), 200 * 60);
        assertLt(before - gasleft(), 500_000);
        assertEq(rolled.length, 30);
        assertEq(_pool.entryMask, 0);
        assertEq(_pool.exitMask, 0);
        assertEq(_pool.entering, 0);
        assertEq(_pool.assets, 1e12);
    }

    function test_Preview_IsWhatRollDoes() public {
        (_pool.assets, _pool.shares) = (333, 1000);
        _pool.scheduleEntry(50, 101);
        _pool.scheduleExit(100, 102);
        _pool.scheduleEntry(70, 103);
        PoolSchedule.Lengths memory lengths = PoolSchedule.Lengths(60, 60);
        (uint256 assets, uint256 shares, PoolSchedule.Rolled[] memory seen) = _pool.preview(lengths, 102 * 60);
        assertEq(_pool.waiting(lengths, 102 * 60).length, 1);
        PoolSchedule.Rolled[] memory rolled = _pool.roll(lengths, 102 * 60);
        assertEq(abi.encode(seen), abi.encode(rolled));
        assertEq(_pool.assets, assets);
        assertEq(_pool.shares, shares);
        assertEq(_pool.entering, 70);
        assertEq(_pool.waiting(lengths, 102 * 60)[0].amount, 70);
    }

    function test_BucketAt_TakesEffectAtItsStartAndNotBefore() public pure {
        assertEq(PoolSchedule.bucketAt(600, 60), 10);
        assertEq(PoolSchedule.bucketAt(601, 60), 11);
    }

    function _checkVector(string memory at) private {
        (_pool.assets, _pool.shares) = (uint96(_uint(at, ".assets")), uint112(_uint(at, ".shares")));
        (uint256[] memory buckets, uint256[] memory amounts) =
            (_uints(at, ".entryBuckets"), _uints(at, ".entryAmounts"));
        for (uint256 i; i < buckets.length; ++i) {
            _pool.scheduleEntry(amounts[i], uint32(buckets[i]));
        }
        _checkExitsAndRoll(at);
        uint256[] memory bought = _uints(at, ".boughtShares");
        for (uint256 i; i < buckets.length; ++i) {
            assertEq(_pool.entries[uint32(buckets[i])].shares, bought[i], at);
        }
    }

    function _checkExitsAndRoll(string memory at) private {
        (uint256[] memory buckets, uint256[] memory shares) = (_uints(at, ".exitBuckets"), _uints(at, ".exitShares"));
        for (uint256 i; i < buckets.length; ++i) {
            _pool.scheduleExit(shares[i], uint32(buckets[i]));
        }
        PoolSchedule.Lengths memory lengths = PoolSchedule.Lengths(
            uint32(vm.parseJsonUint(_json, ".entryBucketSec")), uint32(vm.parseJsonUint(_json, ".exitBucketSec"))
        );
        uint256 nowSec = _uint(at, ".nowSec");
        _pool.roll(lengths, nowSec);
        assertEq(_pool.assets, _uint(at, ".rolledAssets"), at);
        assertEq(_pool.shares, _uint(at, ".rolledShares"), at);

        uint256 staying = _pool.shares;
        PoolSchedule.Rolled[] memory waiting = _pool.waiting(lengths, nowSec);
        for (uint256 i; i < waiting.length; ++i) {
            bool leaves = waiting[i].isExit && waiting[i].bucket * lengths.exitSec <= _uint(at, ".callBySec");
            if (leaves) staying -= waiting[i].shares;
        }
        assertEq(staying, _uint(at, ".stayingShares"), at);
        uint256 assets = _pool.shares == 0 ? 0 : uint256(_pool.assets) * staying / _pool.shares;
        assertEq(assets, _uint(at, ".stayingAssets"), at);
    }

    function _uint(string memory at, string memory key) private view returns (uint256) {
        return vm.parseJsonUint(_json, string.concat(at, key));
    }

    function _uints(string memory at, string memory key) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(_json, string.concat(at, key));
    }
}
