// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {TestToken} from "../../src/devnet/TestToken.sol";
import {BasketParams, IAuctionHubEvents, LegRecord, MarketParams, Route} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, Fill, KIND_LEG_REFUNDED, Plan, Snapshot} from "../../src/libraries/Types.sol";
import {FaultySource} from "../mocks/FaultySource.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

/// @dev Hostile: keeps one unit of what one account sends, and of nothing else.
contract FeeFromOneToken is ERC20("Short", "SHORT") {
    address public payer;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setPayer(address payer_) external {
        payer = payer_;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == payer && to != address(0)) super._update(to, address(0), 1);
    }
}

/// @notice Tokens that come short on one way inside the hub only: every way is measured, and the leg stays to be released.
contract AuctionHubTokensTest is HubFixture {
    uint32 private constant HOSTILE_BASKET = 2;
    uint32 private constant HOSTILE_MARKET = 2;
    FeeFromOneToken private token;

    function setUp() public override {
        super.setUp();
        token = new FeeFromOneToken();
    }

    /// @dev A leg of 100 of the market has arrived, and `token` has begun to keep what `payer` sends.
    function _arrived(uint32 basket, address debt, address collateral, address payer)
        private
        returns (AuctionId auctionId, LegRecord memory record)
    {
        FaultySource hostile = new FaultySource(hub, TestToken(debt), TestToken(collateral));
        token.mint(address(hostile), 1e24);
        token.mint(address(port), 1e24);
        MarketParams memory params = _marketParams();
        (params.basket, params.source, params.collateralToken) = (basket, address(hostile), collateral);
        vm.startPrank(owner);
        collateralToken.mint(address(hostile), 1e24);
        if (basket == HOSTILE_BASKET) {
            BasketParams memory terms = _basketParams();
            terms.debtToken = debt;
            hub.createBasket(HOSTILE_BASKET, terms);
        }
        hub.createMarket(HOSTILE_MARKET, params);
        hub.setRoute(SPOKE_A, address(token), Route(address(port), UNIT, TIMEOUT_SEC));
        vm.stopPrank();

        auctionId = hostile.open(HOSTILE_MARKET, 100 * USD, 1e18, uint64(block.timestamp + 1 hours));
        vm.roll(block.number + 1);
        Fill[] memory fills = _fills(0, 100 * USD);
        (Plan memory plan, Snapshot memory snapshot) = _plan(auctionId, _legs(SPOKE_A, fills));
        (plan.basket, plan.prevPlan) = (basket, hub.headOf(basket));
        hub.commitPlan(plan, snapshot, _sign(plan));
        record.message = _message(basket, auctionId, _hash(plan), SPOKE_A, fills);
        port.deliver(address(hub), SPOKE_A, debt, 100 * USD, bytes32(uint256(1)), record.message);
        token.setPayer(payer);
    }

    function test_RevertIf_CollateralComesShortFromTheVault() public {
        (AuctionId auctionId, LegRecord memory record) =
            _arrived(BASKET, address(debtToken), address(token), hub.vault());
        uint256 expected = 0.05025e18 + 0.00005e18;
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.TransferMismatch.selector, address(token), expected, expected - 1)
        );
        hub.settle(auctionId, _one(record));
        _staysToBeReleased(record);
    }

    function test_RevertIf_DebtComesShortAtTheVault() public {
        (AuctionId auctionId, LegRecord memory record) =
            _arrived(HOSTILE_BASKET, address(token), address(collateralToken), address(hub));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuctionHubEvents.TransferMismatch.selector, address(token), 100 * USD, 100 * USD - 1
            )
        );
        hub.settle(auctionId, _one(record));
        token.setPayer(address(0));
        _staysToBeReleased(record);
    }

    function _staysToBeReleased(LegRecord memory record) private {
        vm.warp(block.timestamp + 3600);
        _release(record);
        _dispatch(KIND_LEG_REFUNDED, _one(record));
    }

    /// @dev Attack: a source uses up all the gas that it is asked with. It stops its own auction alone, and holds nothing.
    function test_ASourceThatBurnsAllGasHindersItselfAlone() public {
        FaultySource honest = new FaultySource(hub, debtToken, collateralToken);
        MarketParams memory params = _marketParams();
        params.source = address(honest);
        vm.startPrank(owner);
        collateralToken.mint(address(honest), 1e24);
        hub.createMarket(HOSTILE_MARKET, params);
        vm.stopPrank();
        Fill[] memory fills = _fills(0, 100 * USD);
        AuctionId held = _open(100 * USD, 1e18);
        LegRecord memory heldRecord = _arrive(held, _commit(held, _legs(SPOKE_A, fills)), SPOKE_A, fills);
        AuctionId other = honest.open(HOSTILE_MARKET, 100 * USD, 1e18, uint64(block.timestamp + 1 hours));
        vm.roll(block.number + 1);
        LegRecord memory otherRecord = _arrive(other, _commit(other, _legs(SPOKE_B, fills)), SPOKE_B, fills);

        source.setFault(FaultySource.Fault.BurnsGas);
        vm.expectRevert();
        hub.settle{gas: 3_000_000}(held, _one(heldRecord));
        hub.settle(other, _one(otherRecord));
        _staysToBeReleased(heldRecord);
    }
}
