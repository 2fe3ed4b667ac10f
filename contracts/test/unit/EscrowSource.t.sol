// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EscrowSource} from "../../src/hub/sources/EscrowSource.sol";
import {MarketParams, Route} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, PlanHash} from "../../src/libraries/Types.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract EscrowSourceTest is HubFixture {
    uint32 internal constant ESCROW_MARKET = 2;

    address internal seller = makeAddr("seller");
    EscrowSource internal escrow;

    function setUp() public override {
        super.setUp();
        escrow = new EscrowSource(address(hub), ESCROW_MARKET);
        MarketParams memory params = _marketParams();
        params.source = address(escrow);
        vm.startPrank(owner);
        hub.createMarket(ESCROW_MARKET, params);
        collateralToken.mint(seller, 10e18);
        vm.stopPrank();
        vm.prank(seller);
        collateralToken.approve(address(escrow), type(uint256).max);
    }

    function test_SellsCollateralAndReturnsTheRest() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        assertEq(collateralToken.balanceOf(address(escrow)), 1e18);
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        _settle(auctionId, _one(_arrive(auctionId, planHash, SPOKE_A, fills)));

        EscrowSource.Escrow memory state = escrow.escrowOf(auctionId);
        assertEq(state.debtLeft, 600 * USD);
        assertEq(state.proceeds, 400 * USD);
        assertEq(state.collateralLeft, 1e18 - hub.auction(auctionId).collateralTaken);
        (uint256 debtTakeable, uint256 collateralAvailable) = escrow.quote(auctionId);
        assertEq(debtTakeable, 600 * USD);
        assertEq(collateralAvailable, state.collateralLeft);

        vm.prank(anyone);
        assertEq(escrow.withdrawProceeds(auctionId), 400 * USD);
        assertEq(debtToken.balanceOf(seller), 400 * USD);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.NothingToPay.selector, auctionId));
        escrow.withdrawProceeds(auctionId);

        vm.expectRevert(abi.encodeWithSelector(EscrowSource.AuctionStillOpen.selector, auctionId));
        escrow.reclaim(auctionId);
        vm.warp(block.timestamp + 1 hours + 1);
        hub.closeAuction(auctionId);
        assertEq(escrow.reclaim(auctionId), state.collateralLeft);
        assertEq(collateralToken.balanceOf(seller), 9e18 + state.collateralLeft);
        assertEq(collateralToken.balanceOf(address(escrow)), 0);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.NothingToPay.selector, auctionId));
        escrow.reclaim(auctionId);
    }

    function test_TheSellerClosesWhileNothingIsUnderWay() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        vm.prank(seller);
        escrow.close(auctionId);
        escrow.reclaim(auctionId);
        assertEq(collateralToken.balanceOf(seller), 10e18);
    }

    function test_RevertIf_TheSellerClosesWithPlansUnderWay() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        _commit(auctionId, _legs(SPOKE_A, _fills(0, 400 * USD)));
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.AuctionHasPlans.selector, auctionId, 1));
        escrow.close(auctionId);
    }

    function test_RevertIf_CallerIsNotTheSeller() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.CallerNotSeller.selector, address(this), seller));
        escrow.close(auctionId);
    }

    function test_RevertIf_CallerIsNotTheVault() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.CallerNotVault.selector, address(this)));
        escrow.exchange(auctionId, 1, 1);
    }

    function test_RevertIf_MoreIsExchangedThanIsEscrowed() public {
        AuctionId auctionId = _openEscrow(1000 * USD, 1e18);
        vm.startPrank(hub.vault());
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.DebtExceedsEscrow.selector, 1000 * USD + 1, 1000 * USD));
        escrow.exchange(auctionId, 1000 * USD + 1, 1);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.CollateralExceedsEscrow.selector, uint256(1e18) + 1, 1e18));
        escrow.exchange(auctionId, 1, uint256(1e18) + 1);
    }

    function test_RevertIf_EscrowIsUnknown() public {
        AuctionId unknown = AuctionId.wrap("?");
        bytes memory expected = abi.encodeWithSelector(EscrowSource.EscrowUnknown.selector, unknown);
        vm.expectRevert(expected);
        escrow.withdrawProceeds(unknown);
        vm.expectRevert(expected);
        escrow.reclaim(unknown);
        vm.expectRevert(expected);
        escrow.close(unknown);
        vm.prank(hub.vault());
        vm.expectRevert(expected);
        escrow.exchange(unknown, 0, 0);
        (uint256 debtTakeable, uint256 collateralAvailable) = escrow.quote(unknown);
        assertEq(debtTakeable + collateralAvailable, 0);
    }

    function test_RevertIf_CollateralArrivesShort() public {
        FeeOnTransferToken short = new FeeOnTransferToken();
        EscrowSource shortEscrow = new EscrowSource(address(hub), 3);
        MarketParams memory params = _marketParams();
        (params.source, params.collateralToken) = (address(shortEscrow), address(short));
        vm.startPrank(owner);
        hub.createMarket(3, params);
        hub.setRoute(SPOKE_A, address(short), Route(address(port), 1, 1));
        vm.stopPrank();
        short.mint(address(this), 1e18);
        short.approve(address(shortEscrow), 1e18);
        vm.expectRevert(abi.encodeWithSelector(EscrowSource.CollateralShort.selector, 1e18, 1e18 - 1));
        shortEscrow.open(1000 * USD, 1e18, uint64(block.timestamp + 1 hours), "");
    }

    function _openEscrow(uint128 debtToCover, uint128 maxCollateral) private returns (AuctionId auctionId) {
        vm.prank(seller);
        auctionId = escrow.open(debtToCover, maxCollateral, uint64(block.timestamp + 1 hours), "");
        vm.roll(block.number + 1);
    }
}
