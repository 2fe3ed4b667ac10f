// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CallState, ISpokeEvents, SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    Fill,
    FLAG_TWO_PARTS,
    HUB_PEER,
    KIND_CAPITAL_DELIVERED,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    LegReceipt,
    Receipt as ReceiptMessage,
    ReceiptFill
} from "../../src/libraries/Types.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice What comes home, honest and hostile. Two ports: each brings one token only.
contract LiquiditySpokeReceiptsTest is SpokeFixture {
    uint8 private constant TIER = 2;
    SilentPort private _debtPort;
    SilentPort private _collateralPort;
    uint256 private _bidId;
    LegId private _legId;

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        terms.port = address(_debtPort);
    }

    function collateralTerms() internal view override returns (SpokeCollateral memory terms) {
        terms = super.collateralTerms();
        terms.port = address(_collateralPort);
    }

    function setUp() public override {
        _debtPort = new SilentPort();
        _collateralPort = new SilentPort();
        super.setUp();
        _bidId = placeBid(address(0xA), TIER, 1024);
        _legId = callPool(TIER, 512);
        collateral.mint(address(_collateralPort), 1e30);
        debt.mint(address(_debtPort), 1e30);
    }

    function test_Settled_IsCreditedAndFinalized() public {
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ResultRecorded(_legId, BASKET, TIER, 0, KIND_LEG_SETTLED, address(collateral), 1000, true);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CallsFinalized(BASKET, TIER, 1);
        _settle(0, 1000, 0);
        CallState memory made = spoke.call(BASKET, TIER, 0);
        assertEq(made.collateral, 1000);
        assertEq(made.collateralToken, address(collateral));
        assertTrue(made.collateralSeen && made.complete && !made.refundSeen);
        assertEq(claimAll(_bidId, address(collateral)), 1000);
    }

    function test_Refunded_IsCreditedAndFinalized() public {
        _refund(0, 512, 0);
        assertEq(claimAll(_bidId, address(debt)), 512);
        assertEq(spoke.checkpointCount(BASKET, TIER, address(debt)), 1);
        assertEq(spoke.checkpointCount(BASKET, TIER, address(collateral)), 0);
    }

    function test_TwoParts_InEitherOrder() public {
        _settle(0, 500, FLAG_TWO_PARTS);
        assertFalse(spoke.call(BASKET, TIER, 0).complete);
        (uint256 early,,) = spoke.claimable(_bidId, address(collateral));
        assertEq(early, 0);
        _refund(0, 256, FLAG_TWO_PARTS);
        assertTrue(spoke.call(BASKET, TIER, 0).complete);
        LegId second = callPool(TIER, 256);
        _deliverRefund(one(second, TIER, 1, 128, FLAG_TWO_PARTS), 128);
        _deliverCollateral(one(second, TIER, 1, 250, FLAG_TWO_PARTS), 250);
        assertEq(claimAll(_bidId, address(collateral)), 750);
        assertEq(claimAll(_bidId, address(debt)), 384);
    }

    /// @dev One flag is enough: the first part said that there is a second, which forgot to.
    function test_TwoParts_SaidByTheFirstOnly() public {
        _settle(0, 500, FLAG_TWO_PARTS);
        _refund(0, 256, 0);
        assertTrue(spoke.call(BASKET, TIER, 0).complete);
        assertEq(claimAll(_bidId, address(debt)), 256);
    }

    /// @dev A market may sell the very token that the basket lends: gains and refunds are one claim then.
    function test_CollateralInTheDebtToken_IsClaimedWithTheRefunds() public {
        SpokeCollateral memory terms =
            SpokeCollateral({token: address(debt), port: address(_debtPort), localDecimals: 6, hubDecimals: 6});
        vm.prank(owner);
        spoke.setCollateral(address(debt), terms);
        _refund(0, 256, FLAG_TWO_PARTS);
        bytes memory payload = MessageCodec.encodeReceipt(
            ReceiptMessage(KIND_LEG_SETTLED, address(debt), one(_legId, TIER, 0, 300, FLAG_TWO_PARTS))
        );
        _debtPort.deliver(spoke, HUB_PEER, address(debt), 300, payload);
        assertEq(spoke.call(BASKET, TIER, 0).collateralToken, address(debt));
        uint256 later = placeBid(address(0xB), TIER, 512);
        assertEq(claimAll(_bidId, address(debt)), 556);
        assertEq(claimAll(_bidId, address(debt)), 0);
        assertEq(claimAll(later, address(debt)), 0);
    }

    function test_Zero_EndsTheCall() public {
        _settle(0, 0, 0);
        assertEq(spoke.pool(BASKET, TIER).finalized, 1);
        assertEq(spoke.checkpointCount(BASKET, TIER, address(collateral)), 0);
    }

    function test_Repeated_ChangesNothing() public {
        _settle(0, 500, FLAG_TWO_PARTS);
        _expectIgnored(KIND_LEG_SETTLED, 500);
        _settle(0, 500, FLAG_TWO_PARTS);
        _refund(0, 100, FLAG_TWO_PARTS);
        _expectIgnored(KIND_LEG_REFUNDED, 100);
        _refund(0, 100, FLAG_TWO_PARTS);
        _expectIgnored(KIND_LEG_SETTLED, 900);
        _settle(0, 900, 0);
        CallState memory made = spoke.call(BASKET, TIER, 0);
        assertEq(made.collateral, 500);
        assertEq(made.refund, 100);
        assertEq(claimAll(_bidId, address(collateral)), 500);
        assertEq(claimAll(_bidId, address(debt)), 100);
    }

    /// @dev The first part said it was all; the other one contradicts.
    function test_Contradicting_ChangesNothing() public {
        _settle(0, 500, 0);
        _expectIgnored(KIND_LEG_REFUNDED, 256);
        _refund(0, 256, FLAG_TWO_PARTS);
        assertEq(spoke.call(BASKET, TIER, 0).refund, 0);
        assertEq(spoke.checkpointCount(BASKET, TIER, address(debt)), 0);
    }

    /// @dev A fill that is passed over does not take the rest of the message with it.
    function test_Repeated_LeavesTheOtherFillsOfItsMessage() public {
        LegId second = callPool(TIER, 256);
        _settle(0, 500, 0);
        LegReceipt[] memory legs = new LegReceipt[](2);
        legs[0] = one(_legId, TIER, 0, 500, 0)[0];
        legs[1] = one(second, TIER, 1, 300, 0)[0];
        _deliverCollateral(legs, 800);
        assertEq(spoke.call(BASKET, TIER, 1).collateral, 300);
        assertEq(spoke.pool(BASKET, TIER).finalized, 2);
    }

    /// @dev Whoever dispatches chooses which legs share a message: one that can never be credited, as of a call that a reorg
    /// removed, must not keep the others' results from their owners.
    function test_UnknownLeg_LeavesTheOtherLegsOfItsMessage() public {
        LegId unknown = LegId.wrap(keccak256("removed by a reorg"));
        LegReceipt[] memory legs = new LegReceipt[](2);
        legs[0] = one(unknown, TIER, 0, 300, FLAG_TWO_PARTS)[0];
        legs[1] = one(_legId, TIER, 0, 500, FLAG_TWO_PARTS)[0];
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ResultIgnored(unknown, TIER, 0, KIND_LEG_SETTLED, 300);
        _deliverCollateral(legs, 800);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ResultIgnored(unknown, TIER, 0, KIND_LEG_REFUNDED, 300);
        _deliverRefund(legs, 800);
        assertEq(claimAll(_bidId, address(collateral)), 500);
        assertEq(claimAll(_bidId, address(debt)), 500);
    }

    /// @dev Called again after a reorg, a leg may have other call numbers than those that the hub was told.
    function test_UnknownFill_LeavesTheOtherLegsOfItsMessage() public {
        LegId second = callPool(TIER, 256);
        LegReceipt[] memory legs = new LegReceipt[](2);
        legs[0] = one(_legId, TIER, 1, 300, 0)[0];
        legs[1] = one(second, TIER, 1, 500, 0)[0];
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ResultIgnored(_legId, TIER, 1, KIND_LEG_SETTLED, 300);
        _deliverCollateral(legs, 800);
        assertFalse(spoke.call(BASKET, TIER, 0).collateralSeen);
        assertEq(spoke.call(BASKET, TIER, 1).collateral, 500, "nothing of what was passed over");
    }

    function test_OutOfOrder_WaitsAndIsPushedByAnyone() public {
        LegId[] memory legs = new LegId[](5);
        for (uint256 i = 1; i < 5; ++i) {
            legs[i] = callPool(TIER, 10);
        }
        for (uint32 gen = 4; gen > 0; --gen) {
            _deliverCollateral(one(legs[gen], TIER, gen, 20, 0), 20);
        }
        assertEq(spoke.pool(BASKET, TIER).finalized, 0, "all wait for the first");
        assertEq(spoke.finalizeCalls(BASKET, TIER, 10), 0, "nobody can push past it");
        _settle(0, 20, 0);
        assertEq(spoke.pool(BASKET, TIER).finalized, 2, "bounded: itself and one that waited");
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CallsFinalized(BASKET, TIER, 4);
        assertEq(spoke.finalizeCalls(BASKET, TIER, 2), 4);
        assertEq(spoke.finalizeCalls(BASKET, TIER, type(uint32).max), 5);
    }

    /// @dev Claims before, between and after; each call is paid once.
    function test_Claim_InPieces() public {
        LegId second = callPool(TIER, 256);
        _settle(0, 512, 0);
        assertEq(claimAll(_bidId, address(collateral)), 512);
        assertEq(claimAll(_bidId, address(collateral)), 0);
        _deliverCollateral(one(second, TIER, 1, 256, 0), 256);
        assertEq(claimAll(_bidId, address(collateral)), 256);
        assertEq(claimAll(_bidId, address(collateral)), 0);
        assertEq(collateral.balanceOf(address(0xA)), 768);
    }

    function test_RevertIf_DeliveredByAnyoneElse() public {
        bytes memory payload = _settledPayload(one(_legId, TIER, 0, 1, 0));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotPort.selector, address(this)));
        spoke.onPortDelivery(HUB_PEER, address(collateral), 1, 0, payload);
    }

    function test_RevertIf_DeliveredByTheOtherTokensPort() public {
        collateral.mint(address(_debtPort), 1);
        debt.mint(address(_collateralPort), 1);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotPort.selector, address(_debtPort)));
        _debtPort.deliver(spoke, HUB_PEER, address(collateral), 1, _settledPayload(one(_legId, TIER, 0, 1, 0)));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotPort.selector, address(_collateralPort)));
        _collateralPort.deliver(spoke, HUB_PEER, address(debt), 1, _refundedPayload(one(_legId, TIER, 0, 1, 0)));
    }

    function test_RevertIf_DeliveredByAnotherPeer() public {
        bytes memory payload = _settledPayload(one(_legId, TIER, 0, 1, 0));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.PeerNotHub.selector, SPOKE));
        _collateralPort.deliver(spoke, SPOKE, address(collateral), 1, payload);
    }

    function test_RevertIf_AnotherTokenCame() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TokenMismatch.selector, address(collateral), address(debt)));
        _debtPort.deliver(spoke, HUB_PEER, address(debt), 5, _settledPayload(one(_legId, TIER, 0, 5, 0)));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TokenMismatch.selector, address(debt), address(collateral)));
        _collateralPort.deliver(spoke, HUB_PEER, address(collateral), 5, _refundedPayload(one(_legId, TIER, 0, 5, 0)));
    }

    function test_RevertIf_CollateralUnknown() public {
        bytes memory payload =
            MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_SETTLED, address(0xBAD), one(_legId, TIER, 0, 1, 0)));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CollateralUnknown.selector, address(0xBAD)));
        _collateralPort.deliver(spoke, HUB_PEER, address(collateral), 1, payload);
    }

    function test_RevertIf_RefundNamesAnotherToken() public {
        bytes memory payload =
            MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_REFUNDED, address(0xBAD), one(_legId, TIER, 0, 1, 0)));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TokenMismatch.selector, address(debt), address(0xBAD)));
        _debtPort.deliver(spoke, HUB_PEER, address(debt), 1, payload);
    }

    function test_RevertIf_LegUnknown() public {
        LegId unknown = LegId.wrap(keccak256("never called"));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.LegUnknown.selector, unknown));
        _deliverCollateral(one(unknown, TIER, 0, 1, 0), 1);
    }

    function test_RevertIf_FillIsNotOfThisLeg() public {
        LegId second = callPool(TIER, 256);
        _expectFillUnknown(_legId, TIER, 1);
        _deliverCollateral(one(_legId, TIER, 1, 1, 0), 1);
        _expectFillUnknown(second, TIER, 0);
        _deliverCollateral(one(second, TIER, 0, 1, 0), 1);
        _expectFillUnknown(_legId, TIER, 2);
        _deliverCollateral(one(_legId, TIER, 2, 1, 0), 1);
        _expectFillUnknown(_legId, TIER + 1, 0);
        _deliverCollateral(one(_legId, TIER + 1, 0, 1, 0), 1);
    }

    function test_RevertIf_WorthMoreThanWhatCame() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ReceiptAmountMismatch.selector, 500, 499));
        _deliverCollateral(one(_legId, TIER, 0, 500, 0), 499);
        assertFalse(spoke.call(BASKET, TIER, 0).collateralSeen, "nothing is recorded: it can be tried again");
        _settle(0, 500, 0);
    }

    /// @dev A fill twice in one message: the second is passed over, but must have been paid for.
    function test_RevertIf_RepeatedFillIsNotPaidFor() public {
        LegReceipt[] memory legs = one(_legId, TIER, 0, 500, 0);
        legs[0].fills = new ReceiptFill[](2);
        legs[0].fills[0] = ReceiptFill(TIER, 0, 500, 0);
        legs[0].fills[1] = ReceiptFill(TIER, 0, 500, 0);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ReceiptAmountMismatch.selector, 1000, 500));
        _deliverCollateral(legs, 500);
        _deliverCollateral(legs, 1000);
        assertEq(claimAll(_bidId, address(collateral)), 500);
    }

    function test_RevertIf_PayloadIsBroken() public {
        bytes memory good = _settledPayload(one(_legId, TIER, 0, 5, 0));
        for (uint256 length = 0; length < good.length; ++length) {
            _expectBroken(_cut(good, length));
        }
        _expectBroken(bytes.concat(good, hex"00"));
        bytes memory version = bytes.concat(good);
        version[0] = 0x02;
        _expectBroken(version);
        bytes memory kind = bytes.concat(good);
        kind[1] = bytes1(KIND_CAPITAL_DELIVERED);
        _expectBroken(kind);
        _collateralPort.deliver(spoke, HUB_PEER, address(collateral), 5, good);
    }

    /// @dev 64 fills, the most a message holds, stay well below any chain's transaction gas cap (16.7 M on Ethereum).
    function test_Gas_FullMessageIsBounded() public {
        vm.prank(owner);
        SpokeBasket memory terms = basketTerms();
        terms.tierCount = 64;
        spoke.createBasket(2, terms);
        Fill[] memory fills = new Fill[](64);
        LegReceipt[] memory legs = one(_legId, 0, 0, 0, 0);
        legs[0].fills = new ReceiptFill[](64);
        for (uint8 i = 0; i < 64; ++i) {
            debt.mint(address(this), 1000);
            debt.approve(address(spoke), 1000);
            spoke.placeBid(2, i, 1000, address(this));
            fills[i] = Fill(i, 100);
            legs[0].fills[i] = ReceiptFill(i, 0, 100, 0);
        }
        calledBasket = 2;
        vm.warp(block.timestamp + 360);
        legs[0].legId = callLeg(fills);
        uint256 before = gasleft();
        _deliverCollateral(legs, 6400);
        assertLt(before - gasleft(), 8_000_000);
        assertEq(spoke.pool(2, 63).finalized, 1);
    }

    function _settle(uint32 gen, uint128 amount, uint8 flags) private {
        _deliverCollateral(one(_legId, TIER, gen, amount, flags), amount);
    }

    function _refund(uint32 gen, uint128 amount, uint8 flags) private {
        _deliverRefund(one(_legId, TIER, gen, amount, flags), amount);
    }

    function _deliverCollateral(LegReceipt[] memory legs, uint256 amountLocal) private {
        _collateralPort.deliver(spoke, HUB_PEER, address(collateral), amountLocal, _settledPayload(legs));
    }

    function _deliverRefund(LegReceipt[] memory legs, uint256 amountLocal) private {
        _debtPort.deliver(spoke, HUB_PEER, address(debt), amountLocal, _refundedPayload(legs));
    }

    function _settledPayload(LegReceipt[] memory legs) private pure returns (bytes memory) {
        return MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_SETTLED, HUB_COLLATERAL, legs));
    }

    function _refundedPayload(LegReceipt[] memory legs) private view returns (bytes memory) {
        return MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_REFUNDED, address(debt), legs));
    }

    function _expectIgnored(uint8 kind, uint128 amount) private {
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.ResultIgnored(_legId, TIER, 0, kind, amount);
    }

    function _expectFillUnknown(LegId legId, uint8 tier, uint32 gen) private {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.FillUnknown.selector, legId, tier, gen));
    }

    function _expectBroken(bytes memory payload) private {
        vm.expectRevert();
        _collateralPort.deliver(spoke, HUB_PEER, address(collateral), 5, payload);
    }

    function _cut(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = whole[i];
        }
    }
}
