// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISpokeEvents, PoolState, SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {KIND_LEG_SETTLED, LegId, Receipt as ReceiptMessage} from "../../src/libraries/Types.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice A chain whose tokens are coarser than the hub's: 18 decimals there, 8 here.
contract LiquiditySpokeCoarserTest is SpokeFixture {
    uint128 private constant STEP = 1e10;
    address private _lp = makeAddr("lp");

    function debtDecimals() internal pure override returns (uint8) {
        return 8;
    }

    function collateralDecimals() internal pure override returns (uint8) {
        return 8;
    }

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        (terms.hubDecimals, terms.unit, terms.minBid) = (18, STEP, STEP);
    }

    function collateralTerms() internal view override returns (SpokeCollateral memory terms) {
        terms = super.collateralTerms();
        terms.hubDecimals = 18;
    }

    function setUp() public override {
        super.setUp();
        debt.mint(_lp, 1000e8);
        vm.prank(_lp);
        debt.approve(address(spoke), type(uint256).max);
    }

    function test_BidCallAndResultsConvertAtTheEdge() public {
        vm.prank(_lp);
        uint256 bidId = spoke.placeBid(BASKET, 0, 100e18, _lp);
        vm.warp(spoke.bid(bidId).activeAt);
        assertEq(debt.balanceOf(address(spoke)), 100e8, "local units");
        assertEq(spoke.pool(BASKET, 0).assets, 100e18, "hub units");
        LegId legId = callPool(0, 40e18);
        assertEq(hub.lastArrival().amountLocal, 40e8);

        deliverCollateral(one(legId, 0, 0, 20e18, 1), 20e8);
        deliverRefund(one(legId, 0, 0, 16e18, 1), 16e8);
        assertEq(spoke.call(BASKET, 0, 0).collateral, 20e8, "local units");
        assertApproxEqAbs(claimAll(bidId, address(collateral)), 20e8, 1);
        assertApproxEqAbs(claimAll(bidId, address(debt)), 16e8, 1);
        assertEq(withdraw(bidId, 60e18), 0);
        assertApproxEqAbs(debt.balanceOf(_lp), 1000e8 - 100e8 + 16e8 + 60e8, 1, "but for what rounding keeps");
    }

    function test_RevertIf_WithdrawalIsNotWholeInLocalUnits() public {
        vm.startPrank(_lp);
        uint256 bidId = spoke.placeBid(BASKET, 0, 100e18, _lp);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.AmountNotMultipleOfUnit.selector, STEP + 1, STEP));
        spoke.requestWithdraw(bidId, STEP + 1);
    }

    /// @dev Three equal bids and a call of 100 local units: each has two thirds of a local unit left that cannot be paid,
    /// and no bid goes on with it.
    function test_Withdraw_LeavesNoBidBelowOneLocalUnit() public {
        uint256[3] memory bids;
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(_lp);
            bids[i] = spoke.placeBid(BASKET, 0, 100 * STEP, _lp);
        }
        vm.warp(spoke.bid(bids[2]).activeAt);
        callPool(0, 100 * STEP);
        uint256 before = debt.balanceOf(_lp);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 standby = spoke.bid(bids[i]).standby;
            assertEq(withdraw(bids[i], uint128(standby - standby % STEP)), 0, "no remainder");
        }
        assertEq(debt.balanceOf(_lp) - before, 3 * 66);
        assertEq(spoke.pool(BASKET, 0).shares, 0);
        assertEq(spoke.pool(BASKET, 0).assets, 0);
    }

    /// @dev Where the ratio of a pool does not divide, each bid that comes and leaves loses nearly one local unit to rounding: none
    /// of it may make a share worth more than one unit, or later bids would lose by rounding what a share is worth.
    function test_Withdraw_RoundingMakesNoShareWorthMoreThanOneUnit() public {
        vm.prank(_lp);
        uint256 shrinking = spoke.placeBid(BASKET, 0, 10 * STEP, _lp);
        vm.warp(spoke.bid(shrinking).activeAt);
        callPool(0, 4 * STEP);
        for (uint256 i = 0; i < 40; ++i) {
            vm.prank(_lp);
            uint256 bidId = spoke.placeBid(BASKET, 0, 2 * STEP, _lp);
            vm.warp(spoke.bid(bidId).activeAt);
            _withdrawBut(bidId, 0);
            shrinking = _withdrawBut(shrinking, i % 2 == 0 ? 3 : 7);
        }
        PoolState memory pool = spoke.pool(BASKET, 0);
        assertLe(pool.assets, pool.shares);
        // No share, no assets: a call of assets that nobody has a share in could never end.
        _withdrawBut(shrinking, 0);
        assertEq(spoke.pool(BASKET, 0).shares == 0, spoke.pool(BASKET, 0).assets == 0);
    }

    /// @dev Withdraws all of a bid's local units but `keep`.
    function _withdrawBut(uint256 bidId, uint128 keep) private returns (uint256) {
        uint128 units = spoke.bid(bidId).standby / STEP;
        return units > keep ? withdraw(bidId, (units - keep) * STEP) : bidId;
    }

    /// @dev Of a refund of 8 local units rounding leaves 7; the basket's unit is 3 of them, so one is paid out.
    function test_Rebid_PaysOutWhatIsBelowAUnit() public {
        SpokeBasket memory terms = basketTerms();
        (terms.unit, terms.minBid) = (3 * STEP, 3 * STEP);
        vm.prank(owner);
        spoke.createBasket(2, terms);
        calledBasket = 2;
        vm.prank(_lp);
        uint256 bidId = spoke.placeBid(2, 0, 300 * STEP, _lp);
        vm.warp(spoke.bid(bidId).activeAt);
        deliverRefund(one(callPool(0, 30 * STEP), 0, 0, 8 * STEP, 0), 8);
        uint256 before = debt.balanceOf(_lp);
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(debt));
        vm.prank(_lp);
        uint256 next = spoke.rebid(bidId, 1, from, to);
        assertEq(spoke.bid(next).entering, 6 * STEP);
        assertEq(debt.balanceOf(_lp) - before, 1);
    }

    /// @dev The sum must have come, each fill floored as it is credited.
    function test_RevertIf_ReceiptIsShortInLocalUnits() public {
        vm.prank(_lp);
        vm.warp(spoke.bid(spoke.placeBid(BASKET, 0, 100e18, _lp)).activeAt);
        LegId legId = callPool(0, 40e18);
        collateral.mint(address(hub), 20e8);
        bytes memory payload = MessageCodec.encodeReceipt(
            ReceiptMessage(KIND_LEG_SETTLED, HUB_COLLATERAL, one(legId, 0, 0, 20e18 + STEP, 0))
        );
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ReceiptAmountMismatch.selector, 20e8 + 1, 20e8));
        hub.send(port, SPOKE, address(collateral), 20e8, payload);
    }
}

/// @notice A chain whose tokens are finer than the hub's: 6 decimals there, 18 here.
contract LiquiditySpokeFinerTest is SpokeFixture {
    function debtDecimals() internal pure override returns (uint8) {
        return 18;
    }

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        terms.hubDecimals = 6;
    }

    function test_LimitHoldsInLocalUnits() public {
        uint256 limit = uint256(2 ** 92) / 1e12;
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.PoolFull.selector, limit + 1, limit));
        spoke.placeBid(BASKET, 0, uint128(limit + 1), address(this));
    }

    /// @dev 3e6 shares; the rest of 2 hub units comes back as 2e12 local ones.
    function test_RestOfAnEpochIsRefundedInLocalUnits() public {
        debt.mint(address(this), 3e18);
        debt.approve(address(spoke), 3e18);
        uint256 bidId = spoke.placeBid(BASKET, 0, 3e6, address(this));
        vm.warp(spoke.bid(bidId).activeAt);
        assertEq(debt.balanceOf(address(spoke)), 3e18);
        LegId legId = callPool(0, 3e6 - 2);
        assertEq(spoke.call(BASKET, 0, 0).refund, 2e12);
        deliverRefund(one(legId, 0, 0, 3e6 - 2, 0), 3e18 - 2e12);
        assertApproxEqAbs(claimAll(bidId, address(debt)), 3e18, 1);
    }
}
