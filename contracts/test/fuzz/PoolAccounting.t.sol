// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BidKind, BidState, CallState, PoolState} from "../../src/interfaces/ILiquiditySpoke.sol";
import {FLAG_TWO_PARTS, LegId} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";
import {NaivePool} from "../reference/NaivePool.sol";

/// @notice The spoke against a model that loops over all positions: random bids that become active later, withdrawals that leave
/// later, calls, results out of order, ends of epochs, skipped calls and claims, all out of one seed.
/// @dev Every operation may round by one smallest debt unit, and by as much collateral as that is worth; sums never exceed.
contract PoolAccountingFuzzTest is SpokeFixture {
    struct PendingPart {
        LegId legId;
        uint32 gen;
        bool isRefund;
        uint128 amount;
        uint8 flags;
    }

    uint8 private constant TIER = 3;
    uint256 private constant STEPS = 60;
    /// @dev Collateral that one debt unit may bring.
    uint256 private constant MAX_RATIO = 1e6;

    NaivePool private _naive;
    PendingPart[] private _pending;
    uint256[] private _bids;
    mapping(uint256 bidId => uint256 position) private _positionOf;
    mapping(uint256 bidId => mapping(address token => uint256)) private _claimed;
    uint256 private _random;
    uint256 private _operations;
    uint256 private _epochsEnded;
    uint256 private _collateralIn;
    uint256 private _refundIn;
    uint256 private _deposited;
    uint256 private _withdrawn;
    uint256 private _drawn;
    uint256 private _rests;
    uint256 private _exits;
    uint256 private _collected;

    function setUp() public override {
        super.setUp();
        _naive = new NaivePool();
    }

    function testFuzz_SpokeAgainstNaivePool(uint256 seed) public {
        _random = seed;
        for (uint256 i = 0; i < STEPS; ++i) {
            _step();
            _checkStandby();
        }
        while (_pending.length != 0) _deliver();
        _finalizeAll();
        for (uint256 i = 0; i < _bids.length; ++i) {
            _claim(_bids[i]);
            _collect(_bids[i]);
        }
        _checkEarned();
        _checkConservation();
    }

    /// @dev So that a change of the dice cannot quietly empty the test.
    function test_SomeSeedsEndEpochsWithARest() public {
        uint256 ended;
        uint256 rests;
        uint256 collected;
        for (uint256 seed = 1; seed <= 16; ++seed) {
            uint256 snapshot = vm.snapshotState();
            testFuzz_SpokeAgainstNaivePool(seed);
            (uint256 endedHere, uint256 restsHere, uint256 collectedHere) = (_epochsEnded, _rests, _collected);
            vm.revertToState(snapshot);
            ended += endedHere;
            rests += restsHere;
            collected += collectedHere;
        }
        assertGt(ended, 8, "epochs ended");
        assertGt(rests, 0, "some with a rest");
        assertGt(collected, 8, "exits collected");
    }

    function _step() private {
        uint256 dice = _next(100);
        if (_bids.length == 0 || dice < 22) _bid();
        else if (dice < 36) _withdraw();
        else if (dice < 42) _collectSome();
        else if (dice < 58) _wait();
        else if (dice < 74) _call();
        else if (dice < 90) _deliver();
        else _claim(_bids[_next(_bids.length)]);
        ++_operations;
    }

    function _bid() private {
        uint128 amount = uint128(_magnitude(1e13));
        uint256 bidId = enterBid(makeAddr(string(abi.encode(_next(5)))), TIER, amount);
        _deposited += amount;
        _bids.push(bidId);
        _positionOf[bidId] = _naive.enter(amount, spoke.bid(bidId).activeAt);
    }

    /// @dev From nothing over several buckets of entries up to several of exits.
    function _wait() private {
        vm.warp(block.timestamp + _next(10 ** (2 + _next(4))));
    }

    function _withdraw() private {
        uint256 bidId = _bids[_next(_bids.length)];
        BidState memory bid = spoke.bid(bidId);
        if (bid.entering != 0) return _cancel(bidId, bid.entering);
        if (bid.standby == 0 || bid.kind == BidKind.Exiting) return;
        uint128 amount = uint128(_next(3) == 0 ? bid.standby : 1 + _next(bid.standby));
        (uint256 exitBidId, uint256 remainder) = requestWithdraw(bidId, amount);
        uint40 exitAt = spoke.bid(exitBidId).exitAt;
        (uint256 leaving, uint256 staying) = _naive.leave(_positionOf[bidId], amount, exitAt, remainder != 0);
        _bids.push(exitBidId);
        _positionOf[exitBidId] = leaving;
        ++_exits;
        if (remainder == 0) return;
        _bids.push(remainder);
        _positionOf[remainder] = staying;
    }

    function _cancel(uint256 bidId, uint128 entering) private {
        uint128 amount = uint128(_next(3) == 0 ? entering : 1 + _next(entering));
        requestWithdraw(bidId, amount);
        _naive.cancel(_positionOf[bidId], amount);
        _withdrawn += amount;
    }

    function _collectSome() private {
        uint256 offset = _next(_bids.length);
        for (uint256 i = 0; i < _bids.length; ++i) {
            _collect(_bids[(offset + i) % _bids.length]);
        }
    }

    function _collect(uint256 bidId) private {
        uint256 collectable = spoke.bid(bidId).collectable;
        if (collectable == 0) return;
        assertApproxEqAbs(collectable, _naive.collectable(_positionOf[bidId]), _operations + 1, "collectable");
        assertEq(spoke.withdraw(bidId), collectable);
        _withdrawn += collectable;
        ++_collected;
    }

    function _call() private {
        PoolState memory before = spoke.pool(BASKET, TIER);
        if (before.assets == 0) return;
        uint256 dice = _next(8);
        uint256 amount = 1 + _next(before.assets);
        if (dice == 0) amount = before.assets;
        if (dice == 1) amount = before.assets - before.assets / 1e7;
        LegId legId = callPool(TIER, uint128(amount));
        _drawn += amount;

        CallState memory made = spoke.call(BASKET, TIER, before.gens);
        bool ends = spoke.pool(BASKET, TIER).epoch != before.epoch;
        if (ends) ++_epochsEnded;
        assertEq(made.drawn, ends ? before.assets : amount, "drawn");
        assertEq(made.refund, made.drawn - amount, "rest is refunded");
        _refundIn += made.refund;
        _rests += made.refund;
        _naive.call(amount, made.refund, ends);
        _plan(legId, before.gens, amount);
    }

    /// @dev Decides what the call will bring, in one part or two, and puts it with what is on its way.
    function _plan(LegId legId, uint32 gen, uint256 amount) private {
        uint256 refunded = _next(3) == 0 ? amount : (_next(2) == 0 ? 0 : _next(amount));
        uint128 gained = uint128((amount - refunded) * (1 + _next(MAX_RATIO)));
        uint8 flags = refunded != 0 && gained != 0 ? FLAG_TWO_PARTS : 0;
        if (gained != 0) _pending.push(PendingPart(legId, gen, false, gained, flags));
        if (refunded != 0) _pending.push(PendingPart(legId, gen, true, uint128(refunded), flags));
    }

    function _deliver() private {
        if (_pending.length == 0) return;
        uint256 i = _next(_pending.length);
        PendingPart memory part = _pending[i];
        _pending[i] = _pending[_pending.length - 1];
        _pending.pop();
        if (part.isRefund) {
            refund(part.legId, TIER, part.gen, part.amount, part.flags);
            _naive.addResult(part.gen, 0, part.amount);
            _refundIn += part.amount;
        } else {
            settle(part.legId, TIER, part.gen, part.amount, part.flags);
            _naive.addResult(part.gen, part.amount, 0);
            _collateralIn += part.amount;
        }
    }

    function _finalizeAll() private {
        PoolState memory state = spoke.pool(BASKET, TIER);
        while (state.finalized < state.gens) {
            assertGt(spoke.finalizeCalls(BASKET, TIER, 3), state.finalized, "pointer moves");
            state = spoke.pool(BASKET, TIER);
        }
    }

    function _claim(uint256 bidId) private {
        _claimed[bidId][address(collateral)] += claimAll(bidId, address(collateral));
        _claimed[bidId][address(debt)] += claimAll(bidId, address(debt));
    }

    function _checkStandby() private view {
        PoolState memory state = spoke.pool(BASKET, TIER);
        uint256 sum;
        uint256 waiting;
        for (uint256 i = 0; i < _bids.length; ++i) {
            BidState memory bid = spoke.bid(_bids[i]);
            sum += bid.standby;
            waiting += bid.entering;
            assertApproxEqAbs(bid.standby, _naive.standby(_positionOf[_bids[i]]), _operations + 1, "standby");
        }
        assertEq(waiting, state.entering, "what waits to enter");
        assertLe(sum, state.assets, "standby never exceeds the assets");
        assertLe(state.assets - sum, _bids.length, "and falls short by dust");
        assertLe(state.assets, state.shares, "a share is worth at most one unit");
        assertLe(state.shares, 2 ** 112, "shares bound");
    }

    function _checkEarned() private view {
        uint32 gens = spoke.pool(BASKET, TIER).gens;
        uint256 collateralOut;
        uint256 refundOut;
        for (uint256 i = 0; i < _bids.length; ++i) {
            uint256 bidId = _bids[i];
            (uint256 gained, uint256 refunded) = _naive.earned(_positionOf[bidId], gens);
            uint256 gainedHere = _claimed[bidId][address(collateral)];
            uint256 refundedHere = _claimed[bidId][address(debt)];
            assertApproxEqAbs(gainedHere, gained, (_operations + 1) * (MAX_RATIO + 1), "collateral");
            assertApproxEqAbs(refundedHere, refunded, _operations + 1, "refund");
            collateralOut += gainedHere;
            refundOut += refundedHere;
        }
        assertLe(collateralOut, _collateralIn, "collateral never exceeds what came in");
        assertLe(refundOut, _refundIn, "refunds never exceed what came in");
        // Shares that rounding at the entry leaves to nobody, below one a bid, earn like any other: each is worth at most one unit.
        uint256 dust = _bids.length + _operations;
        assertLe(_collateralIn - collateralOut, dust * (MAX_RATIO + 1), "collateral falls short by dust");
        assertLe(_refundIn - refundOut, 2 * dust, "refunds fall short by dust");
    }

    /// @dev The spoke holds what it owes; what is more is dust that claims left behind.
    function _checkConservation() private view {
        PoolState memory state = spoke.pool(BASKET, TIER);
        uint256 assets = uint256(state.assets) + state.entering;
        uint256 here = _deposited - _withdrawn - _drawn - _rests;
        assertGe(here, assets, "what is in the pool was deposited");
        uint256 exits = _exitsWaiting();
        assertGe(here, assets + exits, "and what has left it waits to be collected");
        assertLe(here - assets - exits, _exits, "but for dust");
        uint256 balance = debt.balanceOf(address(spoke));
        assertGe(balance, assets + exits, "the debt token covers both");
        assertLe(balance - assets - exits, _bids.length + _operations, "and no more than dust is left");
    }

    function _exitsWaiting() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _bids.length; ++i) {
            sum += spoke.bid(_bids[i]).collectable;
        }
    }

    /// @dev Between 1 and `max`, all orders of magnitude alike.
    function _magnitude(uint256 max) private returns (uint256) {
        uint256 bound = 10 ** (1 + _next(13));
        return 1 + _next(bound < max ? bound : max);
    }

    function _next(uint256 bound) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }
}
