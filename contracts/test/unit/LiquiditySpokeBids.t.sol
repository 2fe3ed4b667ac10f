// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BidState, ISpokeEvents, SpokeBasket} from "../../src/interfaces/ILiquiditySpoke.sol";
import {Fill, Leg, LegId, PlanHeader} from "../../src/libraries/Types.sol";
import {FeeToken, ReentrantToken} from "../fixtures/HostileTokens.sol";
import {PermitToken} from "../fixtures/PermitToken.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

contract LiquiditySpokeBidsTest is SpokeFixture {
    uint32 private constant HOSTILE_BASKET = 2;
    address private _lp = makeAddr("lp");

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        terms.unit = 10;
        terms.minBid = 100;
    }

    function test_PlaceBid_EscrowsAndSaysSo() public {
        debt.mint(_lp, 500);
        vm.warp(1000 * 60 + 1);
        vm.startPrank(_lp);
        debt.approve(address(spoke), 500);
        uint40 activeAt = 1006 * 60;
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.BidPlaced(1, address(0xB0B), BASKET, 4, 500, activeAt);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.EntriesUpdated(BASKET, 4, activeAt, 500);
        uint256 bidId = spoke.placeBid(BASKET, 4, 500, address(0xB0B));

        BidState memory placed = spoke.bid(bidId);
        assertEq(placed.owner, address(0xB0B), "owner is whom it was placed for");
        assertEq(placed.entering, 500);
        assertEq(placed.standby, 0, "not active yet");
        assertEq(placed.activeAt, activeAt, "the first bucket that is the delay ahead");
        assertEq(placed.endGen, OPEN_END);
        assertEq(debt.balanceOf(address(spoke)), 500);
        assertEq(spoke.pool(BASKET, 4).entering, 500);
        assertEq(spoke.pool(BASKET, 4).assets, 0);
    }

    /// @dev At the very start of a bucket the delay is not stretched.
    function test_PlaceBid_ActivatesAtTheDelayItselfWhereABucketStarts() public {
        vm.warp(1000 * 60);
        assertEq(spoke.bid(enterBid(_lp, 0, 100)).activeAt, 1005 * 60);
        vm.warp(1000 * 60 + 1);
        assertEq(spoke.bid(enterBid(_lp, 0, 100)).activeAt, 1006 * 60);
    }

    /// @dev [Sniping an auction that is already open.] The first second of activity is `activeAt` itself, with no transaction.
    function test_PlaceBid_CannotBeCalledBeforeItIsActive() public {
        uint256 bidId = enterBid(_lp, 0, 100);
        uint40 activeAt = spoke.bid(bidId).activeAt;
        vm.warp(activeAt - 1);
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(0, 100);
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        bytes[] memory signatures = sign(header, legHashes);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.PoolTooSmall.selector, 0, 100, 0));
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        vm.warp(activeAt);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.EntriesRolled(BASKET, 0, activeAt, 100, 100, 0, 0);
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        assertEq(spoke.bid(bidId).endGen, 1);
    }

    /// @dev [A late bid dilutes a planned pool.] What was planned to be drawn from 100 is drawn from them alone.
    function test_PlaceBid_DoesNotDiluteACallThatIsPlanned() public {
        uint256 early = placeBid(_lp, 0, 100);
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(0, 80);
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        uint256 late = enterBid(address(0xB), 0, 10_000);
        vm.warp(header.callBy);
        spoke.callCapital(header, legHashes, leg, sign(header, legHashes), address(this));
        assertEq(spoke.bid(early).standby, 20);
        assertEq(spoke.bid(late).entering, 10_000);
        vm.warp(spoke.bid(late).activeAt);
        assertApproxEqAbs(spoke.bid(late).standby, 10_000, 1, "whole");
        assertEq(spoke.bid(late).startGen, 1);
    }

    /// @dev Bids of one bucket share its shares pro rata; each is rounded down.
    function test_PlaceBid_OfOneBucketShareItsRatio() public {
        placeBid(_lp, 0, 300);
        callPool(0, 100);
        uint256 a = enterBid(address(0xA), 0, 100);
        uint256 b = enterBid(address(0xB), 0, 200);
        vm.warp(spoke.bid(b).activeAt);
        BidState memory preview = spoke.bid(b);
        callPool(0, 10);
        assertEq(spoke.bid(a).shares, 150);
        assertEq(spoke.bid(b).shares, 300);
        assertEq(preview.shares, 300, "seen before it was rolled");
        assertEq(preview.startGen, spoke.bid(b).startGen);
        assertEq(preview.standby, 200);
    }

    function test_PlaceBidWithPermit_NeedsNoApproval() public {
        (address lp, uint256 key) = makeAddrAndKey("permitting");
        PermitToken token = new PermitToken();
        _createBasket(address(token));
        token.mint(lp, 1000);
        bytes32 digest = token.digestOf(lp, address(spoke), 1000, block.timestamp);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        vm.prank(lp);
        uint256 bidId = spoke.placeBidWithPermit(HOSTILE_BASKET, 0, 1000, lp, block.timestamp, v, r, s);
        assertEq(spoke.bid(bidId).entering, 1000);
        assertEq(token.allowance(lp, address(spoke)), 0);
    }

    /// @dev Somebody else hands the permit in first: the bid goes through all the same.
    function test_PlaceBidWithPermit_SurvivesAPermitThatWasUsedBefore() public {
        (address lp, uint256 key) = makeAddrAndKey("permitting");
        PermitToken token = new PermitToken();
        _createBasket(address(token));
        token.mint(lp, 1000);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, token.digestOf(lp, address(spoke), 1000, block.timestamp));
        token.permit(lp, address(spoke), 1000, block.timestamp, v, r, s);
        vm.prank(lp);
        spoke.placeBidWithPermit(HOSTILE_BASKET, 0, 1000, lp, block.timestamp, v, r, s);
        assertEq(token.balanceOf(address(spoke)), 1000);
    }

    function test_RevertIf_PermitIsNoneAndNothingWasApproved() public {
        debt.mint(_lp, 1000);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.AllowanceTooLow.selector, address(debt), 1000, 0));
        spoke.placeBidWithPermit(BASKET, 0, 1000, _lp, block.timestamp, 27, bytes32(0), bytes32(0));
    }

    function test_RevertIf_BidOfUnknownBasket() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BasketUnknown.selector, 9));
        spoke.placeBid(9, 0, 100, _lp);
    }

    function test_RevertIf_BidOutsideLadder() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TierOutOfLadder.selector, 30, 30));
        spoke.placeBid(BASKET, 30, 100, _lp);
    }

    function test_RevertIf_BidForNobody() public {
        vm.expectRevert(ISpokeEvents.OwnerZero.selector);
        spoke.placeBid(BASKET, 0, 100, address(0));
    }

    function test_RevertIf_BidOfZero() public {
        vm.expectRevert(ISpokeEvents.AmountZero.selector);
        spoke.placeBid(BASKET, 0, 0, _lp);
    }

    function test_RevertIf_BidBelowMinimum() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.AmountBelowMinimum.selector, 90, 100));
        spoke.placeBid(BASKET, 0, 90, _lp);
    }

    function test_RevertIf_BidNotMultipleOfUnit() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.AmountNotMultipleOfUnit.selector, 101, 10));
        spoke.placeBid(BASKET, 0, 101, _lp);
    }

    function test_RevertIf_BidAboveBalance() public {
        debt.mint(_lp, 99);
        vm.prank(_lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BalanceTooLow.selector, address(debt), 100, 99));
        spoke.placeBid(BASKET, 0, 100, _lp);
    }

    function test_RevertIf_BidAboveAllowance() public {
        debt.mint(_lp, 100);
        vm.startPrank(_lp);
        debt.approve(address(spoke), 99);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.AllowanceTooLow.selector, address(debt), 100, 99));
        spoke.placeBid(BASKET, 0, 100, _lp);
    }

    /// @dev What waits counts too, or a roll could fail.
    function test_RevertIf_PoolFull() public {
        uint128 most = 2 ** 88 - 2 ** 88 % 10;
        for (uint256 i = 0; i < 15; ++i) {
            placeBid(_lp, 0, most);
        }
        enterBid(_lp, 0, most);
        uint256 left = 2 ** 92 - 16 * uint256(most);
        left = left - left % 10 + 10;
        vm.warp(block.timestamp + 60);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.PoolFull.selector, 16 * uint256(most) + 1000, 2 ** 92));
        spoke.placeBid(BASKET, 0, 1000, _lp);
        assertEq(spoke.pool(BASKET, 0).assets, 15 * uint256(most));
        assertEq(spoke.pool(BASKET, 0).entering, most);
    }

    function test_RevertIf_BucketFull() public {
        uint128 most = 2 ** 88 - 2 ** 88 % 10;
        enterBid(_lp, 0, most);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BucketFull.selector, uint256(most) + 100, 2 ** 88 - 1));
        spoke.placeBid(BASKET, 0, 100, _lp);
    }

    function test_RevertIf_TokenTakesAFee() public {
        FeeToken token = new FeeToken();
        _createBasket(address(token));
        token.mint(_lp, 1000);
        vm.startPrank(_lp);
        token.approve(address(spoke), 1000);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TransferMismatch.selector, address(token), 1000, 990));
        spoke.placeBid(HOSTILE_BASKET, 0, 1000, _lp);
    }

    function test_RevertIf_TokenReenters() public {
        ReentrantToken token = new ReentrantToken();
        _createBasket(address(token));
        token.mint(_lp, 1000);
        vm.prank(_lp);
        token.approve(address(spoke), 1000);
        bytes[8] memory calls = [
            abi.encodeCall(spoke.placeBid, (HOSTILE_BASKET, 0, 100, _lp)),
            abi.encodeCall(spoke.requestWithdraw, (1, 10)),
            abi.encodeCall(spoke.withdraw, (1)),
            abi.encodeCall(spoke.rebid, (1, 0, 0, 0)),
            abi.encodeCall(spoke.claim, (1, address(token), 0, 0)),
            abi.encodeCall(spoke.finalizeCalls, (HOSTILE_BASKET, 0, 1)),
            abi.encodeCall(spoke.skipCall, (HOSTILE_BASKET, 0, LegId.wrap(0))),
            abi.encodeCall(spoke.claimSkipped, (1, 0, 2))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            token.arm(address(spoke), calls[i]);
            vm.prank(_lp);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            spoke.placeBid(HOSTILE_BASKET, 0, 1000, _lp);
        }
    }

    function test_RevertIf_ClaimOfUnknownBid() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BidUnknown.selector, 5));
        spoke.claim(5, address(debt), 0, 0);
    }

    function test_RevertIf_ClaimOfUnknownToken() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CollateralUnknown.selector, address(0xBAD)));
        spoke.claim(bidId, address(0xBAD), 0, 0);
    }

    function test_RevertIf_NothingToClaim() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        bytes memory nothing = abi.encodeWithSelector(ISpokeEvents.NothingToClaim.selector, bidId, address(collateral));
        vm.expectRevert(nothing);
        spoke.claim(bidId, address(collateral), 0, 0);
        LegId legId = callPool(0, 50);
        settle(legId, 0, 0, 60, 0);
        spoke.claim(bidId, address(collateral), 0, 1);
        vm.expectRevert(nothing);
        spoke.claim(bidId, address(collateral), 1, 1);
    }

    function test_Claim_AnyoneCallsOwnerIsPaid() public {
        uint256 bidId = placeBid(_lp, 0, 100);
        settle(callPool(0, 50), 0, 0, 75, 0);
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.Claimed(bidId, _lp, address(collateral), 75);
        vm.prank(address(0xDEAD));
        assertEq(spoke.claim(bidId, address(collateral), 0, 1), 75);
        assertEq(collateral.balanceOf(_lp), 75);
    }

    /// @dev Three bids, three calls; only the right pair of indices is taken.
    function test_RevertIf_CheckpointsDoNotFitTheBid() public {
        placeBid(_lp, 0, 1000);
        settle(callPool(0, 100), 0, 0, 100, 0);
        uint256 bidId = placeBid(_lp, 0, 1000);
        settle(callPool(0, 100), 0, 1, 100, 0);
        requestWithdraw(bidId, 100);
        settle(callPool(0, 100), 0, 2, 100, 0);
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(collateral));
        assertEq(from, 1);
        assertEq(to, 2);

        uint256[2][5] memory wrong =
            [[uint256(0), 2], [uint256(2), 2], [uint256(1), 1], [uint256(1), 3], [uint256(1), 4]];
        uint256[5] memory named = [uint256(0), 2, 1, 3, 4];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CheckpointMismatch.selector, named[i]));
            spoke.claim(bidId, address(collateral), wrong[i][0], wrong[i][1]);
        }
        assertGt(spoke.claim(bidId, address(collateral), from, to), 0);
    }

    function _createBasket(address token) private {
        SpokeBasket memory terms = super.basketTerms();
        terms.debtToken = token;
        vm.prank(owner);
        spoke.createBasket(HOSTILE_BASKET, terms);
    }
}
