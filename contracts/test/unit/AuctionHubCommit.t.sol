// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, IAuctionHubEvents, LapseReason, LegRecord, LegStatus} from "../../src/interfaces/IAuctionHub.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";
import {AuctionId, Fill, Leg, LegId, Plan, PlanHash, Snapshot} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubCommitTest is HubFixture {
    AuctionId internal auctionId;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 0.6e18);
    }

    // ----------------------------------------------------------------------------------------------- committing

    function test_ReservesDebtAndCollateralForEachLeg() public {
        (Plan memory plan, Snapshot memory snapshot) =
            _plan(auctionId, _legs(_fills(0, 300 * USD, 3, 200 * USD), _fills(1, 100 * USD)));
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.PlanCommitted(auctionId, _hash(plan), plan, snapshot);
        vm.prank(anyone);
        hub.commitPlan(plan, snapshot, _sign(plan));

        PlanHash planHash = _hash(plan);
        assertEq(PlanHash.unwrap(hub.headOf(BASKET)), PlanHash.unwrap(planHash));
        LegStatus memory a = _status(planHash, SPOKE_A);
        assertTrue(a.committed && !a.arrived && !a.expired && !a.ended);
        assertEq(a.spoke, SPOKE_A);
        assertEq(a.lowestTier, 0);
        assertEq(a.reservedDebt, 500 * USD);
        uint256 fee = Clearing.feeDown(300 * USD, 10, PRICE_E36) + Clearing.feeDown(200 * USD, 10, PRICE_E36);
        uint256 forLps =
            Clearing.collateralDown(300 * USD, 50, PRICE_E36) + Clearing.collateralDown(200 * USD, 200, PRICE_E36);
        assertEq(a.reservedCollateral, forLps + fee);
        assertEq(_status(planHash, SPOKE_B).lowestTier, 1);

        Auction memory auction = hub.auction(auctionId);
        assertEq(auction.rounds, 1);
        assertEq(auction.reservedDebt, 600 * USD);
        assertEq(
            auction.reservedCollateral, uint256(a.reservedCollateral) + _status(planHash, SPOKE_B).reservedCollateral
        );
        assertEq(hub.unresolvedLegs(auctionId).length, 2);
    }

    function test_PlansFormAChain() public {
        PlanHash first = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        AuctionId other = _open(500 * USD, 1e18);
        (Plan memory plan,) = _plan(other, _legs(SPOKE_A, _fills(0, 100 * USD)));
        assertEq(PlanHash.unwrap(plan.prevPlan), PlanHash.unwrap(first));
        PlanHash second = _commit(other, _legs(SPOKE_A, _fills(0, 100 * USD)));
        PlanHash third = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        assertEq(PlanHash.unwrap(hub.headOf(BASKET)), PlanHash.unwrap(third));
        assertTrue(second != third);
        assertEq(hub.auction(auctionId).rounds, 2);
        assertEq(hub.auction(other).rounds, 1);
    }

    function test_RevertIf_APlanComesTwice() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        bytes[] memory signatures = _sign(plan);
        hub.commitPlan(plan, snapshot, signatures);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PrevPlanMismatch.selector, _hash(plan), plan.prevPlan));
        hub.commitPlan(plan, snapshot, signatures);
    }

    function test_ReservesForALegThatHasArrivedBeforeItsPlan() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        _arrive(auctionId, _hash(plan), SPOKE_A, _fills(0, 100 * USD));
        hub.commitPlan(plan, snapshot, _sign(plan));
        LegStatus memory leg = _status(_hash(plan), SPOKE_A);
        assertTrue(leg.committed && leg.arrived);
        assertEq(leg.reservedDebt, 100 * USD);
    }

    function test_LeavesOutALegThatWasReleasedBeforeItsPlan() public {
        Leg[] memory legs = _legs(_fills(0, 100 * USD), _fills(0, 200 * USD));
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, legs);
        // A long call window, so that the settle window ends before the plan's.
        LegRecord memory record = _arrive(auctionId, _hash(plan), SPOKE_A, legs[0].fills);
        uint256 nowSec = block.timestamp;
        vm.warp(nowSec + 3600);
        _release(record);
        vm.warp(nowSec);
        hub.commitPlan(plan, snapshot, _sign(plan));

        LegStatus memory a = _status(_hash(plan), SPOKE_A);
        assertTrue(a.ended && !a.committed);
        assertEq(hub.auction(auctionId).reservedDebt, 200 * USD);
        assertEq(hub.unresolvedLegs(auctionId).length, 1);
    }

    // ------------------------------------------------------------------------------------------------- lapsing

    function test_LapsesIf_AuctionIsClosed() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        source.close(auctionId);
        _lapses(plan, snapshot, LapseReason.AuctionClosed);
    }

    function test_LapsesIf_AuctionIsCovered() public {
        Fill[] memory all = _fills(0, 1000 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, all));
        _settle(auctionId, _one(_arrive(auctionId, planHash, SPOKE_A, all)));
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        _lapses(plan, snapshot, LapseReason.AuctionCovered);
    }

    function test_LapsesIf_PastTheDeadline() public {
        vm.warp(block.timestamp + 1 hours - 10);
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.callBy = uint64(block.timestamp + 10);
        vm.warp(block.timestamp + 11);
        _lapses(plan, snapshot, LapseReason.PastDeadline);
    }

    function test_LapsesIf_RoundIsAnother() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.round = 1;
        _lapses(plan, snapshot, LapseReason.RoundMismatch);
    }

    function test_LapsesIf_SnapshotIsTooOldInSeconds() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.callBy = uint64(block.timestamp + 130);
        vm.warp(block.timestamp + 120);
        uint256 state = vm.snapshotState();
        hub.commitPlan(plan, snapshot, _sign(plan));
        assertEq(hub.auction(auctionId).rounds, 1, "at the edge it is taken");
        vm.revertToState(state);
        vm.warp(block.timestamp + 1);
        _lapses(plan, snapshot, LapseReason.SnapshotTooOld);
    }

    function test_LapsesIf_SnapshotIsTooOldInBlocks() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        vm.roll(uint256(snapshot.hubBlock) + 257);
        _lapses(plan, snapshot, LapseReason.SnapshotTooOld);
    }

    function test_LapsesIf_PastCallBy() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        vm.warp(uint256(plan.callBy) + 1);
        _lapses(plan, snapshot, LapseReason.PastCallBy);
    }

    function test_TheChainGoesOnAfterALapse() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.round = 7;
        hub.commitPlan(plan, snapshot, _sign(plan));
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        assertEq(hub.auction(auctionId).rounds, 1);
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _somePlan() private view returns (Plan memory plan, Snapshot memory snapshot) {
        return _plan(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
    }

    function _lapses(Plan memory plan, Snapshot memory snapshot, LapseReason reason) private {
        Auction memory before = hub.auction(auctionId);
        bytes[] memory signatures = _sign(plan);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.PlanLapsed(auctionId, _hash(plan), reason, plan, snapshot);
        hub.commitPlan(plan, snapshot, signatures);
        assertEq(PlanHash.unwrap(hub.headOf(BASKET)), PlanHash.unwrap(_hash(plan)));
        assertEq(keccak256(abi.encode(hub.auction(auctionId))), keccak256(abi.encode(before)));
        LegId legId = _legId(_hash(plan), plan.legs[0].spoke);
        assertFalse(hub.legStatus(legId).committed);
    }
}
