// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TestToken} from "../../src/devnet/TestToken.sol";
import {ISpokeEvents, PoolState, SpokeBasket} from "../../src/interfaces/ILiquiditySpoke.sol";
import {IOperatorSet} from "../../src/interfaces/IOperatorSet.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {CapitalDelivered, CapitalFill, Fill, Leg, LegId, PlanHeader} from "../../src/libraries/Types.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

contract LiquiditySpokeCallsTest is SpokeFixture {
    PlanHeader private _header;
    bytes32[] private _legHashes;
    Leg private _leg;

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        terms.unit = 10;
        terms.minBid = 10;
    }

    function setUp() public override {
        super.setUp();
        placeBid(address(0xA), 1, 1000);
        placeBid(address(0xB), 3, 2000);
        _arrange(_fills(1, 400, 3, 500));
    }

    function test_Call_DrawsAndSends() public {
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.PoolUpdated(BASKET, 1, 600, 1000, 1, 0, uint40(block.timestamp));
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.PoolUpdated(BASKET, 3, 1500, 2000, 1, 0, uint40(block.timestamp));
        bytes32 messageId = _call();

        LegId legId = legIdOf(_header, _legHashes);
        CapitalFill[] memory fills = new CapitalFill[](2);
        fills[0] = CapitalFill(1, 0, 400);
        fills[1] = CapitalFill(3, 0, 500);
        HubDouble.Arrival memory arrival = hub.lastArrival();
        assertEq(arrival.peer, SPOKE);
        assertEq(arrival.token, address(debt));
        assertEq(arrival.amountLocal, 900);
        assertEq(arrival.messageId, messageId);
        bytes memory expected =
            MessageCodec.encodeCapitalDelivered(CapitalDelivered(legId, _header.auctionId, BASKET, fills));
        assertEq(arrival.payload, expected);
        assertEq(spoke.calledAt(legId), block.number);
        assertEq(spoke.call(BASKET, 3, 0).legTag, uint40(uint256(LegId.unwrap(legId))));
        assertEq(spoke.call(BASKET, 3, 0).drawn, 500);
        assertEq(debt.allowance(address(spoke), address(port)), 0);
    }

    function test_Call_EmitsTheMessageIdBesideTheLeg() public {
        CapitalFill[] memory fills = new CapitalFill[](2);
        fills[0] = CapitalFill(1, 0, 400);
        fills[1] = CapitalFill(3, 0, 500);
        LegId legId = legIdOf(_header, _legHashes);
        bytes32 messageId = keccak256(abi.encode(block.chainid, address(port), 1));
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CapitalCalled(legId, _header.auctionId, messageId, BASKET, fills, _header.callBy);
        _call();
    }

    function test_Call_FindsItsLegAmongOthers() public {
        _legHashes = [keccak256("first"), _legHashes[0], keccak256("third")];
        _call();
    }

    function test_Call_AtTheLastSecond() public {
        vm.warp(_header.callBy);
        _call();
    }

    function test_Call_SurplusGoesToRefundTo() public {
        vm.deal(address(this), 1 ether);
        address refundTo = makeAddr("refundTo");
        spoke.callCapital{value: 1 ether}(_header, _legHashes, _leg, sign(_header, _legHashes), refundTo);
        assertEq(refundTo.balance, 1 ether);
    }

    function test_QuoteCall_AsksThePortForExactlyThisMessage() public {
        SilentPort silent = new SilentPort();
        silent.setFee(1e6);
        SpokeBasket memory terms = basketTerms();
        terms.debtToken = address(new TestToken("Other", "OTH", 6, address(this)));
        terms.port = address(silent);
        vm.prank(owner);
        spoke.createBasket(2, terms);
        _header.basket = 2;
        // fee + amount + length of the payload: 71 bytes and 21 a fill
        assertEq(spoke.quoteCall(_header, _leg), 1e6 + 900 + 71 + 2 * 21);
    }

    function test_RevertIf_CallExpired() public {
        vm.warp(_header.callBy + 1);
        _expectRevertOfCall(
            abi.encodeWithSelector(ISpokeEvents.CallExpired.selector, _header.callBy, _header.callBy + 1)
        );
    }

    function test_RevertIf_LegOfOtherSpoke() public {
        _leg.spoke = SPOKE + 1;
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.LegOfOtherSpoke.selector, SPOKE, SPOKE + 1));
    }

    function test_RevertIf_SignerIsNoOperator() public {
        bytes[] memory signatures = signWith(0xBAD, _header, _legHashes);
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.SignerNotOperator.selector, vm.addr(0xBAD)));
        spoke.callCapital(_header, _legHashes, _leg, signatures, address(this));
    }

    function test_RevertIf_QuorumNotReached() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorSet.QuorumNotReached.selector, 1, 0));
        spoke.callCapital(_header, _legHashes, _leg, new bytes[](0), address(this));
    }

    /// @dev Every field of the header and every leg hash is part of what was signed.
    function test_RevertIf_AnyPartOfThePlanDiffersFromWhatWasSigned() public {
        bytes[] memory signatures = sign(_header, _legHashes);
        for (uint256 i = 0; i < 7; ++i) {
            PlanHeader memory header = _header;
            bytes32[] memory legHashes = _legHashes;
            if (i == 0) header.round = 1;
            if (i == 1) header.basket = 2;
            if (i == 2) header.priceE36 += 1;
            if (i == 3) header.snapshotHash = keccak256("another");
            if (i == 4) header.callBy += 1;
            if (i == 5) legHashes = new bytes32[](2);
            if (i == 5) legHashes[0] = _legHashes[0];
            if (i == 6) legHashes[0] = keccak256("another leg");
            vm.expectPartialRevert(IOperatorSet.SignerNotOperator.selector);
            spoke.callCapital(header, legHashes, _leg, signatures, address(this));
        }
    }

    function test_RevertIf_LegNotInPlan() public {
        _leg.fills[0].amount = 410;
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.LegNotInPlan.selector, this.hashLeg(_leg)));
    }

    function test_RevertIf_LegCalledTwice() public {
        _call();
        _expectRevertOfCall(
            abi.encodeWithSelector(ISpokeEvents.LegAlreadyCalled.selector, legIdOf(_header, _legHashes))
        );
    }

    function test_RevertIf_LegEmpty() public {
        _arrange(new Fill[](0));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.LegEmpty.selector));
    }

    function test_RevertIf_TiersNotAscending() public {
        _arrange(_fills(3, 100, 3, 100));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.TiersNotAscending.selector, 3, 3));
        _arrange(_fills(3, 100, 1, 100));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.TiersNotAscending.selector, 3, 1));
    }

    function test_RevertIf_CallOutsideLadder() public {
        _arrange(_fills(1, 100, 30, 100));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.TierOutOfLadder.selector, 30, 30));
    }

    function test_RevertIf_CallOfUnknownBasket() public {
        calledBasket = 8;
        _arrange(_fills(1, 100, 3, 100));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.BasketUnknown.selector, 8));
    }

    function test_RevertIf_CallOfZero() public {
        _arrange(_fills(1, 100, 3, 0));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.AmountZero.selector));
    }

    function test_RevertIf_CallNotMultipleOfUnit() public {
        _arrange(_fills(1, 100, 3, 101));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.AmountNotMultipleOfUnit.selector, 101, 10));
    }

    /// @dev All or nothing: the tier before is not drawn either.
    function test_RevertIf_PoolTooSmall() public {
        _arrange(_fills(1, 100, 3, 2010));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.PoolTooSmall.selector, 3, 2010, 2000));
        assertEq(spoke.pool(BASKET, 1).assets, 1000);
        assertEq(spoke.pool(BASKET, 1).gens, 0);
    }

    function test_RevertIf_RefundToNobody() public {
        bytes[] memory signatures = sign(_header, _legHashes);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ParameterInvalid.selector, bytes32("refundTo"), uint256(0)));
        spoke.callCapital(_header, _legHashes, _leg, signatures, address(0));
    }

    /// @dev The bridge says no: nothing is drawn, and the leg can still be called.
    function test_Call_CanBeTriedAgainWhenTheBridgeRefuses() public {
        hub.setRefusing(true);
        _expectRevertOfCall(abi.encodeWithSelector(HubDouble.Refused.selector));
        assertEq(spoke.calledAt(legIdOf(_header, _legHashes)), 0);
        hub.setRefusing(false);
        _call();
    }

    function test_Call_OfTheWholePoolEndsItsEpoch() public {
        _arrange(_fills(1, 1000, 3, 10));
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.PoolUpdated(BASKET, 1, 0, 0, 1, 1, uint40(block.timestamp));
        _call();
        assertEq(spoke.bid(1).endGen, 1);
        assertEq(spoke.bid(1).standby, 0);
        uint256 next = placeBid(address(0xC), 1, 50);
        assertEq(spoke.bid(next).shares, 50, "one to one again");
        assertEq(spoke.bid(next).epoch, 1);
    }

    /// @dev A careless market, or a quorum, ties up no more than this of a spoke's capital at a time.
    function test_RevertIf_CallPassesTheInFlightCap() public {
        vm.prank(owner);
        spoke.setMaxInFlight(BASKET, 1000);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.InFlightUpdated(BASKET, 900, 1000);
        _call();
        assertEq(spoke.inFlight(BASKET), 900);
        LegId first = legIdOf(_header, _legHashes);
        _arrange(_fills(1, 10, 3, 100));
        _expectRevertOfCall(abi.encodeWithSelector(ISpokeEvents.InFlightAboveCap.selector, 1010, 1000));

        // One fill's result does not end the leg; the other's does.
        settle(first, 1, 0, 100, 0);
        assertEq(spoke.inFlight(BASKET), 900);
        refund(first, 3, 0, 500, 0);
        assertEq(spoke.inFlight(BASKET), 0);
        _call();
        assertEq(spoke.inFlight(BASKET), 110);
    }

    function test_ACallMayFillTheInFlightCapToTheLastUnit() public {
        vm.prank(owner);
        spoke.setMaxInFlight(BASKET, 900);
        _call();
        assertEq(spoke.inFlight(BASKET), 900);
    }

    /// @dev A part of two leaves its fill in flight, and a repetition lands nothing twice.
    function test_InFlight_EndsOnceWithTheLastPart() public {
        _call();
        LegId legId = legIdOf(_header, _legHashes);
        settle(legId, 1, 0, 100, 1);
        settle(legId, 3, 0, 100, 0);
        assertEq(spoke.inFlight(BASKET), 900);
        settle(legId, 3, 0, 100, 0);
        assertEq(spoke.inFlight(BASKET), 900);
        refund(legId, 1, 0, 100, 1);
        assertEq(spoke.inFlight(BASKET), 0);
        refund(legId, 1, 0, 100, 1);
        assertEq(spoke.inFlight(BASKET), 0);
    }

    /// @dev 2e9 shares; 10 units are below 1e-6 of par for each of more than 1e7 shares.
    function test_Call_LeavingTooLittleRefundsTheRestHere() public {
        uint256 bidId = placeBid(address(0xC), 5, 2e9);
        LegId legId = callPool(5, 2e9 - 10);
        PoolState memory state = spoke.pool(BASKET, 5);
        assertEq(state.assets, 0);
        assertEq(state.epoch, 1);
        assertEq(spoke.call(BASKET, 5, 0).drawn, 2e9);
        assertEq(spoke.call(BASKET, 5, 0).refund, 10);
        (uint256 early,,) = spoke.claimable(bidId, address(debt));
        assertEq(early, 0, "the rest comes with the call's result");
        settle(legId, 5, 0, 4e9, 0);
        assertApproxEqAbs(claimAll(bidId, address(debt)), 10, 1);
        assertApproxEqAbs(claimAll(bidId, address(collateral)), 4e9, 1);
    }

    function test_Call_LeavingJustEnoughGoesOn() public {
        placeBid(address(0xC), 5, 1e7);
        callPool(5, 1e7 - 10);
        assertEq(spoke.pool(BASKET, 5).assets, 10, "1e-6 of par");
        assertEq(spoke.pool(BASKET, 5).epoch, 0);
    }

    function _fills(uint8 tierA, uint128 amountA, uint8 tierB, uint128 amountB) private pure returns (Fill[] memory f) {
        f = new Fill[](2);
        f[0] = Fill(tierA, amountA);
        f[1] = Fill(tierB, amountB);
    }

    function _arrange(Fill[] memory fills) private {
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        _header = header;
        _legHashes = legHashes;
        _leg.spoke = leg.spoke;
        delete _leg.fills;
        for (uint256 i = 0; i < fills.length; ++i) {
            _leg.fills.push(fills[i]);
        }
    }

    function _call() private returns (bytes32) {
        return spoke.callCapital(_header, _legHashes, _leg, sign(_header, _legHashes), address(this));
    }

    function _expectRevertOfCall(bytes memory reason) private {
        bytes[] memory signatures = sign(_header, _legHashes);
        vm.expectRevert(reason);
        spoke.callCapital(_header, _legHashes, _leg, signatures, address(this));
    }
}
