// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IAuctionHubEvents, LegRecord, MarketParams} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, Leg, LegId, Plan, PlanHash, Snapshot} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

/// @notice How much debt the legs of one market may have in flight.
contract AuctionHubInFlightTest is HubFixture {
    uint128 private constant CAP = 500 * USD;
    AuctionId private auctionId;

    function setUp() public override {
        super.setUp();
        vm.prank(owner);
        hub.setMaxInFlight(MARKET, CAP);
        auctionId = _open(1000 * USD, 1e18);
    }

    function test_ACommittedLegIsInFlightUntilItsCapitalIsUsed() public {
        Fill[] memory fills = _fills(0, 300 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 300 * USD);
        assertEq(hub.clearingState(auctionId).inFlightLeft, 200 * USD);
        assertEq(hub.clearingState(auctionId).marketId, MARKET);

        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 300 * USD, "arriving is not enough");
        source.setQuote(100 * USD, 1e18);
        _settle(auctionId, records);
        assertEq(hub.inFlight(MARKET), 200 * USD, "a part was used");
        source.setQuote(1000 * USD, 1e18);
        _settle(auctionId, records);
        assertEq(hub.inFlight(MARKET), 0);
    }

    function test_AReleaseAndAnExpiryFreeTheLimit() public {
        (Fill[] memory fillsA, Fill[] memory fillsB) = (_fills(0, 100 * USD), _fills(0, 200 * USD));
        PlanHash planHash = _commit(auctionId, _legs(fillsA, fillsB));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fillsA);
        vm.warp(block.timestamp + 3600);
        _release(record);
        assertEq(hub.inFlight(MARKET), 200 * USD);
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_B);
        hub.expireLegs(legIds);
        assertEq(hub.inFlight(MARKET), 0);
    }

    /// @dev Attack: a market opens, has capital called, closes, and opens again, to tie up more than its limit.
    function test_ClosingAnAuctionDoesNotFreeTheLimit() public {
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        source.close(auctionId);
        assertEq(hub.inFlight(MARKET), 400 * USD);

        AuctionId next = _open(1000 * USD, 1e18);
        (Plan memory plan, Snapshot memory snapshot) = _plan(next, _legs(SPOKE_B, _fills(0, 200 * USD)));
        bytes[] memory signatures = _sign(plan);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PlanExceedsInFlight.selector, 200 * USD, 100 * USD));
        hub.commitPlan(plan, snapshot, signatures);

        _release(_arrive(auctionId, planHash, SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 0);
        hub.commitPlan(plan, snapshot, signatures);
        assertEq(hub.inFlight(MARKET), 200 * USD);
    }

    function test_AnExpiredLegOfAClosedAuctionFreesTheLimitOnce() public {
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        source.close(auctionId);
        vm.warp(block.timestamp + 1 hours);
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        hub.expireLegs(legIds);
        assertEq(hub.inFlight(MARKET), 0);
        // It comes late, and ends a second time in no sense that counts.
        _release(_arrive(auctionId, planHash, SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 0);
    }

    // ---------------------------------------------------------------------------------------- plans that lapse

    /// @dev Attack: calls and commit go out together; a market that closes before the commit is mined leaves legs that fly
    /// without a reservation, again and again with the same collateral.
    function test_ClosingBeforeTheCommitDoesNotFreeTheLimit() public {
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _lapse(_legs(SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 400 * USD);
        assertTrue(_status(planHash, SPOKE_A).lapsed);

        AuctionId next = _open(1000 * USD, 1e18);
        assertEq(hub.clearingState(next).inFlightLeft, 100 * USD);
        (Plan memory plan, Snapshot memory snapshot) = _plan(next, _legs(SPOKE_B, _fills(0, 200 * USD)));
        bytes[] memory signatures = _sign(plan);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PlanExceedsInFlight.selector, 200 * USD, 100 * USD));
        hub.commitPlan(plan, snapshot, signatures);

        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        assertEq(hub.inFlight(MARKET), 400 * USD, "arriving is not enough");
        _release(record);
        assertEq(hub.inFlight(MARKET), 0);
        hub.commitPlan(plan, snapshot, signatures);
    }

    function test_ALegOfALapsedPlanExpiresLikeAnyOther() public {
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _lapse(_legs(SPOKE_A, fills));
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        uint64 expirableAt = uint64(block.timestamp + 60 + TIMEOUT_SEC);
        vm.warp(expirableAt);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotExpirable.selector, legIds[0], expirableAt));
        hub.expireLegs(legIds);
        vm.warp(expirableAt + 1);
        hub.expireLegs(legIds);
        assertEq(hub.inFlight(MARKET), 0);
        assertTrue(_status(planHash, SPOKE_A).expired);
        // It comes late: its capital goes home, and nothing is freed a second time.
        _release(_arrive(auctionId, planHash, SPOKE_A, fills));
        assertEq(hub.inFlight(MARKET), 0);
    }

    /// @dev The plan names another round: its auction is open and goes on without it.
    function test_ALapsedLegOfAnOpenAuctionIsReleasedAtOnceAndNeverUsed() public {
        Fill[] memory fills = _fills(0, 300 * USD);
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, fills));
        plan.round = 7;
        hub.commitPlan(plan, snapshot, _sign(plan));
        PlanHash other = _commit(auctionId, _legs(SPOKE_B, _fills(0, 200 * USD)));
        assertEq(hub.inFlight(MARKET), CAP);
        assertEq(hub.auction(auctionId).reservedDebt, 200 * USD);

        LegRecord memory record = _arrive(auctionId, _hash(plan), SPOKE_A, fills);
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.LegNotCommitted.selector, _legId(_hash(plan), SPOKE_A))
        );
        hub.settle(auctionId, _one(record));
        _release(record);
        assertEq(hub.inFlight(MARKET), 200 * USD);
        assertEq(hub.auction(auctionId).reservedDebt, 200 * USD, "the other leg's reservation is untouched");
        assertEq(hub.unresolvedLegs(auctionId).length, 1);
        assertTrue(_status(other, SPOKE_B).committed);
    }

    function test_WhatHadEndedBeforeItsPlanLapsedIsNotCounted() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(fills, fills));
        LegRecord memory record = _arrive(auctionId, _hash(plan), SPOKE_A, fills);
        source.close(auctionId);
        _release(record);
        hub.commitPlan(plan, snapshot, _sign(plan));
        assertEq(hub.inFlight(MARKET), 100 * USD);
    }

    /// @dev A quorum may sign any amounts, from any spoke: above every limit, or without a route. The chain goes on all the same.
    function test_NoLapsedPlanIsTooLargeToBeCounted() public {
        uint128 most = type(uint128).max - type(uint128).max % UNIT;
        Leg[] memory legs = new Leg[](2);
        legs[0] = Leg(SPOKE_A, _fills(0, most, 1, most));
        legs[1] = Leg(9, _fills(0, UNIT));
        PlanHash planHash = _lapse(legs);
        assertEq(hub.inFlight(MARKET), uint256(type(uint128).max) + UNIT);
        assertEq(hub.clearingState(_open(1000 * USD, 1e18)).inFlightLeft, 0);

        LegId[] memory legIds = new LegId[](2);
        (legIds[0], legIds[1]) = (_legId(planHash, SPOKE_A), _legId(planHash, 9));
        vm.warp(block.timestamp + 1 hours);
        hub.expireLegs(legIds);
        assertEq(hub.inFlight(MARKET), 0);
    }

    /// @dev Its auction is closed between signature and commit.
    function _lapse(Leg[] memory legs) private returns (PlanHash) {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, legs);
        source.close(auctionId);
        hub.commitPlan(plan, snapshot, _sign(plan));
        return _hash(plan);
    }

    function test_APlanMayFillTheLimitToTheLastUnit() public {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, _fills(0, CAP + UNIT)));
        bytes[] memory signatures = _sign(plan);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PlanExceedsInFlight.selector, CAP + UNIT, CAP));
        hub.commitPlan(plan, snapshot, signatures);
        _commit(auctionId, _legs(SPOKE_A, _fills(0, CAP)));
        assertEq(hub.clearingState(auctionId).inFlightLeft, 0);
    }

    function test_ALimitBelowWhatFliesLeavesNothing() public {
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 300 * USD)));
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.MaxInFlightSet(MARKET, 100 * USD);
        vm.prank(owner);
        hub.setMaxInFlight(MARKET, 100 * USD);
        assertEq(hub.market(MARKET).maxInFlight, 100 * USD);
        assertEq(hub.clearingState(auctionId).inFlightLeft, 0);
    }

    function test_AnotherMarketHasALimitOfItsOwn() public {
        MarketParams memory params = _marketParams();
        vm.prank(owner);
        hub.createMarket(2, params);
        _commit(auctionId, _legs(SPOKE_A, _fills(0, CAP)));
        AuctionId other = source.open(2, 1000 * USD, 1e18, uint64(block.timestamp + 1 hours));
        vm.roll(block.number + 1);
        assertEq(hub.clearingState(other).inFlightLeft, params.maxInFlight);
        _commit(other, _legs(SPOKE_B, _fills(0, 600 * USD)));
        assertEq(hub.inFlight(2), 600 * USD);
        assertEq(hub.inFlight(MARKET), CAP);
    }

    function test_RevertIf_TheLimitIsSetByAnyoneOrOfNoMarket() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        hub.setMaxInFlight(MARKET, 1);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.MarketUnknown.selector, 9));
        hub.setMaxInFlight(9, 1);
    }

    function test_RevertIf_AMarketIsCreatedWithALimitBelowOneUnit() public {
        MarketParams memory params = _marketParams();
        params.maxInFlight = UNIT - 1;
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, bytes32("maxInFlight"), UNIT - 1)
        );
        hub.createMarket(2, params);
    }
}
