// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IAuctionHubEvents, LegRecord, MarketParams} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, LegId, Plan, PlanHash, Snapshot} from "../../src/libraries/Types.sol";
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
