// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Auction,
    AuctionStatus,
    FillResult,
    IAuctionHubEvents,
    LegRecord,
    LegStatus
} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, LegId, PlanHash} from "../../src/libraries/Types.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubReleaseTest is HubFixture {
    AuctionId internal auctionId;
    PlanHash internal planHash;
    Fill[] internal fills;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 1e18);
        fills.push(Fill(0, 300 * USD));
        fills.push(Fill(4, 200 * USD));
        planHash = _commit(auctionId, _legs(fills, fills));
    }

    // ----------------------------------------------------------------------------------------------- releasing

    function test_ReleasesPastTheSettleWindowWithoutAskingAnybody() public {
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        uint64 releasableAt = uint64(block.timestamp + 3600);
        LegId legId = _legId(planHash, SPOKE_A);
        vm.warp(releasableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotReleasable.selector, legId, releasableAt));
        hub.releaseLegs(_one(record));

        vm.warp(releasableAt);
        oracle.fail(true);
        source.setFault(FaultySource.Fault.QuoteReverts);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.LegReleased(legId, auctionId, new FillResult[](0), uint128(500 * USD));
        vm.prank(anyone);
        hub.releaseLegs(_one(record));

        LegStatus memory leg = hub.legStatus(legId);
        assertTrue(leg.ended && leg.refundDue && !leg.collateralDue);
        assertEq(leg.endedAt, releasableAt);
        assertEq(leg.reservedDebt, 0);
        assertEq(hub.auction(auctionId).reservedDebt, 500 * USD, "the other leg's stays");
        assertEq(LegId.unwrap(hub.unresolvedLegs(auctionId)[0]), LegId.unwrap(_legId(planHash, SPOKE_B)));
        assertEq(hub.unresolvedLegs(auctionId).length, 1);
    }

    function test_ReleasesALegThatWasNeverCommitted() public {
        PlanHash unknown = PlanHash.wrap("unknown");
        LegRecord memory record = _arrive(AuctionId.wrap("unknown"), unknown, SPOKE_B, fills);
        vm.expectPartialRevert(IAuctionHubEvents.LegNotReleasable.selector);
        _release(record);
        vm.warp(block.timestamp + 3600);
        _release(record);
        assertTrue(_status(unknown, SPOKE_B).refundDue);
    }

    function test_ReleasesAtOnceWhatArrivesAfterTheClose() public {
        LegRecord memory early = _arrive(auctionId, planHash, SPOKE_A, fills);
        source.close(auctionId);
        _release(early);
        _release(_arrive(auctionId, planHash, SPOKE_B, fills));
        assertTrue(_status(planHash, SPOKE_A).refundDue && _status(planHash, SPOKE_B).refundDue);
        Auction memory auction = hub.auction(auctionId);
        assertEq(auction.reservedDebt, 0);
        assertEq(auction.reservedCollateral, 0);
    }

    function test_ReleasesTheRestOfALegThatWasUsedInPart() public {
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        // The dear fill waits for the other leg's cheap one.
        source.setQuote(700 * USD, 1e18);
        _settle(auctionId, records);
        source.close(auctionId);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.LegReleased(_legId(planHash, SPOKE_A), auctionId, records[0].results, uint128(200 * USD));
        hub.releaseLegs(records);
        LegStatus memory leg = _status(planHash, SPOKE_A);
        assertTrue(leg.ended && leg.collateralDue && leg.refundDue);
    }

    function test_RevertIf_ALegHasEnded() public {
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        source.close(auctionId);
        _release(record);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegAlreadyEnded.selector, _legId(planHash, SPOKE_A)));
        _release(record);
    }

    function test_RevertIf_AForgedRecordIsReleased() public {
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        source.setQuote(350 * USD, 1e18);
        _settle(auctionId, records);
        source.close(auctionId);
        // As if nothing had been used.
        records[0].results = new FillResult[](0);
        records[0].fee = 0;
        vm.expectPartialRevert(IAuctionHubEvents.RecordMismatch.selector);
        hub.releaseLegs(records);
    }

    // ------------------------------------------------------------------------------------------------ expiring

    function test_ExpiresALegThatDidNotComeInTime() public {
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        uint64 expirableAt = uint64(block.timestamp + 60 + TIMEOUT_SEC);
        vm.warp(expirableAt);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotExpirable.selector, legIds[0], expirableAt));
        hub.expireLegs(legIds);

        vm.warp(uint256(expirableAt) + 1);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.LegExpired(legIds[0], auctionId);
        vm.prank(anyone);
        hub.expireLegs(legIds);
        assertEq(hub.auction(auctionId).reservedDebt, 500 * USD);
        assertEq(hub.auction(auctionId).reservedCollateral, _status(planHash, SPOKE_B).reservedCollateral);
        assertTrue(_status(planHash, SPOKE_A).expired);

        // What still comes is refunded, at once.
        LegRecord memory late = _arrive(auctionId, planHash, SPOKE_A, fills);
        _release(late);
        assertTrue(_status(planHash, SPOKE_A).refundDue);
        assertEq(hub.auction(auctionId).reservedDebt, 500 * USD, "freed once only");
    }

    function test_RevertIf_ALegCannotExpire() public {
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = LegId.wrap("unknown");
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegUnknown.selector, legIds[0]));
        hub.expireLegs(legIds);

        vm.warp(block.timestamp + 1 hours);
        legIds[0] = _legId(planHash, SPOKE_A);
        hub.expireLegs(legIds);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegHasExpired.selector, legIds[0]));
        hub.expireLegs(legIds);

        _arrive(auctionId, planHash, SPOKE_B, fills);
        legIds[0] = _legId(planHash, SPOKE_B);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegAlreadyArrived.selector, legIds[0]));
        hub.expireLegs(legIds);
    }

    function test_ExpiringAfterTheCloseTouchesNoReservation() public {
        source.close(auctionId);
        vm.warp(block.timestamp + 1 hours);
        LegId[] memory legIds = new LegId[](2);
        (legIds[0], legIds[1]) = (_legId(planHash, SPOKE_A), _legId(planHash, SPOKE_B));
        hub.expireLegs(legIds);
        assertEq(hub.auction(auctionId).reservedDebt, 0);
    }

    // ------------------------------------------------------------------------------------------------- closing

    function test_TheSourceClosesAtAnyTime() public {
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.AuctionClosed(auctionId, 0, 0);
        source.close(auctionId);
        Auction memory auction = hub.auction(auctionId);
        assertEq(uint8(auction.status), uint8(AuctionStatus.Closed));
        assertEq(auction.reservedDebt, 0);
        assertEq(hub.unresolvedLegs(auctionId).length, 0);
        assertEq(_status(planHash, SPOKE_A).reservedDebt, 0);
    }

    function test_AnyoneClosesPastTheDeadlineOrOnceCovered() public {
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.CallerMayNotClose.selector, anyone));
        vm.prank(anyone);
        hub.closeAuction(auctionId);
        uint256 state = vm.snapshotState();

        vm.warp(hub.auction(auctionId).deadline);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.CallerMayNotClose.selector, anyone));
        vm.prank(anyone);
        hub.closeAuction(auctionId);
        vm.warp(block.timestamp + 1);
        vm.prank(anyone);
        hub.closeAuction(auctionId);

        vm.revertToState(state);
        LegRecord[] memory records =
            _two(_arrive(auctionId, planHash, SPOKE_A, fills), _arrive(auctionId, planHash, SPOKE_B, fills));
        _settle(auctionId, records);
        vm.prank(anyone);
        hub.closeAuction(auctionId);
        assertEq(hub.auction(auctionId).debtCovered, 1000 * USD);
    }

    function test_RevertIf_AuctionIsUnknownOrClosed() public {
        AuctionId unknown = AuctionId.wrap("?");
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionUnknown.selector, unknown));
        hub.closeAuction(unknown);
        source.close(auctionId);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionNotOpen.selector, auctionId));
        source.close(auctionId);
    }
}
