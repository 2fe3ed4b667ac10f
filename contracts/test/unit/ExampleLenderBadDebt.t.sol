// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ExampleLender} from "../../src/hub/sources/ExampleLender.sol";
import {MarketParams} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId} from "../../src/libraries/Types.sol";
import {LenderFixture} from "../fixtures/LenderFixture.sol";
import {SettableOracle} from "../mocks/SettableOracle.sol";

/// @notice Where an auction has an end: what no plan can cover is neither auctioned nor kept as debt.
contract ExampleLenderBadDebtTest is LenderFixture {
    /// @dev An auction that no leg would be worth its message for could be opened again and again.
    function test_RevertIf_NoLegWouldBeWorthIt() public {
        _borrow(10 * USD - 1);
        // Unhealthy for want of collateral, and both sides below a leg of 10.
        oracle.set(_priceAt(12));
        _expectNothingToAuction(10 * USD - UNIT);
        // A unit more of debt, but what the collateral pays for at half a percent premium and a tenth for the operators is less.
        oracle.set(PRICE_E36);
        _borrow(1);
        oracle.set(_priceAt(10));
        _expectNothingToAuction(uint256(10 * USD) * 10_000 / 10_060 / UNIT * UNIT);
        oracle.set(_priceAt(11));
        assertTrue(lender.isLiquidatable(borrower));
        lender.liquidate(borrower);
    }

    /// @dev Where a market has no smallest leg, it is the basket's unit.
    function test_RevertIf_NothingMakesAUnit() public {
        MarketParams memory params = hub.market(LENDER_MARKET);
        params.minLeg = 0;
        vm.mockCall(address(hub), abi.encodeCall(hub.market, (LENDER_MARKET)), abi.encode(params));
        _borrow(UNIT - 1);
        oracle.set(UNIT * 1e36 / 1e18);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.NothingToAuction.selector, borrower, 0, UNIT));
        lender.liquidate(borrower);
    }

    function test_WritesOffDebtThatNoCollateralStandsFor() public {
        _leaveCollateral(0);
        oracle.fail(true);
        vm.expectEmit(address(lender));
        emit ExampleLender.BadDebt(borrower, 400 * USD);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 0);
    }

    /// @dev What legs leave, since they take whole steps of their routes: it is worth nothing to any plan.
    function test_WritesOffDebtThatOnlyDustStandsFor() public {
        AuctionId auctionId = _leaveCollateral(1);
        vm.expectEmit(address(lender));
        emit ExampleLender.PositionReleased(borrower, auctionId, 400 * USD, 1);
        vm.expectEmit(address(lender));
        emit ExampleLender.CollateralTaken(borrower, 1);
        vm.expectEmit(address(lender));
        emit ExampleLender.BadDebt(borrower, 400 * USD);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 0);
        assertEq(lender.positionOf(borrower).collateral, 0);
        assertEq(lender.positionOf(owner).collateral, 1);
        vm.prank(owner);
        lender.withdrawCollateral(1);
        assertEq(collateralToken.balanceOf(owner), 1);
    }

    function test_DepositingDustWhileLockedKeepsNoDebtAlive() public {
        _leaveCollateral(0);
        vm.prank(borrower);
        lender.depositCollateral(1);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 0);
        assertEq(lender.positionOf(borrower).collateral, 0);
    }

    function test_DoesNotWriteOffWhatAnAuctionCanStillCover() public {
        // 0.006 at 1700 are 10.2: a leg of 10 with its premium and fee.
        _leaveCollateral(0.006e18);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 400 * USD);
        assertEq(lender.positionOf(borrower).collateral, 0.006e18);
        assertTrue(lender.isLiquidatable(borrower));
        lender.liquidate(borrower);
    }

    /// @dev A small position that is worth its debt is nobody's loss.
    function test_DoesNotWriteOffWhatTheCollateralIsWorth() public {
        _leaveCollateral(0.003e18);
        vm.prank(owner);
        lender.repay(borrower, 395 * USD);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 5 * USD);
        assertEq(lender.positionOf(borrower).collateral, 0.003e18);
    }

    /// @dev Silent or zero, an oracle takes nobody's debt away; without debt, or without collateral, none is asked.
    function test_RevertIf_ReleasedWithoutAPrice() public {
        _leaveCollateral(1);
        oracle.fail(true);
        vm.expectRevert(SettableOracle.NoPrice.selector);
        lender.release(borrower);
        oracle.fail(false);
        oracle.set(0);
        vm.expectRevert(ExampleLender.PriceZero.selector);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).debt, 400 * USD);
        vm.prank(owner);
        lender.repay(borrower, 400 * USD);
        oracle.fail(true);
        lender.release(borrower);
        assertEq(lender.positionOf(borrower).collateral, 1);
    }

    // ------------------------------------------------------------------------------------------------- helpers

    /// @dev A position whose auction has ended with 400 of debt and so much collateral left.
    function _leaveCollateral(uint128 collateral) private returns (AuctionId auctionId) {
        auctionId = _liquidate();
        address vault = hub.vault();
        vm.prank(owner);
        debtToken.mint(vault, 1000 * USD);
        vm.startPrank(vault);
        debtToken.approve(address(lender), 1000 * USD);
        lender.exchange(auctionId, 1000 * USD, 1e18 - collateral);
        vm.stopPrank();
        vm.warp(block.timestamp + 1 hours + 1);
    }

    function _expectNothingToAuction(uint256 coverable) private {
        assertFalse(lender.isLiquidatable(borrower));
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.NothingToAuction.selector, borrower, coverable, 10 * USD));
        lender.liquidate(borrower);
    }
}
