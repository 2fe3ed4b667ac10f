// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {ExampleLender} from "../../src/hub/sources/ExampleLender.sol";
import {AuctionStatus, LegRecord} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, PlanHash} from "../../src/libraries/Types.sol";
import {LenderFixture} from "../fixtures/LenderFixture.sol";

contract ExampleLenderTest is LenderFixture {
    // ------------------------------------------------------------------------------------------------- lending

    function test_BorrowsUpToTheMaximumLtv() public {
        vm.startPrank(borrower);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LtvTooHigh.selector, 1400 * USD + 1, 1400 * USD));
        lender.borrow(1400 * USD + 1);
        lender.borrow(1400 * USD);
        vm.stopPrank();
        assertEq(debtToken.balanceOf(borrower), 1400 * USD);
        assertEq(lender.liquidity(), 98_600 * USD);
        assertEq(lender.positionOf(borrower).debt, 1400 * USD);
    }

    function test_RepaysAndWithdraws() public {
        vm.startPrank(borrower);
        lender.borrow(1000 * USD);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LtvTooHigh.selector, 1000 * USD, 700 * USD));
        lender.withdrawCollateral(0.5e18);
        assertEq(lender.repay(borrower, 400 * USD), 400 * USD);
        lender.withdrawCollateral(0.5e18);
        // More than the debt: only the debt is taken.
        assertEq(lender.repay(borrower, 1000 * USD), 600 * USD);
        // Without debt no price is needed.
        oracle.fail(true);
        lender.withdrawCollateral(0.5e18);
        vm.stopPrank();
        assertEq(collateralToken.balanceOf(borrower), 10e18);
        assertEq(debtToken.balanceOf(borrower), 0);
        assertEq(lender.liquidity(), 100_000 * USD);
    }

    function test_RevertIf_AnAmountIsZeroOrTooLarge() public {
        vm.startPrank(borrower);
        vm.expectRevert(ExampleLender.AmountZero.selector);
        lender.depositCollateral(0);
        vm.expectRevert(ExampleLender.AmountZero.selector);
        lender.withdrawCollateral(0);
        vm.expectRevert(ExampleLender.AmountZero.selector);
        lender.borrow(0);
        vm.expectRevert(ExampleLender.AmountZero.selector);
        lender.repay(borrower, 1);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.CollateralTooLow.selector, 2e18, 1e18));
        lender.withdrawCollateral(2e18);
        vm.stopPrank();
        vm.prank(owner);
        lender.withdraw(99_999 * USD);
        vm.prank(borrower);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LiquidityTooLow.selector, 2 * USD, 1 * USD));
        lender.borrow(2 * USD);
    }

    function test_RevertIf_CallerIsNotOwner() public {
        bytes memory expected = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(expected);
        lender.supply(1);
        vm.expectRevert(expected);
        lender.withdraw(1);
    }

    function test_RevertIf_ConstructedWithNonsense() public {
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LtvInvalid.selector, 8000, 8000));
        _construct(8000, 8000, 1);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LtvInvalid.selector, 0, 8000));
        _construct(0, 8000, 1);
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.LtvInvalid.selector, 7000, 10_000));
        _construct(7000, 10_000, 1);
        vm.expectRevert(ExampleLender.DurationZero.selector);
        _construct(7000, 8000, 0);
    }

    // ---------------------------------------------------------------------------------------------- liquidation

    function test_AnUnhealthyPositionIsAuctionedAndItsDebtRepaid() public {
        AuctionId auctionId = _liquidate();
        assertEq(hub.auction(auctionId).debtToCover, 1400 * USD);
        assertEq(hub.auction(auctionId).maxCollateral, 1e18);
        assertEq(lender.borrowerOf(auctionId), borrower);

        _fill(auctionId, 1400 * USD);
        assertEq(lender.positionOf(borrower).debt, 0);
        assertEq(lender.positionOf(borrower).collateral, 1e18 - hub.auction(auctionId).collateralTaken);
        assertEq(lender.liquidity(), 100_000 * USD);

        vm.prank(anyone);
        lender.release(borrower);
        assertEq(uint8(hub.auction(auctionId).status), uint8(AuctionStatus.Closed));
        uint128 leftover = lender.positionOf(borrower).collateral;
        assertGt(leftover, 0);
        vm.prank(borrower);
        lender.withdrawCollateral(leftover);
        assertEq(collateralToken.balanceOf(address(lender)), 0);
    }

    function test_FloorsTheDebtToTheBasketsUnit() public {
        _borrow(1400 * USD - 1);
        oracle.set(_priceAt(1700));
        vm.roll(block.number + 1);
        AuctionId auctionId = lender.liquidate(borrower);
        assertEq(hub.auction(auctionId).debtToCover, 1400 * USD - UNIT);
    }

    function test_RevertIf_ThePositionIsHealthy() public {
        _borrow(1400 * USD);
        oracle.set(_priceAt(1750));
        assertFalse(lender.isLiquidatable(borrower));
        vm.expectRevert(
            abi.encodeWithSelector(ExampleLender.PositionHealthy.selector, borrower, 1400 * USD, 1400 * USD)
        );
        lender.liquidate(borrower);
        oracle.set(_priceAt(1749));
        assertTrue(lender.isLiquidatable(borrower));
    }

    function test_RevertIf_ThePositionIsLocked() public {
        AuctionId auctionId = _liquidate();
        bytes memory expected = abi.encodeWithSelector(ExampleLender.PositionLocked.selector, borrower, auctionId);
        assertFalse(lender.isLiquidatable(borrower));
        vm.expectRevert(expected);
        lender.liquidate(borrower);
        vm.startPrank(borrower);
        vm.expectRevert(expected);
        lender.borrow(1);
        vm.expectRevert(expected);
        lender.withdrawCollateral(1);
    }

    function test_ARepaymentDuringTheAuctionShrinksTheQuote() public {
        AuctionId auctionId = _liquidate();
        vm.startPrank(owner);
        lender.repay(borrower, 1000 * USD);
        vm.stopPrank();
        (uint256 debtTakeable, uint256 collateralAvailable) = lender.quote(auctionId);
        assertEq(debtTakeable, 400 * USD);
        assertEq(collateralAvailable, 1e18);
        // 600 arrive: 400 are used, the rest goes home.
        Fill[] memory fills = _fills(0, 600 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        _settle(auctionId, records);
        assertEq(records[0].results[0].used, 400 * USD);
        assertEq(lender.positionOf(borrower).debt, 0);
    }

    function test_ACuredPositionIsReleasedEarly() public {
        AuctionId auctionId = _liquidate();
        vm.expectRevert(
            abi.encodeWithSelector(ExampleLender.PositionUnhealthy.selector, borrower, 1400 * USD, 1700 * USD * 7 / 10)
        );
        lender.abort(borrower);

        vm.prank(borrower);
        lender.depositCollateral(1e18);
        vm.expectEmit(address(lender));
        emit ExampleLender.LiquidationAborted(borrower, auctionId);
        vm.prank(anyone);
        lender.abort(borrower);
        assertEq(uint8(hub.auction(auctionId).status), uint8(AuctionStatus.Closed));
        (uint256 debtTakeable, uint256 collateralAvailable) = lender.quote(auctionId);
        assertEq(debtTakeable + collateralAvailable, 0);
        vm.prank(borrower);
        lender.withdrawCollateral(0.1e18);
    }

    function test_RevertIf_ReleasedBeforeTheAuctionIsFinished() public {
        AuctionId auctionId = _liquidate();
        uint64 deadline = hub.auction(auctionId).deadline;
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.AuctionUnfinished.selector, auctionId, deadline));
        lender.release(borrower);
        vm.warp(uint256(deadline) + 1);
        lender.release(borrower);
        assertEq(uint8(hub.auction(auctionId).status), uint8(AuctionStatus.Closed));
        // Still unhealthy: the next auction.
        AuctionId next = lender.liquidate(borrower);
        assertTrue(next != auctionId);
    }

    function test_ReleasesAlsoAfterSomebodyElseClosedTheAuction() public {
        AuctionId auctionId = _liquidate();
        vm.warp(block.timestamp + 1 hours + 1);
        hub.closeAuction(auctionId);
        lender.release(borrower);
        assertEq(AuctionId.unwrap(lender.positionOf(borrower).auctionId), 0);
    }

    function test_AClosedAuctionDoesNotHinderAnAbort() public {
        AuctionId auctionId = _liquidate();
        vm.prank(borrower);
        lender.depositCollateral(1e18);
        vm.warp(block.timestamp + 1 hours + 1);
        hub.closeAuction(auctionId);
        lender.abort(borrower);
    }

    function test_RevertIf_ExchangeIsNotTheVaultsOrExceedsThePosition() public {
        AuctionId auctionId = _liquidate();
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.CallerNotVault.selector, address(this)));
        lender.exchange(auctionId, 1, 1);
        vm.startPrank(hub.vault());
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.DebtExceedsPosition.selector, 1400 * USD + 1, 1400 * USD));
        lender.exchange(auctionId, 1400 * USD + 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(ExampleLender.CollateralExceedsPosition.selector, uint256(1e18) + 1, 1e18)
        );
        lender.exchange(auctionId, 1, uint256(1e18) + 1);
        AuctionId unknown = AuctionId.wrap("?");
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.AuctionOfNoPosition.selector, unknown));
        lender.exchange(unknown, 0, 0);
    }

    function test_RevertIf_ExchangeNamesNoAuction() public {
        // No borrower, no position, no auction: all zeros, which must not fit together.
        vm.prank(hub.vault());
        vm.expectRevert(abi.encodeWithSelector(ExampleLender.AuctionOfNoPosition.selector, bytes32(0)));
        lender.exchange(AuctionId.wrap(0), 0, 0);
    }

    function test_RevertIf_NothingIsLocked() public {
        bytes memory expected = abi.encodeWithSelector(ExampleLender.PositionNotLocked.selector, borrower);
        vm.expectRevert(expected);
        lender.release(borrower);
        vm.expectRevert(expected);
        lender.abort(borrower);
    }

    // ------------------------------------------------------------------------------------------------- helpers

    function _fill(AuctionId auctionId, uint128 amount) private {
        Fill[] memory fills = _fills(0, amount);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        _settle(auctionId, _one(_arrive(auctionId, planHash, SPOKE_A, fills)));
    }
}
