// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {Timelock} from "../../src/access/Timelock.sol";
import {MarketParams, Route} from "../../src/interfaces/IAuctionHub.sol";
import {IOperatorSet} from "../../src/interfaces/IOperatorSet.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

/// @notice A hub and its operator set whose owner is a timelock: every change is announced, with all of its data, for the
/// whole delay before it can be made; a guardian still pauses at once.
contract TimelockTest is HubFixture {
    uint256 private constant DELAY_SEC = 2 hours;
    address private proposer = makeAddr("proposer");
    address private guardian = makeAddr("guardian");
    Timelock private timelock;

    function setUp() public override {
        super.setUp();
        timelock = new Timelock(proposer, DELAY_SEC);
        vm.startPrank(owner);
        hub.setGuardian(guardian);
        hub.transferOwnership(address(timelock));
        operatorSet.transferOwnership(address(timelock));
        vm.stopPrank();
        _announce(address(hub), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        _announce(address(operatorSet), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        vm.warp(block.timestamp + DELAY_SEC);
        _execute(address(hub), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        _execute(address(operatorSet), abi.encodeCall(Ownable2Step.acceptOwnership, ()));
        assertEq(hub.owner(), address(timelock));
        assertEq(operatorSet.owner(), address(timelock));
    }

    function _announce(address target, bytes memory data) private {
        vm.prank(proposer);
        timelock.schedule(target, 0, data, 0, 0, DELAY_SEC);
    }

    /// @dev Anyone does.
    function _execute(address target, bytes memory data) private {
        vm.prank(anyone);
        timelock.execute(target, 0, data, 0, 0);
    }

    /// @dev Attack: an owner's key creates a market with an oracle of its own and takes standby capital for nothing.
    function test_AMarketIsAnnouncedWithAllOfItsTermsBeforeItExists() public {
        MarketParams memory params = _marketParams();
        bytes memory data = abi.encodeCall(hub.createMarket, (2, params));
        bytes32 id = timelock.hashOperation(address(hub), 0, data, 0, 0);
        vm.expectEmit(address(timelock));
        emit TimelockController.CallScheduled(id, 0, address(hub), 0, data, 0, DELAY_SEC);
        _announce(address(hub), data);

        vm.warp(block.timestamp + DELAY_SEC - 1);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(hub), data);
        assertEq(hub.market(2).source, address(0));
        vm.warp(block.timestamp + 1);
        _execute(address(hub), data);
        assertEq(hub.market(2).source, params.source);
    }

    /// @dev Attack: a route is replaced under capital that is on its way.
    function test_ARouteCannotBeReplacedAtOnce() public {
        bytes memory data = abi.encodeCall(hub.setRoute, (SPOKE_A, address(debtToken), Route(anyone, UNIT, 1)));
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(hub), data);
        vm.prank(proposer);
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, DELAY_SEC - 1, DELAY_SEC)
        );
        timelock.schedule(address(hub), 0, data, 0, 0, DELAY_SEC - 1);
        assertEq(hub.route(SPOKE_A, address(debtToken)).port, address(port));
    }

    /// @dev Attack: an owner's key adds a quorum of its own and calls capital.
    function test_AQuorumCannotBeAddedAtOnce() public {
        address[] memory operators = new address[](1);
        operators[0] = anyone;
        bytes memory data = abi.encodeCall(IOperatorSet.addSet, (2, operators, 1));
        _announce(address(operatorSet), data);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(operatorSet), data);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.OperatorSetUnknown.selector, 2));
        operatorSet.operatorsOf(2);
    }

    function test_TheProposerTakesAnAnnouncementBack() public {
        bytes memory data = abi.encodeCall(hub.setMaxInFlight, (MARKET, 1));
        _announce(address(hub), data);
        bytes32 id = timelock.hashOperation(address(hub), 0, data, 0, 0);
        vm.prank(proposer);
        timelock.cancel(id);
        vm.warp(block.timestamp + DELAY_SEC);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(hub), data);
    }

    /// @dev Attack: a change is announced before anyone has bid, and kept for the day on which it pays.
    function test_AnAnnouncementLapsesAndCanBeMadeAnew() public {
        bytes memory data = abi.encodeCall(hub.setRoute, (SPOKE_A, address(debtToken), Route(anyone, UNIT, 1)));
        bytes32 id = timelock.hashOperation(address(hub), 0, data, 0, 0);
        _announce(address(hub), data);
        uint256 lapsesAt = block.timestamp + DELAY_SEC + timelock.GRACE_SEC();
        vm.warp(lapsesAt);
        assertTrue(timelock.isOperationReady(id), "until its last second");
        vm.warp(lapsesAt + 1);
        assertFalse(timelock.isOperation(id));
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(hub), data);
        assertEq(hub.route(SPOKE_A, address(debtToken)).port, address(port));

        _announce(address(hub), data);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _execute(address(hub), data);
        vm.warp(block.timestamp + DELAY_SEC);
        _execute(address(hub), data);
        assertTrue(timelock.isOperationDone(id));
        vm.warp(block.timestamp + 365 days);
        assertTrue(timelock.isOperationDone(id), "what is done stays done");
    }

    /// @dev Attack: the same by a delay of years.
    function test_RevertIf_AnAnnouncementIsForADistantDay() public {
        bytes memory data = abi.encodeCall(hub.setMaxInFlight, (MARKET, 1));
        uint256 longest = DELAY_SEC + timelock.GRACE_SEC();
        bytes memory expected = abi.encodeWithSelector(Timelock.DelayTooLong.selector, longest + 1, longest);
        vm.startPrank(proposer);
        vm.expectRevert(expected);
        timelock.schedule(address(hub), 0, data, 0, 0, longest + 1);

        (address[] memory targets, uint256[] memory values, bytes[] memory payloads) =
            (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], payloads[0]) = (address(hub), data);
        vm.expectRevert(expected);
        timelock.scheduleBatch(targets, values, payloads, 0, 0, longest + 1);
        timelock.scheduleBatch(targets, values, payloads, 0, 0, longest);
        vm.warp(block.timestamp + longest);
        timelock.executeBatch(targets, values, payloads, 0, 0);
        assertEq(hub.market(MARKET).maxInFlight, 1);
    }

    function test_NeitherProposerNorFormerOwnerChangesAnythingDirectly() public {
        address[2] memory callers = [proposer, owner];
        for (uint256 i; i < callers.length; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, callers[i]));
            hub.setMaxInFlight(MARKET, 1);
        }
    }

    function test_OnlyTheProposerAnnounces() public {
        bytes memory data = abi.encodeCall(hub.setMaxInFlight, (MARKET, 1));
        bytes32 role = timelock.PROPOSER_ROLE();
        vm.prank(anyone);
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, anyone, role));
        timelock.schedule(address(hub), 0, data, 0, 0, DELAY_SEC);
    }

    /// @dev Attack: the delay itself is set to nothing first.
    function test_TheDelayChangesByAnAnnouncedCallOnly() public {
        vm.prank(proposer);
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, proposer));
        timelock.updateDelay(0);
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), proposer));
        assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(this)));
    }

    function test_TheGuardianPausesAtOnce() public {
        vm.prank(guardian);
        hub.setPauseStage(2);
        assertEq(hub.pauseStage(), 2);
    }

    function test_RevertIf_ThereIsNoProposerOrNoDelay() public {
        vm.expectRevert(Timelock.ProposerZero.selector);
        new Timelock(address(0), 1);
        vm.expectRevert(Timelock.DelayZero.selector);
        new Timelock(proposer, 0);
    }
}
