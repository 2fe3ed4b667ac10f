// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, FillResult, IAuctionHubEvents, LegRecord, LegStatus} from "../../src/interfaces/IAuctionHub.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";
import {Fill, LegId, PlanHash} from "../../src/libraries/Types.sol";
import {SettleFixture} from "../fixtures/SettleFixture.sol";

contract AuctionHubSettleTest is SettleFixture {
    // --------------------------------------------------------------------------------------------- exchanging

    function test_ExchangesAWholeLegAtThePriceOfTheExchange() public {
        Fill[] memory fills = _fills(0, 300 * USD, 3, 200 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        uint256 price = PRICE_E36 * 101 / 100;
        oracle.set(price);

        uint128 first = _collateral(300 * USD, 50, price, 1e12);
        uint128 second = _collateral(200 * USD, 200, price, 1e12);
        uint128 fee = uint128(Clearing.feeDown(300 * USD, 10, price) + Clearing.feeDown(200 * USD, 10, price));
        FillResult[] memory results = new FillResult[](2);
        results[0] = FillResult(300 * USD, first);
        results[1] = FillResult(200 * USD, second);
        LegId legId = _legId(planHash, SPOKE_A);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.LegSettled(legId, auctionId, price, results, fee, true);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.AuctionSettled(auctionId, 500 * USD, first + second + fee, 500 * USD);
        vm.prank(anyone);
        hub.settle(auctionId, _one(record));

        assertEq(debtToken.balanceOf(address(source)), 500 * USD);
        assertEq(debtToken.balanceOf(address(hub)), 0);
        assertEq(collateralToken.balanceOf(address(hub)), first + second + fee);
        assertEq(collateralToken.balanceOf(hub.vault()), 0);
        Auction memory auction = hub.auction(auctionId);
        assertEq(auction.debtCovered, 500 * USD);
        assertEq(auction.collateralTaken, first + second + fee);
        assertEq(auction.reservedDebt, 0);
        assertEq(auction.reservedCollateral, 0);
        LegStatus memory leg = hub.legStatus(legId);
        assertTrue(leg.ended && leg.collateralDue && !leg.refundDue);
        assertEq(hub.unresolvedLegs(auctionId).length, 0);
    }

    function test_SettlesALegThatArrivedBeforeItsPlan() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        (PlanHash planHash, LegRecord memory record) = _arriveThenCommit(fills);
        _settle(auctionId, _one(record));
        assertTrue(_status(planHash, SPOKE_A).ended);
    }

    function _arriveThenCommit(Fill[] memory fills) private returns (PlanHash planHash, LegRecord memory record) {
        uint256 state = vm.snapshotState();
        planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        vm.revertToState(state);
        record = _arrive(auctionId, planHash, SPOKE_A, fills);
        assertEq(PlanHash.unwrap(_commit(auctionId, _legs(SPOKE_A, fills))), PlanHash.unwrap(planHash));
    }

    function test_UsesTheCheapestTierFirstAndTheLastOneProRata() public {
        Fill[] memory fillsA = _fills(0, 100 * USD, 2, 300 * USD);
        Fill[] memory fillsB = _fills(1, 100 * USD, 2, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fillsA, fillsB));
        LegRecord[] memory records =
            _two(_arrive(auctionId, planHash, SPOKE_A, fillsA), _arrive(auctionId, planHash, SPOKE_B, fillsB));
        // The source takes 300 only: tiers 0 and 1 whole, then 100 of the 400 in tier 2, three to one.
        source.setQuote(300 * USD, 1e18);
        _settle(auctionId, records);

        assertEq(records[0].results[0].used, 100 * USD);
        assertEq(records[1].results[0].used, 100 * USD);
        assertEq(records[0].results[1].used, 75 * USD);
        assertEq(records[1].results[1].used, 25 * USD);
        LegStatus memory a = _status(planHash, SPOKE_A);
        assertFalse(a.ended);
        assertEq(a.reservedDebt, 225 * USD, "the reservation shrinks to what is left");
        assertEq(hub.auction(auctionId).reservedDebt, 300 * USD);

        // The rest later, at another price.
        source.setQuote(1000 * USD, 1e18);
        oracle.set(PRICE_E36 / 2);
        _settle(auctionId, records);
        assertTrue(_status(planHash, SPOKE_A).ended && _status(planHash, SPOKE_B).ended);
        assertEq(
            records[0].results[1].collateral,
            _collateral(75 * USD, 150, PRICE_E36, 1e12) + _collateral(225 * USD, 150, PRICE_E36 / 2, 1e12)
        );
    }

    function test_ATieOfTheLastTierGoesToTheLowerSpoke() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fills, fills));
        LegRecord[] memory records =
            _two(_arrive(auctionId, planHash, SPOKE_A, fills), _arrive(auctionId, planHash, SPOKE_B, fills));
        source.setQuote(100 * USD + UNIT, 1e18);
        // Whoever settles has no say in it: another order of the legs is refused.
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegsNotAscending.selector, SPOKE_B, SPOKE_A));
        hub.settle(auctionId, _two(records[1], records[0]));
        _settle(auctionId, records);
        assertEq(records[0].results[0].used, 50 * USD + UNIT);
        assertEq(records[1].results[0].used, 50 * USD);
    }

    function test_TakesLegsOfSeveralRoundsOfOneSpoke() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash first = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory one = _arrive(auctionId, first, SPOKE_A, fills);
        PlanHash second = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory two = _arrive(auctionId, second, SPOKE_A, fills);
        _settle(auctionId, _two(two, one));
        assertTrue(_status(first, SPOKE_A).ended && _status(second, SPOKE_A).ended);
    }

    function test_FloorsWhatTheSourceTakesToTheUnit() public {
        (LegRecord memory record,) = _arrived(0, 500 * USD);
        source.setQuote(300 * USD + UNIT - 1, 1e18);
        LegRecord[] memory records = _one(record);
        _settle(auctionId, records);
        assertEq(records[0].results[0].used, 300 * USD);
    }

    function test_CollateralGoesInStepsOfTheRouteThatTakesItHome() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fills, fills));
        LegRecord[] memory records =
            _two(_arrive(auctionId, planHash, SPOKE_A, fills), _arrive(auctionId, planHash, SPOKE_B, fills));
        oracle.set(PRICE_E36 * 7 / 6);
        _settle(auctionId, records);
        assertEq(records[0].results[0].collateral % 1e12, 0);
        assertEq(records[1].results[0].collateral % 1e10, 0);
        assertGt(records[1].results[0].collateral, records[0].results[0].collateral);
        // Invariant 2: less than one route unit below what is owed, and never above.
        uint256 owed = Clearing.collateralDown(100 * USD, 50, PRICE_E36 * 7 / 6);
        assertLt(owed - records[0].results[0].collateral, 1e12);
        assertLt(owed - records[1].results[0].collateral, 1e10);
    }

    function test_DoesNotUseAFillThatWouldEarnNothing() public {
        vm.prank(owner);
        hub.createBasket(2, _basketParams());
        (LegRecord memory record,) = _arrived(0, UNIT);
        // 100 smallest units of debt buy 5e10 of collateral: below the route's step of 1e12.
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, _one(record));
    }

    function test_NeverTakesMoreCollateralThanTheAuctionGives() public {
        Fill[] memory fills = _fills(4, 900 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        oracle.set(PRICE_E36 / 4);
        _settle(auctionId, records);
        Auction memory auction = hub.auction(auctionId);
        assertLe(auction.collateralTaken, 1e18);
        assertGt(auction.collateralTaken, 1e18 - 2e12);
        assertLt(auction.debtCovered, 900 * USD);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, records);
    }

    // -------------------------------------------------------------------------------------------- reservations

    function test_KeepsRoomForACheaperLegThatIsNotHere() public {
        Fill[] memory cheap = _fills(0, 600 * USD);
        Fill[] memory dear = _fills(1, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(cheap, dear));
        LegRecord[] memory dearOnly = _one(_arrive(auctionId, planHash, SPOKE_B, dear));
        source.setQuote(700 * USD, 1e18);
        _settle(auctionId, dearOnly);
        assertEq(dearOnly[0].results[0].used, 100 * USD, "600 wait for the cheaper leg");

        LegRecord[] memory cheapOnly = _one(_arrive(auctionId, planHash, SPOKE_A, cheap));
        source.setQuote(600 * USD, 1e18);
        _settle(auctionId, cheapOnly);
        assertEq(cheapOnly[0].results[0].used, 600 * USD);
    }

    function test_KeepsCollateralForACheaperLegThatIsNotHere() public {
        Fill[] memory cheap = _fills(0, 600 * USD);
        Fill[] memory dear = _fills(1, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(cheap, dear));
        LegRecord[] memory dearOnly = _one(_arrive(auctionId, planHash, SPOKE_B, dear));
        uint256 reserved = _status(planHash, SPOKE_A).reservedCollateral;
        source.setQuote(1000 * USD, reserved + 0.1e18);
        _settle(auctionId, dearOnly);
        assertLe(hub.auction(auctionId).collateralTaken, 0.1e18);
        assertGt(hub.auction(auctionId).collateralTaken, 0.09e18);
    }

    function test_DoesNotWaitForALegOfTheSameOrADearerTier() public {
        Fill[] memory same = _fills(1, 600 * USD);
        Fill[] memory here = _fills(1, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(same, here));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_B, here));
        source.setQuote(400 * USD, 1e18);
        _settle(auctionId, records);
        assertEq(records[0].results[0].used, 400 * USD);
    }

    function test_DoesNotWaitForALegThatExpired() public {
        Fill[] memory cheap = _fills(0, 600 * USD);
        Fill[] memory dear = _fills(1, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(cheap, dear));
        LegRecord[] memory dearOnly = _one(_arrive(auctionId, planHash, SPOKE_B, dear));
        source.setQuote(400 * USD, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, dearOnly);

        vm.warp(block.timestamp + 60 + TIMEOUT_SEC + 1);
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        hub.expireLegs(legIds);
        _settle(auctionId, dearOnly);
        assertEq(dearOnly[0].results[0].used, 400 * USD);
    }

    // ---------------------------------------------------------------------------------------- credited amounts

    function test_ALegThatWasCreditedTooLittleIsNotUsed() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fills, fills));
        LegRecord memory short = _arrive(auctionId, planHash, SPOKE_A, fills, 100 * USD - 1);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, _one(short));

        // Nor does it hinder another.
        LegRecord[] memory both = _two(short, _arrive(auctionId, planHash, SPOKE_B, fills));
        _settle(auctionId, both);
        assertEq(both[0].results.length, 0);
        assertEq(both[1].results[0].used, 100 * USD);
    }

    function test_ASurplusCountsAsNotThere() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills, 150 * USD));
        _settle(auctionId, records);
        assertEq(records[0].results[0].used, 100 * USD);
        assertFalse(_status(planHash, SPOKE_A).refundDue);
    }
}
