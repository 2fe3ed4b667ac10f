// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CallState, ISpokeEvents} from "../../src/interfaces/ILiquiditySpoke.sol";
import {FLAG_TWO_PARTS, KIND_LEG_REFUNDED, KIND_LEG_SETTLED, LegId} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice A call whose result never comes holds nobody up for longer than its timeout, and what comes of it after all is paid once.
contract LiquiditySpokeSkippingTest is SpokeFixture {
    uint8 private constant TIER = 1;
    uint256 private _bidA;
    uint256 private _bidB;
    LegId private _lost;
    LegId private _later;
    uint40 private _skippableAt;

    function setUp() public override {
        super.setUp();
        enterBid(address(0xA), TIER, 300);
        _bidB = placeBid(address(0xB), TIER, 100);
        _bidA = _bidB - 1;
        _lost = callPool(TIER, 100);
        _skippableAt = uint40(block.timestamp + 1 days);
        _later = callPool(TIER, 40);
        settle(_later, TIER, 1, 80, 0);
    }

    function test_Skip_LetsLaterResultsGo() public {
        assertEq(claimAll(_bidA, address(collateral)), 0, "waits behind the lost one");
        vm.warp(_skippableAt + 1);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CallSkipped(_lost, BASKET, TIER, 0);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CallsFinalized(BASKET, TIER, 2);
        vm.prank(address(0xDEAD));
        spoke.skipCall(BASKET, TIER, _lost);
        assertApproxEqAbs(claimAll(_bidA, address(collateral)), 60, 1);
        assertApproxEqAbs(claimAll(_bidB, address(collateral)), 20, 1);
        assertTrue(spoke.call(BASKET, TIER, 0).skipped);
    }

    /// @dev What is lost counts as in flight no more, and once only.
    function test_Skip_LandsTheLeg() public {
        assertEq(spoke.inFlight(BASKET), 100);
        _skip();
        assertEq(spoke.inFlight(BASKET), 0);
        settle(_lost, TIER, 0, 200, 0);
        assertEq(spoke.inFlight(BASKET), 0);
    }

    function test_ClaimSkipped_PaysEachPartOnceToItsOwner() public {
        _skip();
        settle(_lost, TIER, 0, 200, FLAG_TWO_PARTS);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.Claimed(_bidA, address(0xA), address(collateral), 150);
        assertEq(spoke.claimSkipped(_bidA, 0, KIND_LEG_SETTLED), 150);
        _expectNothing(_bidA, address(collateral), KIND_LEG_SETTLED);
        _expectNothing(_bidA, address(debt), KIND_LEG_REFUNDED);
        refund(_lost, TIER, 0, 20, FLAG_TWO_PARTS);
        assertEq(spoke.claimSkipped(_bidA, 0, KIND_LEG_REFUNDED), 15);
        _expectNothing(_bidA, address(debt), KIND_LEG_REFUNDED);
        assertEq(spoke.claimSkipped(_bidB, 0, KIND_LEG_SETTLED), 50);
        assertEq(spoke.claimSkipped(_bidB, 0, KIND_LEG_REFUNDED), 5);
        assertApproxEqAbs(claimAll(_bidA, address(collateral)), 60, 1, "the prefix sums have nothing of it");
        assertEq(claimAll(_bidA, address(debt)), 0);
    }

    /// @dev A first part came before the skip: it is claimed singly too.
    function test_ClaimSkipped_AlsoPaysWhatCameBefore() public {
        refund(_lost, TIER, 0, 20, FLAG_TWO_PARTS);
        _skip();
        assertEq(spoke.claimSkipped(_bidA, 0, KIND_LEG_REFUNDED), 15);
        assertEq(claimAll(_bidA, address(debt)), 0, "once");
    }

    function test_RevertIf_ClaimedByABidThatTookNoPart() public {
        uint256 late = placeBid(address(0xC), TIER, 100);
        _skip();
        settle(_lost, TIER, 0, 200, 0);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallOfOtherBid.selector, late, 0));
        spoke.claimSkipped(late, 0, KIND_LEG_SETTLED);
        (uint256 exitBidId,) = requestWithdraw(_bidA, 10);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallOfOtherBid.selector, exitBidId, 0));
        spoke.claimSkipped(exitBidId, 0, KIND_LEG_SETTLED);
        assertEq(spoke.claimSkipped(_bidA, 0, KIND_LEG_SETTLED), 150, "the closed bid keeps it");
    }

    /// @dev The first call after a bid was split belongs to the bids that it was split into.
    function test_RevertIf_ClaimedByTheBidThatWasSplitJustBefore() public {
        _skip();
        (uint256 exitBidId, uint256 restBidId) = requestWithdraw(_bidA, 100);
        _lost = callPool(TIER, 26);
        _skippableAt = uint40(block.timestamp + 1 days);
        _skip();
        settle(_lost, TIER, 2, 260, 0);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallOfOtherBid.selector, _bidA, 2));
        spoke.claimSkipped(_bidA, 2, KIND_LEG_SETTLED);
        uint256 paid = spoke.claimSkipped(exitBidId, 2, KIND_LEG_SETTLED);
        paid += spoke.claimSkipped(restBidId, 2, KIND_LEG_SETTLED);
        paid += spoke.claimSkipped(_bidB, 2, KIND_LEG_SETTLED);
        assertApproxEqAbs(paid, 260, 3, "all of it, once");
        assertLe(paid, 260);
    }

    function test_RevertIf_ClaimedThoughNotSkipped() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallNotSkipped.selector, 1));
        spoke.claimSkipped(_bidA, 1, KIND_LEG_SETTLED);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidUnknown.selector, 99));
        spoke.claimSkipped(99, 0, KIND_LEG_SETTLED);
        _skip();
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ParameterInvalid.selector, bytes32("kind"), uint256(1)));
        spoke.claimSkipped(_bidA, 0, 1);
    }

    function test_RevertIf_SkippedBeforeItsTimeout() public {
        vm.warp(_skippableAt);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallNotSkippable.selector, 0, _skippableAt));
        spoke.skipCall(BASKET, TIER, _lost);
    }

    /// @dev Only the call at the pointer, only by its own leg, and only while its result is missing.
    function test_RevertIf_AnotherCallIsSkipped() public {
        vm.warp(_skippableAt + 1);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallNotOfLeg.selector, _later, 0));
        spoke.skipCall(BASKET, TIER, _later);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallNotOfLeg.selector, _lost, 0));
        spoke.skipCall(BASKET, TIER + 1, _lost);
        spoke.skipCall(BASKET, TIER, _lost);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallNotOfLeg.selector, _later, 2));
        spoke.skipCall(BASKET, TIER, _later);
    }

    /// @dev 3 results behind the skipped one; the pointer took two with it, the third waits for a push.
    function test_RevertIf_ACompleteCallIsSkipped() public {
        LegId third = callPool(TIER, 10);
        settle(third, TIER, 2, 1, 0);
        LegId fourth = callPool(TIER, 10);
        settle(fourth, TIER, 3, 1, 0);
        _skip();
        assertEq(spoke.pool(BASKET, TIER).finalized, 3);
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallComplete.selector, 3));
        spoke.skipCall(BASKET, TIER, fourth);
    }

    /// @dev A repetition of a skipped call's result changes nothing.
    function test_Skip_RepeatedResultIsIgnored() public {
        _skip();
        settle(_lost, TIER, 0, 200, 0);
        CallState memory before = spoke.call(BASKET, TIER, 0);
        settle(_lost, TIER, 0, 999, 0);
        assertEq(abi.encode(spoke.call(BASKET, TIER, 0)), abi.encode(before));
        assertEq(spoke.pool(BASKET, TIER).finalized, 2, "and the pointer does not go back");
    }

    function _skip() private {
        vm.warp(_skippableAt + 1);
        spoke.skipCall(BASKET, TIER, _lost);
    }

    function _expectNothing(uint256 bidId, address token, uint8 kind) private {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.NothingToClaim.selector, bidId, token));
        spoke.claimSkipped(bidId, 0, kind);
    }
}
