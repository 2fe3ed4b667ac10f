// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuctionHubEvents} from "../../src/interfaces/IAuctionHub.sol";
import {IOperatorSet} from "../../src/interfaces/IOperatorSet.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";
import {PlanHashing} from "../../src/libraries/PlanHash.sol";
import {AuctionId, Fill, Leg, Plan, PlanHash, Snapshot} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubRefusedPlansTest is HubFixture {
    AuctionId internal auctionId;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 0.6e18);
    }

    // ----------------------------------------------------------------------------------------------- reverting

    function test_RevertIf_AuctionIsUnknown() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.auctionId = AuctionId.wrap("?");
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.AuctionUnknown.selector, plan.auctionId));
    }

    function test_RevertIf_BasketIsAnother() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.basket = 2;
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.BasketMismatch.selector, BASKET, 2));
    }

    function test_RevertIf_PrevPlanIsNotTheHead() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.prevPlan = PlanHash.wrap("?");
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IAuctionHubEvents.PrevPlanMismatch.selector, bytes32(0), bytes32("?"))
        );
    }

    function test_RevertIf_SnapshotIsAnother() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        snapshot.spokes[0].number++;
        bytes32 expected = PlanHashing.snapshotHash(snapshot);
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IAuctionHubEvents.SnapshotHashMismatch.selector, expected, plan.snapshotHash)
        );
    }

    function test_RevertIf_SnapshotBlockHasAnotherHash() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        bytes32 actual = snapshot.hubHash;
        snapshot.hubHash = "reorged away";
        plan.snapshotHash = PlanHashing.snapshotHash(snapshot);
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(
                IAuctionHubEvents.SnapshotBlockMismatch.selector, snapshot.hubBlock, actual, snapshot.hubHash
            )
        );
    }

    function test_RevertIf_SnapshotBlockIsNotThereYet() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        snapshot.hubBlock = uint64(block.number + 5);
        snapshot.hubHash = 0;
        plan.snapshotHash = PlanHashing.snapshotHash(snapshot);
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(
                IAuctionHubEvents.SnapshotBlockMismatch.selector, snapshot.hubBlock, bytes32(0), bytes32(0)
            )
        );
    }

    function test_RevertIf_SnapshotIsFromTheFuture() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        snapshot.hubTimestamp++;
        plan.snapshotHash = PlanHashing.snapshotHash(snapshot);
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IAuctionHubEvents.SnapshotFromFuture.selector, block.timestamp + 1, block.timestamp)
        );
    }

    function test_RevertIf_SnapshotIsBeforeTheOpening() public {
        uint64 opened = hub.auction(auctionId).openedBlock;
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        snapshot.hubBlock = opened - 1;
        snapshot.hubHash = blockhash(opened - 1);
        plan.snapshotHash = PlanHashing.snapshotHash(snapshot);
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.SnapshotBeforeOpening.selector, opened - 1, opened)
        );
    }

    function test_RevertIf_CallByIsTooFar() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        uint64 latest = uint64(block.timestamp + 120);
        plan.callBy = latest + 1;
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.CallByOutOfRange.selector, latest + 1, latest)
        );
    }

    function test_RevertIf_CallByIsPastTheDeadline() public {
        uint64 deadline = hub.auction(auctionId).deadline;
        vm.warp(deadline - 30);
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.CallByOutOfRange.selector, deadline + 30, deadline)
        );
    }

    function test_RevertIf_PriceIsOutOfTolerance() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        oracle.set(PRICE_E36 * 9803 / 10_000);
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(
                IAuctionHubEvents.PriceOutOfTolerance.selector, PRICE_E36, PRICE_E36 * 9803 / 10_000, 200
            )
        );
        oracle.set(PRICE_E36 * 10_205 / 10_000);
        vm.expectRevert();
        hub.commitPlan(plan, snapshot, _sign(plan));
        oracle.set(PRICE_E36 * 9805 / 10_000);
        hub.commitPlan(plan, snapshot, _sign(plan));
    }

    function test_TakesAPriceAtTheVeryToleranceOnEitherSide() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        uint256 tolerance = PRICE_E36 * 200 / 10_000;
        uint256 state = vm.snapshotState();
        plan.priceE36 = PRICE_E36 + tolerance;
        hub.commitPlan(plan, snapshot, _sign(plan));
        vm.revertToState(state);
        plan.priceE36 = PRICE_E36 - tolerance;
        hub.commitPlan(plan, snapshot, _sign(plan));
        vm.revertToState(state);
        plan.priceE36 = PRICE_E36 + tolerance + 1;
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(
                IAuctionHubEvents.PriceOutOfTolerance.selector, PRICE_E36 + tolerance + 1, PRICE_E36, 200
            )
        );
    }

    function test_RevertIf_PriceIsAbsurd() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        plan.priceE36 = type(uint256).max;
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IAuctionHubEvents.PriceOutOfTolerance.selector, type(uint256).max, PRICE_E36, 200)
        );
        plan.priceE36 = 0;
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.PriceOutOfTolerance.selector, 0, PRICE_E36, 200)
        );
    }

    function test_RevertIf_PlanIsEmpty() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, new Leg[](0));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.PlanEmpty.selector));
        (plan, snapshot) = _plan(auctionId, _legs(SPOKE_A, new Fill[](0)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.PlanEmpty.selector));
    }

    function test_RevertIf_LegsAreOutOfOrder() public {
        (Plan memory plan, Snapshot memory snapshot) =
            _plan(auctionId, _legs(_fills(0, 100 * USD), _fills(0, 100 * USD)));
        plan.legs[1].spoke = SPOKE_A;
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.LegsNotAscending.selector, SPOKE_A, SPOKE_A));
        plan.legs[0].spoke = 0;
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.LegsNotAscending.selector, 0, 0));
    }

    function test_RevertIf_TiersAreOutOfOrder() public {
        (Plan memory plan, Snapshot memory snapshot) =
            _plan(auctionId, _legs(SPOKE_A, _fills(3, 100 * USD, 3, 100 * USD)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.TiersNotAscending.selector, 3, 3));
    }

    function test_RevertIf_TierIsOutsideTheLadder() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(30, 100 * USD)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.TierOutOfLadder.selector, 30, 30));
    }

    function test_RevertIf_PremiumIsAboveTheMaximum() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(20, 100 * USD)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.PremiumAboveMaximum.selector, 1050, 1000));
        _commit(auctionId, _legs(SPOKE_A, _fills(19, 100 * USD)));
    }

    function test_RevertIf_AFillIsZeroOrDust() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, 0)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.AmountZero.selector));
        plan.legs[0].fills[0].amount = UNIT + 1;
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.AmountNotMultipleOfUnit.selector, UNIT + 1, UNIT)
        );
    }

    function test_RevertIf_PlanExceedsTheDebt() public {
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 600 * USD)));
        (Plan memory plan, Snapshot memory snapshot) =
            _plan(auctionId, _legs(_fills(0, 300 * USD), _fills(0, 100 * USD + UNIT)));
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IAuctionHubEvents.PlanExceedsDebt.selector, 400 * USD + UNIT, 400 * USD)
        );
        assertEq(hub.auction(auctionId).reservedDebt, 600 * USD, "nothing moved");
    }

    function test_RevertIf_PlanExceedsTheCollateral() public {
        AuctionId poor = _open(1000 * USD, 0.5e18);
        (Plan memory plan, Snapshot memory snapshot) = _plan(poor, _legs(SPOKE_A, _fills(0, 1000 * USD)));
        uint256 needed =
            Clearing.collateralDown(1000 * USD, 50, PRICE_E36) + Clearing.feeDown(1000 * USD, 10, PRICE_E36);
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.PlanExceedsCollateral.selector, needed, 0.5e18)
        );
    }

    function test_RevertIf_ThereIsNoRoute() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(3, _fills(0, 100 * USD)));
        _reverts(
            plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.RouteUnknown.selector, 3, address(collateralToken))
        );
    }

    function test_RevertIf_ThereAreTooManyLegs() public {
        Leg[] memory legs = new Leg[](33);
        for (uint32 i; i < 33; ++i) {
            legs[i] = Leg(i + 1, _fills(0, UNIT));
        }
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, legs);
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.TooManyLegs.selector, 33, 32));
    }

    function test_RevertIf_ThereAreTooManyUnresolvedLegs() public {
        for (uint256 i; i < 32; ++i) {
            _commit(auctionId, _legs(_fills(0, UNIT), _fills(0, UNIT)));
        }
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, UNIT)));
        _reverts(plan, snapshot, abi.encodeWithSelector(IAuctionHubEvents.TooManyLegs.selector, 65, 64));
    }

    function test_RevertIf_TheQuorumDidNotSign() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        bytes[] memory one = new bytes[](1);
        one[0] = _sign(plan)[0];
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumNotReached.selector, 2, 1));
        hub.commitPlan(plan, snapshot, one);

        // Signed for something else: some address comes out, but not an operator's.
        bytes[] memory signatures = _sign(plan);
        plan.callBy--;
        vm.expectPartialRevert(IOperatorSet.SignerNotOperator.selector);
        hub.commitPlan(plan, snapshot, signatures);
        assertEq(PlanHash.unwrap(hub.headOf(BASKET)), 0, "nothing moved");
    }

    function test_RevertIf_OperatorSetIsRetired() public {
        (Plan memory plan, Snapshot memory snapshot) = _somePlan();
        vm.prank(owner);
        operatorSet.retireSet(OPERATORS, uint64(block.timestamp - 1));
        _reverts(
            plan,
            snapshot,
            abi.encodeWithSelector(IOperatorSet.OperatorSetExpired.selector, OPERATORS, block.timestamp - 1)
        );
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _somePlan() private view returns (Plan memory plan, Snapshot memory snapshot) {
        return _plan(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
    }

    function _reverts(Plan memory plan, Snapshot memory snapshot, bytes memory expected) private {
        bytes[] memory signatures = _sign(plan);
        vm.expectRevert(expected);
        hub.commitPlan(plan, snapshot, signatures);
    }
}
