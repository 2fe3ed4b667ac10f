// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BidKind, BidSplit, BidState, ISpokeEvents, PoolBucket} from "../../src/interfaces/ILiquiditySpoke.sol";
import {Fill, Leg, LegId, PlanHeader} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice How bids leave: at once while they are not active, after a notice then; and refunds that stay.
contract LiquiditySpokeLeavingTest is SpokeFixture {
    address private _lp = makeAddr("lp");

    function setUp() public override {
        super.setUp();
        vm.warp(1_000_000 * 600);
    }

    // ----------------------------------------------------------------------------------- before a bid is active

    function test_RequestWithdraw_BeforeActivationPaysAtOnce() public {
        uint256 bidId = enterBid(_lp, 2, 1000);
        uint40 activeAt = spoke.bid(bidId).activeAt;
        vm.warp(activeAt - 1);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.EntryWithdrawn(bidId, _lp, 400, 600);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.EntriesUpdated(BASKET, 2, activeAt, 600);
        (uint256 exitBidId, uint256 remainderBidId) = requestWithdraw(bidId, 400);
        assertEq(exitBidId, 0);
        assertEq(remainderBidId, 0);
        assertEq(debt.balanceOf(_lp), 400);
        assertEq(spoke.bid(bidId).entering, 600);
        vm.warp(activeAt);
        assertEq(spoke.bid(bidId).standby, 600);
        assertEq(spoke.pool(BASKET, 2).assets, 600);
        assertEq(spoke.pool(BASKET, 2).entering, 0);
    }

    function test_RequestWithdraw_OfAWholeBucketLeavesNothingBehind() public {
        uint256 bidId = enterBid(_lp, 0, 1000);
        requestWithdraw(bidId, 1000);
        assertEq(debt.balanceOf(_lp), 1000);
        vm.warp(spoke.bid(bidId).activeAt);
        assertEq(spoke.bid(bidId).standby, 0);
        uint256 next = placeBid(_lp, 0, 70);
        assertEq(spoke.bid(next).standby, 70);
        assertEq(spoke.pool(BASKET, 0).assets, 70);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.WithdrawExceedsBid.selector, bidId, 1, 0));
        spoke.requestWithdraw(bidId, 1);
    }

    function test_RevertIf_MoreThanTheEntryIsAskedFor() public {
        uint256 bidId = enterBid(_lp, 0, 1000);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.WithdrawExceedsBid.selector, bidId, 1001, 1000));
        spoke.requestWithdraw(bidId, 1001);
    }

    // ------------------------------------------------------------------------------------------------ the notice

    function test_RequestWithdraw_SplitsTheBidAndSaysSo() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        callPool(0, 500);
        uint40 exitAt = uint40((block.timestamp + 3600 + 599) / 600 * 600);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.WithdrawRequested(
            bidId, _lp, BASKET, 0, 200, BidSplit(bidId + 1, 400, exitAt, bidId + 2, 600, 1, 0)
        );
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ExitsUpdated(BASKET, 0, exitAt, 0, 400);
        (uint256 exitBidId, uint256 remainderBidId) = requestWithdraw(bidId, 200);

        assertEq(spoke.bid(bidId).endGen, 1);
        assertEq(spoke.bid(bidId).shares, 1000, "past gains stay with the closed bid");
        assertEq(spoke.bid(bidId).standby, 0);
        BidState memory leaving = spoke.bid(exitBidId);
        assertTrue(leaving.kind == BidKind.Exiting);
        assertEq(leaving.standby, 200, "still callable");
        assertEq(leaving.exitAt, exitAt);
        assertEq(leaving.startGen, 1);
        assertEq(spoke.bid(remainderBidId).standby, 300);
        assertTrue(spoke.bid(remainderBidId).kind == BidKind.Remainder);
        assertEq(spoke.pool(BASKET, 0).assets, 500, "all of it");
        PoolBucket[] memory buckets = spoke.poolBuckets(BASKET, 0);
        assertEq(buckets.length, 1);
        assertEq(buckets[0].atSec, exitAt);
        assertEq(buckets[0].shares, 400);
    }

    /// @dev [A withdrawal window that is always open is a free way to dodge calls.]
    function test_RequestWithdraw_DoesNotDodgeACallWithinTheNotice() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        (uint256 exitBidId,) = requestWithdraw(bidId, 1000);
        vm.warp(spoke.bid(exitBidId).exitAt - 1);
        LegId legId = callPool(0, 600);
        vm.warp(spoke.bid(exitBidId).exitAt);
        assertEq(spoke.bid(exitBidId).collectable, 400);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ExitsRolled(BASKET, 0, uint40(block.timestamp), 0, 1000, 400, 1);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.PoolUpdated(BASKET, 0, 0, 0, 1, 0, uint40(block.timestamp));
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.Withdrawn(exitBidId, _lp, 400);
        assertEq(spoke.withdraw(exitBidId), 400);
        settle(legId, 0, 0, 700, 0);
        assertApproxEqAbs(claimAll(exitBidId, address(collateral)), 700, 1, "and gets what the call brought");
    }

    /// @dev LP leaves between plan and call: the plan that counted the bid can still draw all of it until its `callBy`.
    function test_RequestWithdraw_DoesNotBreakACallThatIsPlanned() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(0, 1000);
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        requestWithdraw(bidId, 1000);
        vm.warp(header.callBy);
        spoke.callCapital(header, legHashes, leg, sign(header, legHashes), address(this));
    }

    /// @dev With no transaction of its own: at `exitAt` the exit is no longer callable, whoever touches the pool.
    function test_Exit_LeavesByItself() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        placeBid(address(0xB), 0, 500);
        (uint256 exitBidId,) = requestWithdraw(bidId, 1000);
        vm.warp(spoke.bid(exitBidId).exitAt);
        assertEq(spoke.pool(BASKET, 0).assets, 500);
        assertEq(spoke.bid(exitBidId).standby, 0);
        assertEq(spoke.bid(exitBidId).collectable, 1000);
        callPool(0, 400);
        vm.warp(block.timestamp + 365 days);
        assertEq(spoke.bid(exitBidId).collectable, 1000, "it waits to be collected");
        vm.prank(address(0xDEAD));
        spoke.withdraw(exitBidId);
        assertEq(debt.balanceOf(_lp), 1000, "anyone collects, the owner is paid");
    }

    function test_RevertIf_CollectedBeforeItsTime() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        (uint256 exitBidId,) = requestWithdraw(bidId, 1000);
        uint40 exitAt = spoke.bid(exitBidId).exitAt;
        vm.warp(exitAt - 1);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ExitNotDue.selector, exitBidId, exitAt, exitAt - 1));
        spoke.withdraw(exitBidId);
    }

    function test_RevertIf_CollectedTwice() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        placeBid(address(0xB), 0, 1000);
        (uint256 exitBidId,) = requestWithdraw(bidId, 1000);
        vm.warp(spoke.bid(exitBidId).exitAt);
        spoke.withdraw(exitBidId);
        assertTrue(spoke.bid(exitBidId).kind == BidKind.Collected);
        assertEq(spoke.bid(exitBidId).collectable, 0);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidNotExiting.selector, exitBidId));
        spoke.withdraw(exitBidId);
    }

    /// @dev The end of an epoch voids pending exits with it: what was called comes back as results, not twice.
    function test_RevertIf_CollectedFromAnEpochThatEndedBefore() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        (uint256 exitBidId,) = requestWithdraw(bidId, 1000);
        LegId legId = callPool(0, 1000);
        uint256 others = placeBid(address(0xB), 0, 500);
        vm.warp(spoke.bid(exitBidId).exitAt);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ExitVoid.selector, exitBidId));
        spoke.withdraw(exitBidId);
        assertEq(spoke.bid(exitBidId).collectable, 0);
        assertEq(spoke.bid(others).standby, 500, "others do not pay for it");
        settle(legId, 0, 0, 1100, 0);
        assertApproxEqAbs(claimAll(exitBidId, address(collateral)), 1100, 1);
    }

    /// @dev The same bucket, in the epoch before and in this one: each is its own.
    function test_Exit_OfTwoEpochsInOneBucketAreKeptApart() public {
        uint256 first = placeBid(_lp, 0, 1000);
        (uint256 voided,) = requestWithdraw(first, 1000);
        callPool(0, 1000);
        uint256 second = placeBid(address(0xB), 0, 300);
        vm.warp(spoke.bid(voided).exitAt - 3600);
        (uint256 exitBidId,) = requestWithdraw(second, 300);
        assertEq(spoke.bid(exitBidId).exitAt, spoke.bid(voided).exitAt);
        vm.warp(spoke.bid(exitBidId).exitAt);
        assertEq(spoke.withdraw(exitBidId), 300);
        assertEq(spoke.bid(voided).collectable, 0);
    }

    /// @dev Exits before entries at the same time: who leaves does so at the ratio that the pool had.
    function test_Roll_ExitsGoBeforeEntriesOfTheSameTime() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        callPool(0, 400);
        vm.warp(block.timestamp / 600 * 600 + 600);
        (uint256 exitBidId,) = requestWithdraw(bidId, 600);
        uint40 exitAt = spoke.bid(exitBidId).exitAt;
        vm.warp(exitAt - 300);
        uint256 entering = enterBid(address(0xB), 0, 900);
        assertEq(spoke.bid(entering).activeAt, exitAt, "both at one time");
        vm.warp(exitAt);
        callPool(0, 10);
        assertEq(spoke.bid(entering).shares, 900, "into an empty pool: one to one");
        assertEq(spoke.withdraw(exitBidId), 600);
    }

    /// @dev An earlier entry changes nothing for who leaves later, nor the other way round.
    function test_Roll_GoesInTheOrderOfTime() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        callPool(0, 500);
        (uint256 exitBidId,) = requestWithdraw(bidId, 250);
        uint256 early = enterBid(address(0xB), 0, 100);
        vm.warp(spoke.bid(exitBidId).exitAt - 60);
        uint256 late = enterBid(address(0xC), 0, 100);
        vm.warp(spoke.bid(late).activeAt);
        assertEq(spoke.bid(early).shares, 200);
        assertEq(spoke.bid(late).shares, 200);
        assertEq(spoke.bid(exitBidId).collectable, 250);
        assertEq(spoke.pool(BASKET, 0).assets, 450);
        assertEq(spoke.pool(BASKET, 0).shares, 900);
    }

    /// @dev 1,000 shares of 333 units; 100 units need ceil(300.3) shares.
    function test_RequestWithdraw_RoundsSharesForWhomItAskedFor() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        callPool(0, 667);
        (uint256 exitBidId, uint256 remainder) = requestWithdraw(bidId, 100);
        assertEq(spoke.bid(remainder).shares, 1000 - 301);
        vm.warp(spoke.bid(exitBidId).exitAt);
        assertEq(spoke.withdraw(exitBidId), 100);
        assertEq(spoke.pool(BASKET, 0).assets, 233);
    }

    function test_RequestWithdraw_AllLeavesNoRemainder() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        assertEq(withdraw(bidId, 1000), 0);
        assertEq(spoke.pool(BASKET, 0).assets, 0);
        assertEq(spoke.pool(BASKET, 0).shares, 0);
        assertEq(debt.balanceOf(_lp), 1000);
    }

    function test_Remainder_CanBeAskedToLeaveInTurn() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        uint256 remainder = withdraw(bidId, 400);
        assertEq(withdraw(remainder, 600), 0);
        assertEq(debt.balanceOf(_lp), 1000);
    }

    function test_RevertIf_AskedForUnknownBid() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidUnknown.selector, 1));
        spoke.requestWithdraw(1, 10);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidUnknown.selector, 1));
        spoke.withdraw(1);
    }

    function test_RevertIf_AskedByStranger() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotOwner.selector, bidId, _lp, address(this)));
        spoke.requestWithdraw(bidId, 10);
    }

    function test_RevertIf_AskedForZero() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        vm.prank(_lp);
        vm.expectRevert(ISpokeEvents.AmountZero.selector);
        spoke.requestWithdraw(bidId, 0);
    }

    function test_RevertIf_AskedForMoreThanStandby() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        callPool(0, 30);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.WithdrawExceedsBid.selector, bidId, 71, 70));
        spoke.requestWithdraw(bidId, 71);
    }

    /// @dev Irrevocable: neither the closed bid nor the part that leaves can be asked for again.
    function test_RevertIf_AskedTwice() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        (uint256 exitBidId,) = requestWithdraw(bidId, 50);
        uint256[2] memory closed = [bidId, exitBidId];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(_lp);
            vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidNotOpen.selector, closed[i]));
            spoke.requestWithdraw(closed[i], 10);
        }
    }

    function test_RevertIf_AskedOfAnEndedEpoch() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        callPool(0, 100);
        placeBid(address(0xB), 0, 100);
        assertEq(spoke.bid(bidId).standby, 0, "the new epoch's assets are others'");
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidNotOpen.selector, bidId));
        spoke.requestWithdraw(bidId, 10);
    }

    function test_RevertIf_CollectedThoughNotExiting() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidNotExiting.selector, bidId));
        spoke.withdraw(bidId);
    }

    // -------------------------------------------------------------------------------------------------- rebidding

    function test_Rebid_PutsARefundIntoAnotherTier() public {
        uint256 bidId = placeBid(_lp, 0, 1024);
        refund(callPool(0, 512), 0, 0, 512, 0);
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(debt));
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.Claimed(bidId, _lp, address(debt), 512);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.Rebid(bidId, bidId + 1, 512);
        vm.prank(_lp);
        uint256 next = spoke.rebid(bidId, 5, from, to);
        assertEq(spoke.bid(next).entering, 512);
        assertEq(spoke.bid(next).tier, 5);
        assertEq(spoke.bid(next).owner, _lp);
        assertEq(debt.balanceOf(_lp), 0, "no token moves");
        vm.warp(spoke.bid(next).activeAt);
        assertEq(spoke.pool(BASKET, 5).assets, 512, "after the delay of every bid");
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.NothingToClaim.selector, bidId, address(debt)));
        spoke.rebid(bidId, 5, to, to);
    }

    function test_RevertIf_RebidByStranger() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        refund(callPool(0, 600), 0, 0, 600, 0);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotOwner.selector, bidId, _lp, address(this)));
        spoke.rebid(bidId, 5, 0, 1);
    }

    function test_RevertIf_RebidOutsideTheLadder() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        refund(callPool(0, 600), 0, 0, 600, 0);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TierOutOfLadder.selector, 30, 30));
        spoke.rebid(bidId, 30, 0, 1);
    }
}
