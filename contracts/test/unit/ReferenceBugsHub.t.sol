// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TestToken} from "../../src/devnet/TestToken.sol";
import {
    Auction,
    AuctionStatus,
    BasketParams,
    IAuctionHubEvents,
    LegRecord,
    MarketParams,
    Route
} from "../../src/interfaces/IAuctionHub.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    AuctionId,
    CapitalDelivered,
    CapitalFill,
    Fill,
    KIND_LEG_REFUNDED,
    Leg,
    LegId,
    Plan,
    PlanHash,
    Receipt as PortReceipt,
    Snapshot
} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {RecordingPort} from "../mocks/RecordingPort.sol";
import {SettableOracle} from "../mocks/SettableOracle.sol";

/// @notice Bugs of the reference contracts that cannot happen on the hub. The spoke's are in ReferenceBugs.
contract ReferenceBugsHubTest is HubFixture {
    struct Decimals {
        uint8 debt;
        uint8 collateral;
    }

    // ------------------------------------------------------------------------------------------ seized deposits stuck

    /// @dev There: what is taken for a liquidation that does not happen has no way back. Here the capital of a leg that no plan
    /// on the hub ever names goes home whole.
    function test_SeizedDeposits_LegThatIsNeverCommittedGoesHome() public {
        Fill[] memory fills = _fills(0, 300 * USD, 3, 200 * USD);
        LegRecord memory record = _arrive(AuctionId.wrap("nobody's"), PlanHash.wrap("nobody's"), SPOKE_A, fills);
        _expectHome(record, _afterSettleWindow(), 300 * USD, 200 * USD);
    }

    function test_SeizedDeposits_LegOfAClosedAuctionGoesHome() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 300 * USD, 3, 200 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        source.close(auctionId);
        _expectHome(record, block.timestamp, 300 * USD, 200 * USD);
    }

    function test_SeizedDeposits_LegThatArrivesAfterItsExpiryGoesHome() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 300 * USD, 3, 200 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        vm.warp(block.timestamp + 60 + TIMEOUT_SEC + 1);
        _expire(planHash);
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        _expectHome(record, block.timestamp, 300 * USD, 200 * USD);
    }

    /// @dev A source that fails for good, an oracle that fails for good: neither is asked.
    function test_SeizedDeposits_LegThatCannotBeExchangedGoesHome() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 300 * USD, 3, 200 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        source.setFault(FaultySource.Fault.QuoteReverts);
        oracle.fail(true);
        _expectHome(record, _afterSettleWindow(), 300 * USD, 200 * USD);
    }

    // ------------------------------------------------------------------------------------------------ silent shortfall

    /// @dev There: an auction that finds too little ends as if it had found all. Here what is missing is a number, the auction
    /// stays open for it, and it says so when it closes.
    function test_SilentShortfall_WhatIsMissingIsVisible() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        _settle(auctionId, _one(record));

        Auction memory auction = hub.auction(auctionId);
        assertEq(uint8(auction.status), uint8(AuctionStatus.Open));
        assertEq(auction.debtToCover - auction.debtCovered, 600 * USD);
        assertTrue(hub.clearingState(auctionId).open);
        assertEq(hub.clearingState(auctionId).debtLeft, 600 * USD);
        assertEq(debtToken.balanceOf(address(source)), 400 * USD, "and the source has what it was given collateral for");
        vm.prank(anyone);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.CallerMayNotClose.selector, anyone));
        hub.closeAuction(auctionId);
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.AuctionClosed(auctionId, 400 * USD, auction.collateralTaken);
        source.close(auctionId);
    }

    /// @dev Nothing is settled by half: a source that takes less than it is given undoes the whole exchange.
    function test_SilentShortfall_NothingIsHalfSettled() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord memory record = _arrive(auctionId, planHash, SPOKE_A, fills);
        bytes32 before = keccak256(abi.encode(hub.auction(auctionId), _status(planHash, SPOKE_A)));

        for (uint8 fault = 1; fault <= uint8(FaultySource.Fault.ExchangeReverts); ++fault) {
            source.setFault(FaultySource.Fault(fault));
            vm.expectRevert();
            hub.settle(auctionId, _one(record));
        }
        source.setFault(FaultySource.Fault.None);
        source.setQuote(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.NothingUsable.selector, auctionId));
        hub.settle(auctionId, _one(record));

        assertEq(keccak256(abi.encode(hub.auction(auctionId), _status(planHash, SPOKE_A))), before);
        assertEq(debtToken.balanceOf(address(hub)), 400 * USD);
        assertEq(debtToken.balanceOf(address(source)) + collateralToken.balanceOf(address(hub)), 0);
    }

    /// @dev The source takes 300 of 400: the leg has not ended, and the rest buys later or goes home.
    function test_SilentShortfall_WhatASettlementLeavesIsNotLost() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        Fill[] memory fills = _fills(0, 400 * USD);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, fills));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, fills));
        source.setQuote(300 * USD, 1e18);
        _settle(auctionId, records);
        assertFalse(_status(planHash, SPOKE_A).ended);
        assertEq(debtToken.balanceOf(address(hub)), 100 * USD);
        source.close(auctionId);
        _release(records[0]);
        assertEq(_dispatch(KIND_LEG_REFUNDED, records).amount, 100 * USD);
        assertEq(debtToken.balanceOf(address(hub)), 0);
    }

    // --------------------------------------------------------------------------------------------- no price conversion

    function fixtureDecimals() public pure returns (Decimals[] memory pairs) {
        uint8[3] memory each = [6, 8, 18];
        pairs = new Decimals[](9);
        for (uint256 i = 0; i < 9; ++i) {
            pairs[i] = Decimals(each[i / 3], each[i % 3]);
        }
    }

    /// @dev There: so many units of debt give so many units of collateral, whatever either is worth. Here 300 debt tokens at
    /// 2,000 for one of collateral and a premium of 0.5 % give 0.15075, whatever the tokens' decimals.
    function table_NoPriceConversion_CollateralIsDebtTimesPremiumOverPrice(Decimals memory decimals) public {
        (uint256 debtOne, uint256 collateralOne) = (10 ** decimals.debt, 10 ** decimals.collateral);
        uint256 priceE36 = 2000 * debtOne * 1e36 / collateralOne;
        (FaultySource source_, TestToken debt, TestToken collateral) = _market(decimals, priceE36);
        uint128 amount = uint128(300 * debtOne);

        AuctionId auctionId = source_.open(2, amount, uint128(collateralOne), uint64(block.timestamp + 1 hours));
        vm.roll(block.number + 1);
        Fill[] memory fills = _fills(0, amount);
        PlanHash planHash = _commitIn(2, priceE36, auctionId, _legs(SPOKE_A, fills));
        CapitalFill[] memory drawn = new CapitalFill[](1);
        drawn[0] = CapitalFill(0, 0, amount);
        LegRecord memory record;
        record.message =
            MessageCodec.encodeCapitalDelivered(CapitalDelivered(_legId(planHash, SPOKE_A), auctionId, 2, drawn));
        port.deliver(address(hub), SPOKE_A, address(debt), amount, "message", record.message);
        LegRecord[] memory records = _one(record);
        _settle(auctionId, records);

        assertEq(records[0].results[0].used, amount);
        assertEq(records[0].results[0].collateral, 15_075 * collateralOne / 100_000);
        assertEq(debt.balanceOf(address(source_)), amount);
        // Beside it, the operators' 0.1 %.
        assertEq(collateral.balanceOf(address(hub)), (15_075 + 15) * collateralOne / 100_000);
    }

    // --------------------------------------------------------------------------------------------- open createAuction

    /// @dev There: anyone opens an auction, over whatever amounts. Here a market's source alone.
    function test_OpenCreateAuction_OnlyTheMarketsSourceOpens() public {
        (FaultySource other,,) = _market(Decimals(6, 18), PRICE_E36);
        address[4] memory callers = [anyone, owner, operators[0].addr, address(port)];
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IAuctionHubEvents.CallerNotSource.selector, callers[i], address(source))
            );
            hub.openAuction(MARKET, 1000 * USD, 1e18, uint64(block.timestamp + 1 hours), "ref");
        }
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.CallerNotSource.selector, address(other), address(source))
        );
        other.open(MARKET, 1000 * USD, 1e18, uint64(block.timestamp + 1 hours));
        source.open(MARKET, 1000 * USD, 1e18, uint64(block.timestamp + 1 hours));
    }

    // ------------------------------------------------------------------- what depends on the hub's configuration

    /// @dev Market 2 in basket 2, with tokens of its own.
    function _market(Decimals memory decimals, uint256 priceE36)
        private
        returns (FaultySource source_, TestToken debt, TestToken collateral)
    {
        debt = new TestToken("Debt", "DEBT", decimals.debt, address(this));
        collateral = new TestToken("Collateral", "COLL", decimals.collateral, address(this));
        source_ = new FaultySource(hub, debt, collateral);
        debt.mint(address(port), 1e36);
        collateral.mint(address(source_), 1e36);
        BasketParams memory basket = _basketParams();
        (basket.debtToken, basket.unit) = (address(debt), 1);
        MarketParams memory market = _marketParams();
        (market.basket, market.source, market.collateralToken) = (2, address(source_), address(collateral));
        (market.oracle, market.minLeg) = (address(new SettableOracle(priceE36)), 1);
        vm.startPrank(owner);
        hub.createBasket(2, basket);
        hub.createMarket(2, market);
        hub.setRoute(SPOKE_A, address(debt), Route(address(port), 1, TIMEOUT_SEC));
        hub.setRoute(SPOKE_A, address(collateral), Route(address(port), 1, TIMEOUT_SEC));
        vm.stopPrank();
    }

    function _commitIn(uint32 basket, uint256 priceE36, AuctionId auctionId, Leg[] memory legs)
        private
        returns (PlanHash)
    {
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, legs);
        (plan.basket, plan.prevPlan, plan.priceE36) = (basket, hub.headOf(basket), priceE36);
        hub.commitPlan(plan, snapshot, _sign(plan));
        return _hash(plan);
    }

    function _afterSettleWindow() private view returns (uint256) {
        return block.timestamp + _basketParams().settleWindowSec;
    }

    function _expire(PlanHash planHash) private {
        LegId[] memory legIds = new LegId[](1);
        legIds[0] = _legId(planHash, SPOKE_A);
        hub.expireLegs(legIds);
    }

    /// @dev At that moment anyone releases the leg and sends it home, both fills whole.
    function _expectHome(LegRecord memory record, uint256 at, uint128 first, uint128 second) private {
        vm.warp(at);
        vm.prank(anyone);
        hub.releaseLegs(_one(record));
        RecordingPort.Sent memory sent = _dispatch(KIND_LEG_REFUNDED, _one(record));
        assertEq(sent.peer, SPOKE_A);
        assertEq(sent.token, address(debtToken));
        assertEq(sent.amount, first + second);
        PortReceipt memory receipt = this.receiptOf(sent.payload);
        assertEq(receipt.legs[0].fills[0].amount, first);
        assertEq(receipt.legs[0].fills[1].amount, second);
        assertEq(debtToken.balanceOf(address(hub)), 0);
    }
}
