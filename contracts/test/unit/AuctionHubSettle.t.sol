// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ExchangeVault} from "../../src/hub/ExchangeVault.sol";
import {Auction, FillResult, IAuctionHubEvents, LegRecord, LegStatus} from "../../src/interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../../src/interfaces/ICollateralSource.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";
import {AuctionId, Fill, LegId, PlanHash} from "../../src/libraries/Types.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {SettableOracle} from "../mocks/SettableOracle.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubSettleTest is HubFixture {
    AuctionId internal auctionId;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 1e18);
    }

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

    // ----------------------------------------------------------------------------------- failures of the market

    function test_RevertIf_TheSourceTakesOrGivesAnythingElse() public {
        (LegRecord memory record,) = _arrived(0, 100 * USD);
        uint256 out = uint256(_collateral(100 * USD, 50, PRICE_E36, 1e12)) + Clearing.feeDown(100 * USD, 10, PRICE_E36);
        uint256 debtIn = 100 * USD;
        _lies(FaultySource.Fault.TakesLessDebt, record, debtIn - 1, out);
        _lies(FaultySource.Fault.GivesLessCollateral, record, debtIn, out - 1);
        _lies(FaultySource.Fault.GivesMoreCollateral, record, debtIn, out + 1);
        _lies(FaultySource.Fault.GivesNothing, record, debtIn, 0);

        source.setFault(FaultySource.Fault.TakesMoreDebt);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        hub.settle(auctionId, _one(record));

        source.setFault(FaultySource.Fault.None);
        hub.settle(auctionId, _one(record));
    }

    function _lies(FaultySource.Fault fault, LegRecord memory record, uint256 debtTaken, uint256 given) private {
        source.setFault(fault);
        uint256 expectedOut =
            uint256(_collateral(100 * USD, 50, PRICE_E36, 1e12)) + Clearing.feeDown(100 * USD, 10, PRICE_E36);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuctionHubEvents.ExchangeMismatch.selector, 100 * USD, debtTaken, expectedOut, given
            )
        );
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_QuoteOracleOrExchangeFails_AndTheLegStaysArrived() public {
        (LegRecord memory record, PlanHash planHash) = _arrived(0, 100 * USD);
        bytes32 before = keccak256(abi.encode(_status(planHash, SPOKE_A), hub.auction(auctionId)));

        source.setFault(FaultySource.Fault.QuoteReverts);
        vm.expectRevert(FaultySource.Refused.selector);
        hub.settle(auctionId, _one(record));
        source.setFault(FaultySource.Fault.ExchangeReverts);
        vm.expectRevert(FaultySource.Refused.selector);
        hub.settle(auctionId, _one(record));
        source.setFault(FaultySource.Fault.None);
        source.setQuote(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, _one(record));
        source.setQuote(1000 * USD, 1e18);
        oracle.fail(true);
        vm.expectRevert(SettableOracle.NoPrice.selector);
        hub.settle(auctionId, _one(record));

        assertEq(keccak256(abi.encode(_status(planHash, SPOKE_A), hub.auction(auctionId))), before);
        oracle.fail(false);
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_TheSourceLetsABridgeArrivalCountAsItsPayment() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fills, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        bytes memory delivery = abi.encodeCall(
            port.deliver,
            (
                address(hub),
                SPOKE_B,
                address(debtToken),
                100 * USD,
                "in the middle",
                _message(auctionId, planHash, SPOKE_B, fills)
            )
        );
        source.setCallback(address(port), delivery);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hub.settle(auctionId, _one(record));

        // Nothing was lost: the delivery comes again.
        source.setFault(FaultySource.Fault.None);
        hub.settle(auctionId, _one(record));
        (bool done,) = address(port).call(delivery);
        assertTrue(done);
        assertTrue(_status(planHash, SPOKE_B).arrived);
    }

    function test_RevertIf_TheSourceCallsBack() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(fills, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        LegRecord[] memory others = _one(_arrive(auctionId, planHash, SPOKE_B, fills));
        bytes[5] memory calls = [
            abi.encodeCall(hub.settle, (auctionId, others)),
            abi.encodeCall(hub.releaseLegs, (others)),
            abi.encodeCall(hub.dispatchReceipts, (2, others, anyone)),
            abi.encodeCall(hub.expireLegs, (new LegId[](0))),
            abi.encodeCall(hub.closeAuction, (auctionId))
        ];
        for (uint256 i; i < calls.length; ++i) {
            source.setCallback(address(hub), calls[i]);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            hub.settle(auctionId, _one(record));
        }
    }

    function test_RevertIf_AnybodyButTheHubUsesTheVault() public {
        ExchangeVault vault = ExchangeVault(hub.vault());
        vm.expectRevert(abi.encodeWithSelector(ExchangeVault.CallerNotHub.selector, address(this)));
        vault.exchange(ICollateralSource(address(source)), auctionId, debtToken, 0, collateralToken, 0);
    }

    // --------------------------------------------------------------------------------------------- wrong legs

    function test_RevertIf_AuctionIsUnknownOrClosed() public {
        (LegRecord memory record,) = _arrived(0, 100 * USD);
        AuctionId unknown = AuctionId.wrap("?");
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionUnknown.selector, unknown));
        hub.settle(unknown, _one(record));
        source.close(auctionId);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionNotOpen.selector, auctionId));
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_NoLegIsGiven() public {
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, new LegRecord[](0));
    }

    function test_RevertIf_LegIsNotCommitted() public {
        PlanHash unknown = PlanHash.wrap("unknown");
        LegRecord memory record = _arrive(auctionId, unknown, SPOKE_A, _fills(0, 100 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotCommitted.selector, _legId(unknown, SPOKE_A)));
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_LegIsNotArrived() public {
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        LegRecord memory record;
        record.message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotArrived.selector, _legId(planHash, SPOKE_A)));
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_LegIsGivenTwice() public {
        (LegRecord memory record, PlanHash planHash) = _arrived(0, 100 * USD);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegsNotDistinct.selector, _legId(planHash, SPOKE_A)));
        hub.settle(auctionId, _two(record, record));
    }

    function test_RevertIf_LegHasEnded() public {
        (LegRecord memory record, PlanHash planHash) = _arrived(0, 100 * USD);
        LegRecord[] memory records = _one(record);
        _settle(auctionId, records);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegAlreadyEnded.selector, _legId(planHash, SPOKE_A)));
        hub.settle(auctionId, records);
    }

    function test_RevertIf_LegHasExpired() public {
        Fill[] memory fills = _fills(0, 100 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        vm.warp(block.timestamp + 60 + TIMEOUT_SEC + 1);
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        hub.expireLegs(legIds);
        LegRecord memory late = _arrive(auctionId, planHash, SPOKE_A, fills);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegHasExpired.selector, legIds[0]));
        hub.settle(auctionId, _one(late));
    }

    function test_RevertIf_LegIsOfAnotherAuction() public {
        (LegRecord memory record, PlanHash planHash) = _arrived(0, 100 * USD);
        AuctionId other = _open(1000 * USD, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.LegOfOtherAuction.selector, _legId(planHash, SPOKE_A), other)
        );
        hub.settle(other, _one(record));
    }

    function test_RevertIf_TheRecordIsNotTheOne() public {
        (LegRecord memory record, PlanHash planHash) = _arrived(0, 100 * USD);
        bytes32 expected = _status(planHash, SPOKE_A).recordHash;
        record.fee = 1;
        bytes32 actual =
            keccak256(abi.encode(keccak256(record.message), keccak256(abi.encode(record.results, record.fee))));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuctionHubEvents.RecordMismatch.selector, _legId(planHash, SPOKE_A), expected, actual
            )
        );
        hub.settle(auctionId, _one(record));

        // An amount that never came.
        record.fee = 0;
        record.message = _message(auctionId, planHash, SPOKE_A, _fills(0, 200 * USD));
        vm.expectPartialRevert(IAuctionHubEvents.RecordMismatch.selector);
        hub.settle(auctionId, _one(record));
    }

    function test_RevertIf_ASpokeDoesNotHoldToThePlan() public {
        // The leg's id, but tiers that no plan named: too dear, out of order, or from another spoke.
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, _fills(25, 100 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.PremiumAboveMaximum.selector, 1300, 1000));
        hub.settle(auctionId, _one(record));

        planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        record = _arrive(auctionId, planHash, SPOKE_A, _fills(1, 50 * USD, 1, 50 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.TiersNotAscending.selector, 1, 1));
        hub.settle(auctionId, _one(record));

        // From another spoke, which came before the plan was committed.
        uint256 state = vm.snapshotState();
        planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        vm.revertToState(state);
        record.message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        port.deliver(address(hub), SPOKE_B, address(debtToken), 100 * USD, "squatter", record.message);
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        (record.results, record.fee) = (new FillResult[](0), 0);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotCommitted.selector, _legId(planHash, SPOKE_A)));
        hub.settle(auctionId, _one(record));
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _arrived(uint8 tier, uint128 amount) private returns (LegRecord memory record, PlanHash planHash) {
        Fill[] memory fills = _fills(tier, amount);
        planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        record = _arrive(auctionId, planHash, SPOKE_A, fills);
    }

    function _collateral(uint256 amount, uint256 premiumBps, uint256 price, uint256 unit)
        private
        pure
        returns (uint128)
    {
        uint256 collateral = Clearing.collateralDown(amount, premiumBps, price);
        return uint128(collateral - collateral % unit);
    }
}
