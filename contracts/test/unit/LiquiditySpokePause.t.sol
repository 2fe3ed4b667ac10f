// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {ISpokeEvents} from "../../src/interfaces/ILiquiditySpoke.sol";
import {IStagedPause} from "../../src/interfaces/IStagedPause.sol";
import {Fill, Leg, LegId, PlanHeader} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice What a spoke's pause stops, and all that it does not.
contract LiquiditySpokePauseTest is SpokeFixture {
    address private guardian = makeAddr("guardian");
    address private lp = makeAddr("lp");
    uint256 private bidId;

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        spoke.setGuardian(guardian);
        bidId = placeBid(lp, 0, 1000e6);
    }

    function _pause(uint8 stage) private {
        vm.prank(guardian);
        spoke.setPauseStage(stage);
    }

    function test_OnlyTheOwnerNamesTheGuardianAndOnlyTheTwoPause() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        spoke.setGuardian(lp);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.CallerNotGuardian.selector, address(this)));
        spoke.setPauseStage(1);
        vm.prank(owner);
        spoke.setPauseStage(1);
        assertEq(spoke.pauseStage(), 1);
        assertEq(spoke.guardian(), guardian);
    }

    function test_StageOneStopsNothingOfASpoke() public {
        _pause(1);
        enterBid(lp, 0, 1e6);
        callPool(0, 100e6);
    }

    function test_StageTwoStopsCallsAlone() public {
        _pause(2);
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(0, 100e6);
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        bytes[] memory signatures = sign(header, legHashes);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.Paused.selector, 2));
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        enterBid(lp, 0, 1e6);
        _pause(1);
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
    }

    function test_StageThreeStopsDepositsToo() public {
        LegId legId = callPool(0, 100e6);
        refund(legId, 0, 0, 100e6, 0);
        _pause(3);
        debt.mint(lp, 2e6);
        bytes memory paused = abi.encodeWithSelector(IStagedPause.Paused.selector, 3);
        vm.startPrank(lp);
        debt.approve(address(spoke), 2e6);
        vm.expectRevert(paused);
        spoke.placeBid(BASKET, 0, 1e6, lp);
        vm.expectRevert(paused);
        spoke.placeBidWithPermit(BASKET, 0, 1e6, lp, block.timestamp, 27, 0, 0);
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(debt));
        vm.expectRevert(paused);
        spoke.rebid(bidId, 0, from, to);
        vm.stopPrank();
        _pause(2);
        vm.prank(lp);
        spoke.rebid(bidId, 0, from, to);
    }

    /// @dev Attack: a guardian's key locks the money of LPs in. Whatever the stage, all of it comes home and goes out.
    function test_InTheLastStageResultsComeHomeAndEveryoneLeaves() public {
        LegId settled = callPool(0, 100e6);
        LegId refunded = callPool(0, 100e6);
        uint256 entering = enterBid(lp, 1, 5e6);
        _pause(3);
        settle(settled, 0, 0, 1e18, 0);
        refund(refunded, 0, 1, 100e6, 0);
        assertApproxEqAbs(claimAll(bidId, address(collateral)), 1e18, 1);
        assertApproxEqAbs(claimAll(bidId, address(debt)), 100e6, 1);
        requestWithdraw(entering, 5e6);
        withdraw(bidId, 800e6);
        assertApproxEqAbs(debt.balanceOf(lp), 905e6, 1);
    }

    function test_InTheLastStageACallMayBeSkippedAndClaimed() public {
        LegId legId = callPool(0, 100e6);
        _pause(3);
        vm.warp(block.timestamp + 1 days + 1);
        spoke.skipCall(BASKET, 0, legId);
        settle(legId, 0, 0, 1e18, 0);
        vm.expectPartialRevert(ISpokeEvents.NothingToClaim.selector);
        spoke.claimSkipped(bidId, 0, 3);
        assertApproxEqAbs(spoke.claimSkipped(bidId, 0, 2), 1e18, 1);
    }
}
