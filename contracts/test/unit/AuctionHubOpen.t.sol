// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, AuctionStatus, ClearingState, IAuctionHubEvents} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, PlanHash} from "../../src/libraries/Types.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubOpenTest is HubFixture {
    function test_OpensWithACopyOfTheMarketsTerms() public {
        uint64 deadline = uint64(block.timestamp + 1 days);
        AuctionId expected = AuctionId.wrap(
            keccak256(
                abi.encode(
                    block.chainid,
                    address(hub),
                    uint40(1),
                    MARKET,
                    uint128(1000 * USD),
                    uint128(1e18),
                    deadline,
                    bytes32("ref")
                )
            )
        );
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.AuctionOpened(expected, MARKET, BASKET, 1000 * USD, 1e18, deadline, "ref");
        AuctionId auctionId = source.open(MARKET, 1000 * USD, 1e18, deadline);

        assertEq(AuctionId.unwrap(auctionId), AuctionId.unwrap(expected));
        Auction memory auction = hub.auction(auctionId);
        assertEq(uint8(auction.status), uint8(AuctionStatus.Open));
        assertEq(auction.number, 1);
        assertEq(auction.openedBlock, block.number);
        assertEq(auction.terms.oracle, address(oracle));
        assertEq(auction.terms.operatorFeeBps, 10);
    }

    function test_TheSameTermsTwiceAreTwoAuctions() public {
        uint64 deadline = uint64(block.timestamp + 1 hours);
        AuctionId first = source.open(MARKET, 1000 * USD, 1e18, deadline);
        AuctionId second = source.open(MARKET, 1000 * USD, 1e18, deadline);
        assertTrue(AuctionId.unwrap(first) != AuctionId.unwrap(second));
        assertEq(hub.auction(second).number, 2);
    }

    function test_RevertIf_MarketIsUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.MarketUnknown.selector, 9));
        hub.openAuction(9, UNIT, 1, uint64(block.timestamp + 1), "");
    }

    function test_RevertIf_CallerIsNotTheSource() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.CallerNotSource.selector, address(this), address(source))
        );
        hub.openAuction(MARKET, UNIT, 1, uint64(block.timestamp + 1), "");
    }

    function test_RevertIf_AnAmountIsZero() public {
        vm.expectRevert(IAuctionHubEvents.AmountZero.selector);
        source.open(MARKET, 0, 1, uint64(block.timestamp + 1));
        vm.expectRevert(IAuctionHubEvents.AmountZero.selector);
        source.open(MARKET, UNIT, 0, uint64(block.timestamp + 1));
    }

    function test_RevertIf_DebtIsNotAMultipleOfTheUnit() public {
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AmountNotMultipleOfUnit.selector, UNIT + 1, UNIT));
        source.open(MARKET, UNIT + 1, 1, uint64(block.timestamp + 1));
    }

    function test_RevertIf_DeadlineIsOutOfRange() public {
        uint64 nowSec = uint64(block.timestamp);
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.DeadlineOutOfRange.selector, nowSec, nowSec + 1, nowSec + 1 days)
        );
        source.open(MARKET, UNIT, 1, nowSec);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuctionHubEvents.DeadlineOutOfRange.selector, nowSec + 1 days + 1, nowSec + 1, nowSec + 1 days
            )
        );
        source.open(MARKET, UNIT, 1, nowSec + 1 days + 1);
        source.open(MARKET, UNIT, 1, nowSec + 1);
        source.open(MARKET, UNIT, 1, nowSec + 1 days);
    }

    function test_ClearingStateTellsTheInputsOfAClearing() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        source.setQuote(900 * USD, 0.9e18);
        ClearingState memory state = hub.clearingState(auctionId);
        assertTrue(state.open);
        assertEq(state.basket, BASKET);
        assertEq(state.round, 0);
        assertEq(PlanHash.unwrap(state.head), 0);
        assertEq(state.debtLeft, 900 * USD);
        assertEq(state.collateralLeft, 0.9e18);
        assertEq(state.priceE36, PRICE_E36);
        assertEq(state.operatorFeeBps, 10);
        assertEq(state.maxPremiumBps, 1000);
        assertEq(state.unit, UNIT);
        assertEq(state.minLeg, 10 * USD);

        PlanHash head = _commit(auctionId, _legs(SPOKE_A, _fills(0, 400 * USD)));
        state = hub.clearingState(auctionId);
        assertEq(state.round, 1);
        assertEq(PlanHash.unwrap(state.head), PlanHash.unwrap(head));
        assertEq(state.debtLeft, 500 * USD);
        assertEq(state.collateralLeft, 0.9e18 - hub.auction(auctionId).reservedCollateral);

        // Less is offered than is reserved: nothing is left, and nothing underflows.
        source.setQuote(100 * USD, 0.1e18);
        state = hub.clearingState(auctionId);
        assertEq(state.debtLeft, 0);
        assertEq(state.collateralLeft, 0);
    }

    function test_ClearingStateOfAFinishedAuctionAsksNobody() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        vm.warp(block.timestamp + 1 hours + 1);
        oracle.fail(true);
        source.setFault(FaultySource.Fault.QuoteReverts);
        ClearingState memory state = hub.clearingState(auctionId);
        assertFalse(state.open);
        assertEq(state.debtLeft, 0);
    }

    function test_RevertIf_ClearingStateOfAnUnknownAuction() public {
        AuctionId unknown = AuctionId.wrap("?");
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionUnknown.selector, unknown));
        hub.clearingState(unknown);
    }

    function test_RevertIf_ClearingStateHasNoPrice() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        oracle.set(0);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, bytes32("priceE36"), 0));
        hub.clearingState(auctionId);
    }
}
