// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice A pool as one would write it without minding gas: every call and every result goes through all positions.
/// @dev No shares, no buckets and no prefix sums. What a position holds is a fraction with the denominator 2^128 (so close to the
/// exact rational that thousands of operations lose less than 2^-100 of a unit). A position stands by from `from` until `until`.
contract NaivePool {
    struct Position {
        uint256 standbyX128;
        uint256 startGen;
        uint256 fromSec;
        uint256 untilSec;
        bool ended;
    }

    struct Call {
        uint256 totalX128;
        uint256 collateral;
        uint256 refund;
    }

    Position[] private _positions;
    Call[] private _calls;
    mapping(uint256 gen => mapping(uint256 position => uint256)) private _standbyAtCallX128;

    function enter(uint256 amount, uint256 activeAtSec) external returns (uint256 position) {
        return _open(amount << 128, activeAtSec);
    }

    /// @notice Takes out of a position that is not active yet.
    function cancel(uint256 position, uint256 amount) external {
        require(block.timestamp < _positions[position].fromSec, "active");
        _positions[position].standbyX128 -= amount << 128;
    }

    /// @param goesOn Whether what is left stays as a new position; else all of it leaves.
    function leave(uint256 position, uint256 amount, uint256 exitAtSec, bool goesOn)
        external
        returns (uint256 leaving, uint256 remainder)
    {
        Position storage from = _positions[position];
        require(_standsBy(from), "closed");
        from.ended = true;
        uint256 takenX128 = amount << 128;
        if (!goesOn || takenX128 > from.standbyX128) takenX128 = from.standbyX128;
        leaving = _open(takenX128, block.timestamp);
        _positions[leaving].untilSec = exitAtSec;
        if (goesOn) remainder = _open(from.standbyX128 - takenX128, block.timestamp);
    }

    /// @param rest What the end of an epoch leaves over; it is refunded with the call.
    /// @param ends Whether the call ends the epoch: all positions that stand by are closed by it.
    function call(uint256 amount, uint256 rest, bool ends) external returns (uint256 gen) {
        gen = _calls.length;
        uint256 totalX128 = _totalX128();
        _calls.push(Call(totalX128, 0, rest));
        for (uint256 i = 0; i < _positions.length; ++i) {
            Position storage position = _positions[i];
            if (!_standsBy(position)) continue;
            uint256 standbyX128 = position.standbyX128;
            _standbyAtCallX128[gen][i] = standbyX128;
            uint256 drawnX128 = totalX128 == 0 ? 0 : Math.mulDiv(amount << 128, standbyX128, totalX128);
            position.standbyX128 = standbyX128 > drawnX128 ? standbyX128 - drawnX128 : 0;
            if (ends) (position.ended, position.standbyX128) = (true, 0);
        }
    }

    function addResult(uint256 gen, uint256 collateral, uint256 refund) external {
        _calls[gen].collateral += collateral;
        _calls[gen].refund += refund;
    }

    /// @notice What the position earned in the calls below `finalized`, rounded down.
    function earned(uint256 position, uint256 finalized) external view returns (uint256 collateral, uint256 refund) {
        uint256 collateralX128;
        uint256 refundX128;
        for (uint256 gen = _positions[position].startGen; gen < finalized; ++gen) {
            Call storage made = _calls[gen];
            uint256 partX128 = _standbyAtCallX128[gen][position];
            if (partX128 == 0) continue;
            collateralX128 += Math.mulDiv(made.collateral << 128, partX128, made.totalX128);
            refundX128 += Math.mulDiv(made.refund << 128, partX128, made.totalX128);
        }
        return (collateralX128 >> 128, refundX128 >> 128);
    }

    function standby(uint256 position) external view returns (uint256) {
        Position storage at = _positions[position];
        return _standsBy(at) ? at.standbyX128 >> 128 : 0;
    }

    /// @notice What has left with the position.
    function collectable(uint256 position) external view returns (uint256) {
        Position storage at = _positions[position];
        return !at.ended && block.timestamp >= at.untilSec ? at.standbyX128 >> 128 : 0;
    }

    function total() external view returns (uint256) {
        return _totalX128() >> 128;
    }

    function _open(uint256 standbyX128, uint256 fromSec) private returns (uint256 position) {
        position = _positions.length;
        _positions.push(Position(standbyX128, _calls.length, fromSec, type(uint256).max, false));
    }

    function _standsBy(Position storage position) private view returns (bool) {
        return !position.ended && block.timestamp >= position.fromSec && block.timestamp < position.untilSec;
    }

    function _totalX128() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _positions.length; ++i) {
            if (_standsBy(_positions[i])) sum += _positions[i].standbyX128;
        }
    }
}
