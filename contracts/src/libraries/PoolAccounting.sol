// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ISpokeEvents} from "../interfaces/ILiquiditySpoke.sol";
import {PoolSchedule} from "./PoolSchedule.sol";

/// @title PoolAccounting
/// @notice Who owns what in one pool: shares as in a vault, and prefix sums indexed by call. Nothing loops over LPs.
/// @dev A bid has a constant number of shares and takes part in the calls `[startGen, endGen)`. Call `g` brings its
/// result to the `sharesAtCall` that existed when it was made, whenever that result comes. Prefix sums take results in
/// the order of the calls, so that what a bid earned is the difference of two checkpoints. How deposits become shares and
/// shares become withdrawals, in buckets of time, is PoolSchedule's.
///
/// Bounds. Assets, and what waits to enter, stay below 2^92 together. A share is worth at most one unit and, since an epoch
/// ends below 1e-6 of par, at least 1e-6: so shares stay below 2^112. A result is kept below 2^112 and below 2^96 a share:
/// so each term of a prefix sum stays below 2^224. The sums themselves wrap; differences are what counts.
library PoolAccounting {
    /// @dev Bits of `Call.status`.
    uint8 internal constant COLLATERAL = 1;
    uint8 internal constant REFUND = 2;
    uint8 internal constant TWO_PARTS = 4;
    uint8 internal constant COMPLETE = 8;
    uint8 internal constant SKIPPED = 16;

    /// @dev Refunds are in the debt token; their prefix sum has this id, collateral tokens are numbered from 1 up.
    uint32 internal constant DEBT_TOKEN_ID = 0;

    /// @dev A pool never holds more, in the finer of hub and local units.
    uint256 internal constant MAX_ASSETS = 2 ** 92;

    /// @dev An epoch ends when less than one unit of assets is left for so many shares.
    uint256 internal constant PAR_OVER_FLOOR = 1e6;

    /// @dev `gens` counts calls; those below `finalized` are in the prefix sums. Two slots; the second one's `entering` and the
    /// four fields after it are PoolSchedule's.
    struct Pool {
        uint96 assets;
        uint112 shares;
        uint32 gens;
        uint32 finalized;
        uint24 epoch;
        uint96 entering;
        uint32 firstEntry;
        uint16 entryMask;
        uint32 firstExit;
        uint16 exitMask;
        mapping(uint32 gen => Call) calls;
        mapping(uint32 gen => Result) results;
        mapping(uint24 epoch => uint32) epochEnds;
        mapping(uint32 tokenId => Checkpoint[]) checkpoints;
        mapping(uint32 bucket => PoolSchedule.Entry) entries;
        mapping(uint24 epoch => mapping(uint32 bucket => PoolSchedule.Exit)) exits;
    }

    /// @dev One slot, written by the call itself. `drawn` in hub units, with what was left at the end of an epoch.
    /// `legTag` is as much of the leg's id as fits: it finds a receipt that names another leg's call.
    struct Call {
        uint112 sharesAtCall;
        uint96 drawn;
        uint40 legTag;
        uint8 status;
    }

    /// @dev What a call brought home so far, in token units.
    struct Result {
        uint112 collateral;
        uint112 refund;
        uint32 collateralId;
    }

    /// @dev Sum of `result * 2^128 / sharesAtCall` over all calls up to and including `gen`, modulo 2^224.
    struct Checkpoint {
        uint32 gen;
        uint224 cumulative;
    }

    /// @notice What `bidShares` could be called for, rounded down.
    function standby(Pool storage self, uint256 bidShares) internal view returns (uint256) {
        uint256 total = self.shares;
        return total == 0 ? 0 : Math.mulDiv(bidShares, self.assets, total);
    }

    /// @notice Makes call `gen` of `amount`, at most `assets`. A pool called (nearly) empty ends its epoch.
    /// @return gen The call's number.
    /// @return rest What was left at the end of the epoch: it counts as drawn, and the caller credits it by `creditRest`.
    function draw(Pool storage self, uint256 amount, uint40 legTag) internal returns (uint32 gen, uint256 rest) {
        uint256 total = self.shares;
        rest = self.assets - amount;
        gen = self.gens;
        bool ends = rest * PAR_OVER_FLOOR < total;
        // Shares and assets fit the fields that they were read from, and what is drawn is at most the assets.
        // forge-lint: disable-next-line(unsafe-typecast)
        self.calls[gen] = Call(uint112(total), uint96(ends ? amount + rest : amount), legTag, 0);
        if (!ends) {
            // forge-lint: disable-next-line(unsafe-typecast)
            (self.assets, self.gens) = (uint96(rest), gen + 1);
            return (gen, 0);
        }
        (self.assets, self.shares, self.gens) = (0, 0, gen + 1);
        self.epochEnds[self.epoch++] = gen + 1;
        // Shares that were about to leave are void as well.
        self.exitMask = 0;
    }

    /// @notice Puts the rest of an epoch, in token units, into the refund of the call that ended it.
    function creditRest(Pool storage self, uint32 gen, uint256 restLocal) internal {
        // At most `MAX_ASSETS` in local units, which the spoke keeps below 2^92.
        // forge-lint: disable-next-line(unsafe-typecast)
        self.results[gen].refund = uint112(restLocal);
    }

    /// @notice Records one part, `COLLATERAL` or `REFUND`, of a call's result in token units.
    /// @param twoParts This part says that there is another one.
    /// @return credited `amount`, capped so that the prefix sums hold it.
    /// @return complete No other part is expected.
    /// @return recorded False for a repetition or contradiction: nothing changed.
    function record(Pool storage self, uint32 gen, uint8 part, uint256 amount, uint32 collateralId, bool twoParts)
        internal
        returns (uint112 credited, bool complete, bool recorded)
    {
        Call storage made = self.calls[gen];
        uint8 status = made.status;
        if (status & (COMPLETE | part) != 0) return (0, status & COMPLETE != 0, false);

        complete = !twoParts || status & TWO_PARTS != 0;
        made.status = status | part | (twoParts ? TWO_PARTS : 0) | (complete ? COMPLETE : 0);
        Result storage result = self.results[gen];
        uint256 cap = Math.min(type(uint112).max, (uint256(made.sharesAtCall) << 96) - 1);
        if (part == COLLATERAL) {
            credited = uint112(Math.min(amount, cap));
            result.collateral = credited;
            result.collateralId = collateralId;
        } else {
            uint256 rest = result.refund;
            credited = uint112(Math.min(amount, cap - rest));
            // At most `cap`, which fits.
            // forge-lint: disable-next-line(unsafe-typecast)
            if (credited != 0) result.refund = uint112(rest + credited);
        }
        recorded = true;
    }

    /// @notice Moves `finalized` over the call at it, though its result has not come: it never enters the prefix sums, and
    /// what comes of it after all is claimed singly. The rest of an epoch, which is here, does enter them.
    function skip(Pool storage self) internal returns (uint32 gen) {
        gen = self.finalized;
        Call storage made = self.calls[gen];
        Result storage result = self.results[gen];
        if (made.status & REFUND == 0 && result.refund != 0) {
            _push(self.checkpoints[DEBT_TOKEN_ID], gen, result.refund, made.sharesAtCall);
            result.refund = 0;
        }
        made.status |= SKIPPED;
        self.finalized = gen + 1;
    }

    /// @notice What `bidShares` earned of one part of a skipped call, rounded down.
    function skippedGains(Pool storage self, uint32 gen, uint8 part, uint256 bidShares)
        internal
        view
        returns (uint256)
    {
        Result storage result = self.results[gen];
        uint256 amount = part == COLLATERAL ? result.collateral : result.refund;
        return Math.mulDiv(bidShares, amount, self.calls[gen].sharesAtCall);
    }

    /// @notice Moves `finalized` over at most `maxCalls` complete calls.
    function advance(Pool storage self, uint32 maxCalls) internal returns (uint32 finalized, bool moved) {
        uint32 first = self.finalized;
        uint32 end = self.gens;
        if (end - first > maxCalls) end = first + maxCalls;
        for (finalized = first; finalized < end; ++finalized) {
            Call storage made = self.calls[finalized];
            if (made.status & COMPLETE == 0) break;
            Result storage result = self.results[finalized];
            uint256 sharesAtCall = made.sharesAtCall;
            _push(self.checkpoints[result.collateralId], finalized, result.collateral, sharesAtCall);
            _push(self.checkpoints[DEBT_TOKEN_ID], finalized, result.refund, sharesAtCall);
        }
        moved = finalized != first;
        if (moved) self.finalized = finalized;
    }

    /// @notice The end of a bid's calls so far: its own, that of its epoch, or open.
    function endOf(Pool storage self, uint24 epoch, uint32 endGen) internal view returns (uint32) {
        if (epoch == self.epoch) return endGen;
        uint32 epochEnd = self.epochEnds[epoch];
        return epochEnd < endGen ? epochEnd : endGen;
    }

    /// @notice What `shares` earned of a token in the finalized calls `[fromGen, toGen)`, rounded down.
    /// @param fromCheckpoint Index + 1 of the last checkpoint below `fromGen`; 0 if none. `toCheckpoint` likewise.
    function gains(
        Pool storage self,
        uint32 tokenId,
        uint256 shares,
        uint32 fromGen,
        uint32 toGen,
        uint256 fromCheckpoint,
        uint256 toCheckpoint
    ) internal view returns (uint256) {
        Checkpoint[] storage checkpoints = self.checkpoints[tokenId];
        uint224 from = _cumulativeBelow(checkpoints, fromGen, fromCheckpoint);
        uint224 to = _cumulativeBelow(checkpoints, toGen, toCheckpoint);
        unchecked {
            return Math.mulDiv(shares, to - from, 2 ** 128);
        }
    }

    /// @notice Index + 1 of the last checkpoint below `gen`; 0 if none. For views: it searches.
    function findBelow(Pool storage self, uint32 tokenId, uint32 gen) internal view returns (uint256 low) {
        Checkpoint[] storage checkpoints = self.checkpoints[tokenId];
        uint256 high = checkpoints.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (checkpoints[middle].gen < gen) low = middle + 1;
            else high = middle;
        }
    }

    function _push(Checkpoint[] storage checkpoints, uint32 gen, uint256 result, uint256 sharesAtCall) private {
        if (result == 0) return;
        uint256 length = checkpoints.length;
        uint224 last = length == 0 ? 0 : checkpoints[length - 1].cumulative;
        unchecked {
            // `record` has capped the result so that it is below 2^96 a share.
            // forge-lint: disable-next-line(unsafe-typecast)
            checkpoints.push(Checkpoint(gen, last + uint224((result << 128) / sharesAtCall)));
        }
    }

    /// @dev The sum at the checkpoint that a caller points to, which must be the last one below `gen`.
    function _cumulativeBelow(Checkpoint[] storage checkpoints, uint32 gen, uint256 index)
        private
        view
        returns (uint224 cumulative)
    {
        uint256 length = checkpoints.length;
        if (index > length) revert ISpokeEvents.CheckpointMismatch(index);
        if (index < length && checkpoints[index].gen < gen) revert ISpokeEvents.CheckpointMismatch(index);
        if (index == 0) return 0;
        Checkpoint storage last = checkpoints[index - 1];
        if (last.gen >= gen) revert ISpokeEvents.CheckpointMismatch(index);
        return last.cumulative;
    }
}
