// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuctionHubEvents, LegRecord, LegStatus} from "../../src/interfaces/IAuctionHub.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    AuctionId,
    FLAG_TWO_PARTS,
    Fill,
    KIND_CAPITAL_DELIVERED,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    PlanHash,
    Receipt as PortReceipt
} from "../../src/libraries/Types.sol";
import {RecordingPort} from "../mocks/RecordingPort.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubDispatchTest is HubFixture {
    AuctionId internal auctionId;
    PlanHash internal planHash;
    Fill[] internal fills;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 1e18);
        fills.push(Fill(0, 100 * USD));
        fills.push(Fill(2, 200 * USD));
        fills.push(Fill(4, 200 * USD));
        planHash = _commit(auctionId, _legs(SPOKE_A, fills));
    }

    // ---------------------------------------------------------------------------------------------- receipts

    function test_SendsTheCollateralOfAWhollyUsedLeg() public {
        LegRecord[] memory records = _wholly();
        RecordingPort.Sent memory sent = _dispatch(KIND_LEG_SETTLED, records);
        assertEq(sent.peer, SPOKE_A);
        assertEq(sent.token, address(collateralToken));
        assertEq(sent.refundTo, anyone);
        PortReceipt memory receipt = this.receiptOf(sent.payload);
        assertEq(receipt.kind, KIND_LEG_SETTLED);
        assertEq(receipt.token, address(collateralToken));
        assertEq(receipt.legs.length, 1);
        assertEq(LegId.unwrap(receipt.legs[0].legId), LegId.unwrap(_legId(planHash, SPOKE_A)));
        uint256 total;
        for (uint256 i; i < 3; ++i) {
            assertEq(receipt.legs[0].fills[i].tier, fills[i].tier);
            assertEq(receipt.legs[0].fills[i].gen, i + 5);
            assertEq(receipt.legs[0].fills[i].amount, records[0].results[i].collateral);
            assertEq(receipt.legs[0].fills[i].flags, 0);
            total += receipt.legs[0].fills[i].amount;
        }
        assertEq(sent.amount, total);
        LegStatus memory leg = _status(planHash, SPOKE_A);
        assertFalse(leg.collateralDue || leg.refundDue);
        assertEq(address(hub).balance, 0, "the surplus of the value never stays");
    }

    function test_APartlyUsedLegSendsTwoReceiptsThatTogetherNameEveryFill() public {
        LegRecord[] memory records = _partly();
        // Used: 100 and 150 of 200; the last fill not at all.
        PortReceipt memory settled = this.receiptOf(_dispatch(KIND_LEG_SETTLED, records).payload);
        assertEq(settled.legs[0].fills.length, 2);
        assertEq(settled.legs[0].fills[0].flags, 0);
        assertEq(settled.legs[0].fills[1].flags, FLAG_TWO_PARTS);

        RecordingPort.Sent memory sent = _dispatch(KIND_LEG_REFUNDED, records);
        assertEq(sent.token, address(debtToken));
        assertEq(sent.amount, 250 * USD);
        PortReceipt memory refunded = this.receiptOf(sent.payload);
        assertEq(refunded.legs[0].fills.length, 2);
        assertEq(refunded.legs[0].fills[0].tier, 2);
        assertEq(refunded.legs[0].fills[0].gen, 6);
        assertEq(refunded.legs[0].fills[0].amount, 50 * USD);
        assertEq(refunded.legs[0].fills[0].flags, FLAG_TWO_PARTS);
        assertEq(refunded.legs[0].fills[1].tier, 4);
        assertEq(refunded.legs[0].fills[1].amount, 200 * USD);
        assertEq(refunded.legs[0].fills[1].flags, 0);
        assertEq(debtToken.balanceOf(address(hub)), 0);
    }

    function test_AShortLegIsRefundedProRataAndEveryFillIsNamed() public {
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills, 250 * USD + 77);
        source.close(auctionId);
        _release(record);
        RecordingPort.Sent memory sent = _dispatch(KIND_LEG_REFUNDED, _one(record));
        PortReceipt memory refunded = this.receiptOf(sent.payload);
        assertEq(refunded.legs[0].fills[0].amount, 50 * USD);
        assertEq(refunded.legs[0].fills[1].amount, 100 * USD);
        assertEq(refunded.legs[0].fills[2].amount, 100 * USD);
        assertEq(sent.amount, 250 * USD);
    }

    function test_AFillThatGetsNothingStandsInTheRefundWithZero() public {
        // 500 were drawn, 300 smallest units came: a unit for each of the larger fills, none for the smallest.
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills, 300);
        source.close(auctionId);
        _release(record);
        PortReceipt memory refunded = this.receiptOf(_dispatch(KIND_LEG_REFUNDED, _one(record)).payload);
        assertEq(refunded.legs[0].fills.length, 3);
        assertEq(refunded.legs[0].fills[0].amount, 0);
        assertEq(refunded.legs[0].fills[1].amount, UNIT);
        assertEq(refunded.legs[0].fills[2].amount, UNIT);
    }

    function test_ARefundOfZeroTravelsWithAnother() public {
        // The second leg of the same spoke was credited less than a unit in all.
        LegRecord memory whole = _arrive(auctionId, planHash, SPOKE_A, fills);
        PlanHash unknown = PlanHash.wrap("unknown");
        LegRecord memory nothing = _arrive(auctionId, unknown, SPOKE_A, fills, 3);
        source.close(auctionId);
        hub.releaseLegs(_two(whole, nothing));
        assertTrue(_status(unknown, SPOKE_A).refundDue);

        vm.expectRevert(IAuctionHubEvents.AmountZero.selector);
        hub.dispatchReceipts(KIND_LEG_REFUNDED, _one(nothing), anyone);
        PortReceipt memory receipt = this.receiptOf(_dispatch(KIND_LEG_REFUNDED, _two(whole, nothing)).payload);
        assertEq(receipt.legs[1].fills.length, 3);
        assertEq(receipt.legs[1].fills[0].amount, 0);
        assertFalse(_status(unknown, SPOKE_A).refundDue);
    }

    function test_SeveralLegsOfASpokeTravelTogether() public {
        LegRecord memory first = _arrive(auctionId, planHash, SPOKE_A, fills);
        PlanHash unknown = PlanHash.wrap("unknown");
        LegRecord memory second = _arrive(auctionId, unknown, SPOKE_A, fills);
        source.close(auctionId);
        hub.releaseLegs(_two(first, second));
        vm.expectEmit(true, true, false, true, address(hub));
        emit IAuctionHubEvents.ReceiptDispatched(
            _legId(planHash, SPOKE_A), auctionId, 0, KIND_LEG_REFUNDED, uint128(500 * USD)
        );
        RecordingPort.Sent memory sent = _dispatch(KIND_LEG_REFUNDED, _two(first, second));
        assertEq(sent.amount, 1000 * USD);
        assertEq(this.receiptOf(sent.payload).legs.length, 2);
    }

    // ------------------------------------------------------------------------------------------ operator fees

    function test_TheFeeOfAOnePartLegGoesToItsOperatorsWhole() public {
        LegRecord[] memory records = _wholly();
        assertGt(records[0].fee, 0);
        _dispatch(KIND_LEG_SETTLED, records);
        assertEq(operatorSet.accrued(OPERATORS, address(collateralToken)), records[0].fee);
        assertEq(collateralToken.balanceOf(address(hub)), 0);
    }

    function test_EachOfTwoPartsReleasesItsHalfOfTheFee() public {
        LegRecord[] memory records = _partly();
        _dispatch(KIND_LEG_REFUNDED, records);
        assertEq(operatorSet.accrued(OPERATORS, address(collateralToken)), records[0].fee / 2);
        // The rest past the grace period, so to the dispatcher.
        vm.warp(block.timestamp + 601);
        _dispatch(KIND_LEG_SETTLED, records);
        assertEq(operatorSet.accrued(OPERATORS, address(collateralToken)), records[0].fee / 2);
        assertEq(collateralToken.balanceOf(anyone), records[0].fee - records[0].fee / 2);
        assertEq(collateralToken.balanceOf(address(hub)), 0);
    }

    function test_AtTheEndOfTheGracePeriodTheFeeIsStillTheOperators() public {
        LegRecord[] memory records = _wholly();
        vm.warp(block.timestamp + 600);
        _dispatch(KIND_LEG_SETTLED, records);
        assertEq(operatorSet.accrued(OPERATORS, address(collateralToken)), records[0].fee);
        assertEq(collateralToken.balanceOf(anyone), 0);
    }

    // ---------------------------------------------------------------------------------------------- refusals

    function test_RevertIf_TheLegHasNotEnded() public {
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotEnded.selector, _legId(planHash, SPOKE_A)));
        hub.dispatchReceipts(KIND_LEG_REFUNDED, _one(record), anyone);
    }

    function test_RevertIf_TheReceiptIsNotDueOrNotAnyMore() public {
        LegRecord[] memory records = _wholly();
        bytes memory never = abi.encodeWithSelector(
            IAuctionHubEvents.ReceiptAlreadyDispatched.selector, _legId(planHash, SPOKE_A), KIND_LEG_REFUNDED
        );
        vm.expectRevert(never);
        hub.dispatchReceipts(KIND_LEG_REFUNDED, records, anyone);

        bytes memory again = abi.encodeWithSelector(
            IAuctionHubEvents.ReceiptAlreadyDispatched.selector, _legId(planHash, SPOKE_A), KIND_LEG_SETTLED
        );
        vm.expectRevert(again);
        hub.dispatchReceipts(KIND_LEG_SETTLED, _two(records[0], records[0]), anyone);
        _dispatch(KIND_LEG_SETTLED, records);
        vm.expectRevert(again);
        hub.dispatchReceipts(KIND_LEG_SETTLED, records, anyone);
    }

    function test_RevertIf_LegsOfTwoSpokesAreMixed() public {
        LegRecord memory a = _arrive(auctionId, planHash, SPOKE_A, fills);
        LegRecord memory b = _arrive(auctionId, planHash, SPOKE_B, fills);
        source.close(auctionId);
        hub.releaseLegs(_two(a, b));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ReceiptsMixed.selector, _legId(planHash, SPOKE_B)));
        hub.dispatchReceipts(KIND_LEG_REFUNDED, _two(a, b), anyone);
    }

    function test_RevertIf_TheKindTheLegsOrTheRefundAddressAreMissing() public {
        LegRecord[] memory records = _wholly();
        _refuses("kind", KIND_CAPITAL_DELIVERED, KIND_CAPITAL_DELIVERED, records, anyone);
        _refuses("legs", 0, KIND_LEG_SETTLED, new LegRecord[](0), anyone);
        _refuses("refundTo", 0, KIND_LEG_SETTLED, records, address(0));
    }

    function _refuses(bytes32 name, uint256 value, uint8 kind, LegRecord[] memory records, address refundTo) private {
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, name, value));
        hub.dispatchReceipts(kind, records, refundTo);
    }

    function test_RevertIf_TheValueDoesNotPayTheBridge() public {
        LegRecord[] memory records = _wholly();
        assertEq(hub.quoteReceipts(KIND_LEG_SETTLED, records), port.FEE_WEI());
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.FeeTooLow.selector, port.FEE_WEI(), 1));
        hub.dispatchReceipts{value: 1}(KIND_LEG_SETTLED, records, anyone);
        assertTrue(_status(planHash, SPOKE_A).collateralDue);
    }

    function test_RevertIf_AMessageWouldHaveTooManyFills() public {
        Fill[] memory many = new Fill[](33);
        for (uint8 i; i < 33; ++i) {
            many[i] = Fill(i, UNIT);
        }
        LegRecord memory a = _arrive(auctionId, PlanHash.wrap("a"), SPOKE_A, many);
        LegRecord memory b = _arrive(auctionId, PlanHash.wrap("b"), SPOKE_A, many);
        source.close(auctionId);
        hub.releaseLegs(_two(a, b));
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.TooManyFills.selector, 66));
        hub.dispatchReceipts(KIND_LEG_REFUNDED, _two(a, b), anyone);
        _dispatch(KIND_LEG_REFUNDED, _one(a));
        _dispatch(KIND_LEG_REFUNDED, _one(b));
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _wholly() private returns (LegRecord[] memory records) {
        records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        _settle(auctionId, records);
    }

    /// @dev The price falls while the capital is under way: half of it is used, the rest released.
    function _partly() private returns (LegRecord[] memory records) {
        records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        source.setQuote(250 * USD, 1e18);
        oracle.set(PRICE_E36 * 8 / 10);
        _settle(auctionId, records);
        source.close(auctionId);
        hub.releaseLegs(records);
    }
}
