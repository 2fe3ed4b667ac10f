// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ExchangeVault} from "../../src/hub/ExchangeVault.sol";
import {FillResult, IAuctionHubEvents, LegRecord} from "../../src/interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../../src/interfaces/ICollateralSource.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";
import {AuctionId, Fill, LegId, PlanHash} from "../../src/libraries/Types.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {SettableOracle} from "../mocks/SettableOracle.sol";
import {SettleFixture} from "../fixtures/SettleFixture.sol";

contract AuctionHubRefusedSettlementsTest is SettleFixture {
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
}
