// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IAuctionHubEvents, LegRecord} from "../../src/interfaces/IAuctionHub.sol";
import {IStagedPause} from "../../src/interfaces/IStagedPause.sol";
import {
    AuctionId,
    Fill,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    Plan,
    PlanHash,
    Snapshot
} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

/// @notice The hub's pause: who sets it, what each stage stops, and that nothing that brings money home asks for it.
contract StagedPauseTest is HubFixture {
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        hub.setGuardian(guardian);
    }

    function _pause(uint8 stage) private {
        vm.prank(guardian);
        hub.setPauseStage(stage);
    }

    function test_OnlyTheOwnerNamesTheGuardian() public {
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian));
        hub.setGuardian(anyone);

        vm.expectEmit(address(hub));
        emit IStagedPause.GuardianSet(anyone);
        vm.prank(owner);
        hub.setGuardian(anyone);
        assertEq(hub.guardian(), anyone);
        // The one before has no say any more.
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.CallerNotGuardian.selector, guardian));
        hub.setPauseStage(1);
    }

    function test_GuardianAndOwnerPauseAndResumeAtOnce() public {
        vm.expectEmit(address(hub));
        emit IStagedPause.PauseStageSet(3, guardian);
        _pause(3);
        assertEq(hub.pauseStage(), 3);
        vm.expectEmit(address(hub));
        emit IStagedPause.PauseStageSet(0, owner);
        vm.prank(owner);
        hub.setPauseStage(0);
        assertEq(hub.pauseStage(), 0);
    }

    function test_NobodyElsePauses() public {
        vm.prank(anyone);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.CallerNotGuardian.selector, anyone));
        hub.setPauseStage(1);
    }

    function test_RefusesAnUnknownStage() public {
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.PauseStageUnknown.selector, 4));
        hub.setPauseStage(4);
    }

    function test_StageOneStopsAuctionsAlone() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        _pause(1);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.Paused.selector, 1));
        source.open(MARKET, 1000 * USD, 1e18, uint64(block.timestamp + 1 hours));
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
    }

    function test_StageTwoStopsPlansToo() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        bytes[] memory signatures = _sign(plan);
        _pause(2);
        vm.expectRevert(abi.encodeWithSelector(IStagedPause.Paused.selector, 2));
        hub.commitPlan(plan, snapshot, signatures);
        _pause(0);
        hub.commitPlan(plan, snapshot, signatures);
    }

    /// @dev Attack: a guardian's key holds up what is on its way. Nothing of it asks for the stage.
    function test_WhatIsUnderWayComesToItsEndInTheLastStage() public {
        AuctionId auctionId = _open(150 * USD, 1e18);
        (Fill[] memory fillsA, Fill[] memory fillsB) = (_fills(0, 50 * USD), _fills(0, 100 * USD));
        PlanHash planHash = _commit(auctionId, _legs(fillsA, fillsB));
        _pause(3);
        LegRecord[] memory settled = _one(_arrive(auctionId, planHash, SPOKE_A, fillsA));
        _settle(auctionId, settled);
        _dispatch(KIND_LEG_SETTLED, settled);

        LegRecord memory released = _arrive(auctionId, planHash, SPOKE_B, fillsB);
        source.close(auctionId);
        _release(released);
        _dispatch(KIND_LEG_REFUNDED, _one(released));
        assertEq(debtToken.balanceOf(address(hub)), 0);
        vm.expectPartialRevert(IAuctionHubEvents.AuctionNotOpen.selector);
        hub.closeAuction(auctionId);
    }
}
