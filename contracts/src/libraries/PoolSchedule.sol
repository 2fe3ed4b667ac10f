// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ISpokeEvents} from "../interfaces/ILiquiditySpoke.sol";
import {PoolAccounting} from "./PoolAccounting.sol";

/// @title PoolSchedule
/// @notice Deposits that are not active yet and shares that are about to leave, in buckets of time. A bucket takes effect at its
/// time with no transaction of its own: whoever touches the pool next rolls all buckets that are due, in the order of their
/// times, exits before entries, at the ratio of that moment. No call can come in between: it would have rolled them first.
///
/// A bucket is numbered `time / length`. Those that wait are found by a bit mask that starts at the first of them. A bucket is
/// always younger than `MAX_BUCKETS_AHEAD` lengths and one more, so the mask's 16 bits reach, and rolling is bounded.
/// @dev Assets are at most shares, before and after: a share that enters costs at most one unit, and what leaves is rounded down
/// by less than what makes a share that stays worth more than one.
library PoolSchedule {
    /// @dev A delay or notice is at most so many bucket lengths.
    uint256 internal constant MAX_BUCKETS_AHEAD = 14;

    /// @dev One slot. `shares` is zero until the bucket is rolled; then a deposit `a` of it has `a * shares / amount` shares, which
    /// take part in calls from `startGen` on.
    struct Entry {
        uint88 amount;
        uint112 shares;
        uint32 startGen;
        uint24 epoch;
    }

    /// @dev One slot. Once rolled, `s` of the `shares` are paid `s * assets / shares`; they take part in calls below `endGen`.
    struct Exit {
        uint112 shares;
        uint96 assets;
        uint32 endGen;
        bool rolled;
    }

    /// @notice Lengths of the buckets, seconds.
    struct Lengths {
        uint32 entrySec;
        uint32 exitSec;
    }

    /// @notice What becomes of one bucket that is due.
    /// @param amount What entered, or what leaves; hub units.
    struct Rolled {
        bool isExit;
        uint32 bucket;
        uint256 amount;
        uint256 shares;
    }

    /// @dev A walk over the waiting buckets of one pool; `first` of an empty mask means nothing.
    struct Walk {
        uint256 firstEntry;
        uint256 entryMask;
        uint256 firstExit;
        uint256 exitMask;
    }

    /// @notice The bucket that something scheduled for `timeSec` belongs to: it takes effect at its start, not before.
    function bucketAt(uint256 timeSec, uint256 lengthSec) internal pure returns (uint32) {
        return uint32(Math.ceilDiv(timeSec, lengthSec));
    }

    /// @notice Adds a deposit to a bucket in the future.
    /// @return total All that waits in the bucket.
    function scheduleEntry(PoolAccounting.Pool storage self, uint256 amount, uint32 bucket)
        internal
        returns (uint88 total)
    {
        Entry storage entry = self.entries[bucket];
        uint256 sum = entry.amount + amount;
        if (sum > type(uint88).max) revert ISpokeEvents.BucketFull(sum, type(uint88).max);
        // Checked right above; all that waits is at most `MAX_ASSETS` with it.
        // forge-lint: disable-next-line(unsafe-typecast)
        entry.amount = total = uint88(sum);
        // forge-lint: disable-next-line(unsafe-typecast)
        self.entering += uint96(amount);
        (self.firstEntry, self.entryMask) = _mark(self.firstEntry, self.entryMask, bucket);
    }

    /// @notice Takes a deposit out of a bucket that was not rolled.
    function cancelEntry(PoolAccounting.Pool storage self, uint256 amount, uint32 bucket)
        internal
        returns (uint88 total)
    {
        Entry storage entry = self.entries[bucket];
        // At most what has entered the bucket, by the bid's own amount.
        // forge-lint: disable-next-line(unsafe-typecast)
        entry.amount = total = entry.amount - uint88(amount);
        // forge-lint: disable-next-line(unsafe-typecast)
        self.entering -= uint96(amount);
    }

    /// @notice Adds shares of the current epoch to a bucket in the future.
    /// @return total All shares that leave with the bucket.
    function scheduleExit(PoolAccounting.Pool storage self, uint256 shares, uint32 bucket)
        internal
        returns (uint112 total)
    {
        Exit storage exit = self.exits[self.epoch][bucket];
        // At most the pool's shares.
        // forge-lint: disable-next-line(unsafe-typecast)
        exit.shares = total = uint112(exit.shares + shares);
        (self.firstExit, self.exitMask) = _mark(self.firstExit, self.exitMask, bucket);
    }

    /// @notice Rolls all buckets that are due at `nowSec`.
    function roll(PoolAccounting.Pool storage self, Lengths memory lengths, uint256 nowSec)
        internal
        returns (Rolled[] memory rolled)
    {
        Walk memory walk = _walkOf(self);
        if (!_anyDue(walk, lengths, nowSec)) return rolled;

        (uint256 assets, uint256 shares) = (self.assets, self.shares);
        (assets, shares, rolled) = _due(self, walk, lengths, nowSec, assets, shares);
        (uint32 gens, uint24 epoch) = (self.gens, self.epoch);
        uint256 entered;
        for (uint256 i = 0; i < rolled.length; ++i) {
            (uint32 bucket, uint256 amount) = (rolled[i].bucket, rolled[i].amount);
            if (rolled[i].isExit) {
                // Bucket numbers, amounts and shares are at most the fields that they were read from, and what an exit takes is a part of the pool.
                // forge-lint: disable-next-line(unsafe-typecast)
                self.exits[epoch][bucket] = Exit(uint112(rolled[i].shares), uint96(amount), gens, true);
            } else {
                // forge-lint: disable-next-line(unsafe-typecast)
                self.entries[bucket] = Entry(uint88(amount), uint112(rolled[i].shares), gens, epoch);
                entered += amount;
            }
        }
        // The spoke keeps assets below `MAX_ASSETS`, and a share is worth at least a millionth of a unit: below 2^112.
        // forge-lint: disable-next-line(unsafe-typecast)
        (self.assets, self.shares) = (uint96(assets), uint112(shares));
        // forge-lint: disable-next-line(unsafe-typecast)
        self.entering -= uint96(entered);
        (self.firstEntry, self.entryMask) = (uint32(walk.firstEntry), uint16(walk.entryMask));
        (self.firstExit, self.exitMask) = (uint32(walk.firstExit), uint16(walk.exitMask));
    }

    /// @notice What `roll` would do, for views.
    /// @return assets The pool's after it, hub units. @return shares Likewise.
    function preview(PoolAccounting.Pool storage self, Lengths memory lengths, uint256 nowSec)
        internal
        view
        returns (uint256 assets, uint256 shares, Rolled[] memory rolled)
    {
        return _due(self, _walkOf(self), lengths, nowSec, self.assets, self.shares);
    }

    /// @notice The buckets that are not due at `nowSec`, entries before exits, each in the order of time; for views.
    function waiting(PoolAccounting.Pool storage self, Lengths memory lengths, uint256 nowSec)
        internal
        view
        returns (Rolled[] memory buckets)
    {
        Walk memory walk = _walkOf(self);
        buckets = new Rolled[](_bits(walk.entryMask) + _bits(walk.exitMask));
        uint256 count;
        for (; walk.entryMask != 0; _passEntry(walk)) {
            uint32 bucket = uint32(walk.firstEntry);
            if (walk.firstEntry * lengths.entrySec <= nowSec) continue;
            buckets[count++] = Rolled(false, bucket, self.entries[bucket].amount, 0);
        }
        for (; walk.exitMask != 0; _passExit(walk)) {
            uint32 bucket = uint32(walk.firstExit);
            if (walk.firstExit * lengths.exitSec <= nowSec) continue;
            buckets[count++] = Rolled(true, bucket, 0, self.exits[self.epoch][bucket].shares);
        }
        _shorten(buckets, count);
    }

    /// @dev Pure arithmetic of a roll: moves `walk` past what is due and says what becomes of it.
    function _due(
        PoolAccounting.Pool storage self,
        Walk memory walk,
        Lengths memory lengths,
        uint256 nowSec,
        uint256 assets,
        uint256 shares
    ) private view returns (uint256, uint256, Rolled[] memory rolled) {
        rolled = new Rolled[](_bits(walk.entryMask) + _bits(walk.exitMask));
        uint256 count;
        uint24 epoch = self.epoch;
        while (_anyDue(walk, lengths, nowSec)) {
            Rolled memory next;
            if (_exitIsNext(walk, lengths)) {
                next.isExit = true;
                next.bucket = uint32(walk.firstExit);
                _passExit(walk);
                next.shares = self.exits[epoch][next.bucket].shares;
                next.amount = Math.mulDiv(next.shares, assets, shares);
                (assets, shares) = (assets - next.amount, shares - next.shares);
            } else {
                next.bucket = uint32(walk.firstEntry);
                _passEntry(walk);
                next.amount = self.entries[next.bucket].amount;
                // All of it was withdrawn before it became active.
                if (next.amount == 0) continue;
                next.shares = shares == 0 ? next.amount : Math.mulDiv(next.amount, shares, assets);
                (assets, shares) = (assets + next.amount, shares + next.shares);
            }
            rolled[count++] = next;
        }
        _shorten(rolled, count);
        return (assets, shares, rolled);
    }

    function _walkOf(PoolAccounting.Pool storage self) private view returns (Walk memory) {
        return Walk(self.firstEntry, self.entryMask, self.firstExit, self.exitMask);
    }

    function _anyDue(Walk memory walk, Lengths memory lengths, uint256 nowSec) private pure returns (bool) {
        return (walk.entryMask != 0 && walk.firstEntry * lengths.entrySec <= nowSec)
            || (walk.exitMask != 0 && walk.firstExit * lengths.exitSec <= nowSec);
    }

    /// @dev Whether the earliest bucket is an exit; of two at the same time it is.
    function _exitIsNext(Walk memory walk, Lengths memory lengths) private pure returns (bool) {
        if (walk.exitMask == 0) return false;
        return walk.entryMask == 0 || walk.firstExit * lengths.exitSec <= walk.firstEntry * lengths.entrySec;
    }

    function _passEntry(Walk memory walk) private pure {
        (walk.firstEntry, walk.entryMask) = _pass(walk.firstEntry, walk.entryMask);
    }

    function _passExit(Walk memory walk) private pure {
        (walk.firstExit, walk.exitMask) = _pass(walk.firstExit, walk.exitMask);
    }

    /// @dev Takes the first bucket off the mask, whose lowest bit stands for the next one then.
    function _pass(uint256 first, uint256 mask) private pure returns (uint256, uint256) {
        mask >>= 1;
        ++first;
        while (mask != 0 && mask & 1 == 0) {
            mask >>= 1;
            ++first;
        }
        return (first, mask);
    }

    /// @dev Times only grow, so a bucket is never before the first one that waits.
    function _mark(uint32 first, uint16 mask, uint32 bucket) private pure returns (uint32, uint16) {
        if (mask == 0) return (bucket, 1);
        // A one, moved by less than 16: buckets wait at most `MAX_BUCKETS_AHEAD` ahead.
        // forge-lint: disable-next-line(unsafe-typecast, incorrect-shift)
        return (first, mask | uint16(1 << (bucket - first)));
    }

    function _bits(uint256 mask) private pure returns (uint256 count) {
        for (; mask != 0; mask &= mask - 1) {
            ++count;
        }
    }

    function _shorten(Rolled[] memory buckets, uint256 length) private pure {
        // Safe: only ever shortens an array that was allocated here.
        assembly ("memory-safe") {
            mstore(buckets, length)
        }
    }
}
