// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {AuctionHub} from "../../src/hub/AuctionHub.sol";
import {HubEngine} from "../../src/hub/HubEngine.sol";
import {BasketParams, IAuctionHubEvents, LegRecord, MarketParams, Route} from "../../src/interfaces/IAuctionHub.sol";
import {AuctionId, PlanHash} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubParametersTest is HubFixture {
    function test_KeepsWhatTheOwnerSet() public view {
        assertEq(hub.basketParams(BASKET).debtToken, address(debtToken));
        assertEq(hub.basketParams(BASKET).unit, UNIT);
        assertEq(hub.market(MARKET).source, address(source));
        assertEq(hub.market(MARKET).minLeg, 10 * USD);
        assertEq(hub.route(SPOKE_B, address(collateralToken)).unit, 1e10);
        assertEq(hub.route(SPOKE_A, address(debtToken)).timeoutSec, TIMEOUT_SEC);
        assertEq(hub.owner(), owner);
        assertEq(hub.operatorSet(), address(operatorSet));
    }

    /// @dev EIP-170 and EIP-3860; tests do not enforce them by themselves.
    function test_HubAndEngineFitTheSizeLimits() public view {
        assertLe(address(hub).code.length, 24_576);
        assertLe(hub.engine().code.length, 24_576);
        assertLe(type(AuctionHub).creationCode.length + 96, 49_152);
    }

    function test_TheEngineCalledDirectlyKnowsNothing() public {
        AuctionId auctionId = _open(1000 * USD, 1e18);
        PlanHash planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
        LegRecord[] memory records = _one(_arrive(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD)));
        HubEngine engine = HubEngine(hub.engine());
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.AuctionUnknown.selector, auctionId));
        engine.settle(auctionId, records);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegNotArrived.selector, _legId(planHash, SPOKE_A)));
        engine.releaseLegs(records);
        hub.settle(auctionId, records);
    }

    function test_RevertIf_CallerIsNotOwner() public {
        bytes memory expected = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(expected);
        hub.createBasket(2, _basketParams());
        vm.expectRevert(expected);
        hub.createMarket(2, _marketParams());
        vm.expectRevert(expected);
        hub.setRoute(3, address(debtToken), Route(address(port), 1, 1));
    }

    function test_RevertIf_OperatorSetIsZero() public {
        address engine = hub.engine();
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, bytes32("operatorSet"), 0));
        new AuctionHub(owner, address(0), engine);
    }

    function test_RevertIf_TheEngineIsNoContract() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, bytes32("engine"), uint160(anyone))
        );
        new AuctionHub(owner, address(operatorSet), anyone);
    }

    function test_RevertIf_BasketOrMarketExists() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.BasketExists.selector, BASKET));
        hub.createBasket(BASKET, _basketParams());
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.MarketExists.selector, MARKET));
        hub.createMarket(MARKET, _marketParams());
    }

    function test_RevertIf_BasketIsUnknown() public {
        MarketParams memory params = _marketParams();
        params.basket = 9;
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.BasketUnknown.selector, 9));
        hub.createMarket(2, params);
    }

    function test_RevertIf_ABasketParameterIsInvalid() public {
        BasketParams memory params = _basketParams();
        params.debtToken = address(0);
        _refusesBasket(params, "debtToken", 0);
        params = _basketParams();
        params.tierStepBps = 0;
        _refusesBasket(params, "tierStepBps", 0);
        params = _basketParams();
        params.tierCount = 65;
        _refusesBasket(params, "tierCount", 65);
        params.tierCount = 0;
        _refusesBasket(params, "tierCount", 0);
        params = _basketParams();
        params.unit = 0;
        _refusesBasket(params, "unit", 0);
        params = _basketParams();
        params.callWindowSec = 0;
        _refusesBasket(params, "callWindowSec", 0);
        params = _basketParams();
        params.maxSnapshotAgeSec = 0;
        _refusesBasket(params, "maxSnapshotAgeSec", 0);
        params = _basketParams();
        params.settleWindowSec = 0;
        _refusesBasket(params, "settleWindowSec", 0);
    }

    function test_RevertIf_AMarketParameterIsInvalid() public {
        MarketParams memory params = _marketParams();
        params.source = address(0);
        _refusesMarket(params, "source", 0);
        params = _marketParams();
        params.oracle = address(0);
        _refusesMarket(params, "oracle", 0);
        params = _marketParams();
        params.collateralToken = address(0);
        _refusesMarket(params, "collateralToken", 0);
        params.collateralToken = address(debtToken);
        _refusesMarket(params, "collateralToken", uint160(address(debtToken)));
        params = _marketParams();
        params.operatorFeeBps = 10_000;
        _refusesMarket(params, "operatorFeeBps", 10_000);
        params = _marketParams();
        params.maxPremiumBps = 49;
        _refusesMarket(params, "maxPremiumBps", 49);
        params = _marketParams();
        params.priceToleranceBps = 10_000;
        _refusesMarket(params, "priceToleranceBps", 10_000);
        params = _marketParams();
        params.maxDurationSec = 0;
        _refusesMarket(params, "maxDurationSec", 0);
    }

    function test_RevertIf_ARouteParameterIsInvalid() public {
        _refusesRoute(0, Route(address(port), 1, 1), "spoke");
        _refusesRoute(3, Route(address(0), 1, 1), "port");
        _refusesRoute(3, Route(address(port), 0, 1), "unit");
        _refusesRoute(3, Route(address(port), 1, 0), "timeoutSec");
    }

    function _refusesBasket(BasketParams memory params, bytes32 name, uint256 value) private {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, name, value));
        hub.createBasket(2, params);
    }

    function _refusesMarket(MarketParams memory params, bytes32 name, uint256 value) private {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, name, value));
        hub.createMarket(2, params);
    }

    function _refusesRoute(uint32 spoke, Route memory route, bytes32 name) private {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.ParameterInvalid.selector, name, 0));
        hub.setRoute(spoke, address(debtToken), route);
    }
}
