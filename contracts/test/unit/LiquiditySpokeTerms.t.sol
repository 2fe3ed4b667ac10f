// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ISpokeEvents, SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {HUB_PEER, LegId} from "../../src/libraries/Types.sol";
import {LiquiditySpoke} from "../../src/spoke/LiquiditySpoke.sol";
import {LocalPort} from "../../src/ports/LocalPort.sol";
import {SpokeEngine} from "../../src/spoke/SpokeEngine.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

contract LiquiditySpokeTermsTest is SpokeFixture {
    function test_Basket_IsKeptAsGiven() public view {
        assertEq(abi.encode(spoke.basketParams(BASKET)), abi.encode(basketTerms()));
        assertEq(abi.encode(spoke.collateral(HUB_COLLATERAL)), abi.encode(collateralTerms()));
        assertEq(spoke.spokeId(), SPOKE);
        assertEq(address(spoke.operatorSet()), address(operatorSet));
    }

    function test_CreateBasket_SaysSo() public {
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.BasketCreated(2, basketTerms());
        vm.prank(owner);
        spoke.createBasket(2, basketTerms());
    }

    function test_SetCollateral_SaysSo() public {
        vm.expectEmit(address(spoke));
        emit ISpokeEvents.CollateralSet(address(0xC2), collateralTerms());
        vm.prank(owner);
        spoke.setCollateral(address(0xC2), collateralTerms());
    }

    function test_RevertIf_StrangerSetsTerms() public {
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(refused);
        spoke.createBasket(2, basketTerms());
        vm.expectRevert(refused);
        spoke.setCollateral(address(0xC2), collateralTerms());
    }

    function test_RevertIf_BasketExists() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BasketExists.selector, BASKET));
        spoke.createBasket(BASKET, basketTerms());
    }

    function test_RevertIf_BasketParameterInvalid() public {
        SpokeBasket memory terms = basketTerms();
        _expectInvalid("basket", 0);
        spoke.createBasket(0, terms);
        terms.debtToken = address(0);
        _refuse(terms, "debtToken", 0);
        terms.debtToken = address(0xE0A);
        _refuse(terms, "debtToken", 0xE0A);
        terms = basketTerms();
        terms.hubDebtToken = address(0);
        _refuse(terms, "hubDebtToken", 0);
        terms = basketTerms();
        terms.port = address(0xE0A);
        _refuse(terms, "port", 0xE0A);
        terms = basketTerms();
        terms.localDecimals = 7;
        _refuse(terms, "localDecimals", 7);
        terms = basketTerms();
        terms.hubDecimals = 25;
        _refuse(terms, "hubDecimals", 25);
        terms = basketTerms();
        terms.tierStepBps = 0;
        _refuse(terms, "tierStepBps", 0);
        terms = basketTerms();
        terms.tierCount = 0;
        _refuse(terms, "tierCount", 0);
        terms.tierCount = 65;
        _refuse(terms, "tierCount", 65);
        terms = basketTerms();
        terms.unit = 0;
        _refuse(terms, "unit", 0);
        terms.unit = 2 ** 92 + 1;
        _refuse(terms, "unit", 2 ** 92 + 1);
        terms = basketTerms();
        terms.minBid = 0;
        _refuse(terms, "minBid", 0);
    }

    function test_RevertIf_CollateralExists() public {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CollateralExists.selector, HUB_COLLATERAL));
        spoke.setCollateral(HUB_COLLATERAL, collateralTerms());
    }

    /// @dev Else the owner's key could have a port of its own say that debt tokens came home as collateral, and drain what
    /// others stand by with.
    function test_RevertIf_TokenGetsASecondPort() public {
        LocalPort second = new LocalPort(owner);
        SpokeCollateral memory fake = collateralTerms();
        (fake.token, fake.localDecimals, fake.port) = (address(debt), debtDecimals(), address(second));
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ISpokeEvents.PortMismatch.selector, address(debt), address(port), address(second))
        );
        spoke.setCollateral(address(0xC2), fake);
        SpokeBasket memory terms = basketTerms();
        terms.port = address(second);
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(ISpokeEvents.PortMismatch.selector, address(debt), address(port), address(second))
        );
        spoke.createBasket(2, terms);
    }

    /// @dev A hub token with 18 decimals, 6 here: a unit below 1e12 could not be paid.
    function test_RevertIf_UnitIsNotWholeInLocalUnits() public {
        SpokeBasket memory terms = basketTerms();
        terms.hubDecimals = 18;
        terms.unit = 1e11;
        terms.minBid = 1e18;
        _refuse(terms, "unit", 1e11);
        terms.unit = 1e12 + 1;
        _refuse(terms, "unit", 1e12 + 1);
        terms.unit = 1e12;
        vm.prank(owner);
        spoke.createBasket(2, terms);
    }

    function test_RevertIf_CollateralParameterInvalid() public {
        SpokeCollateral memory terms = collateralTerms();
        _expectInvalid("hubToken", 0);
        spoke.setCollateral(address(0), terms);
        terms.token = address(0);
        _refuse(terms, "token", 0);
        terms = collateralTerms();
        terms.port = address(0);
        _refuse(terms, "port", 0);
        terms = collateralTerms();
        terms.localDecimals = 6;
        _refuse(terms, "localDecimals", 6);
        terms = collateralTerms();
        terms.hubDecimals = 37;
        _refuse(terms, "hubDecimals", 37);
    }

    function test_RevertIf_ConstructedWithZeros() public {
        bytes4 invalid = ISpokeEvents.ParameterInvalid.selector;
        (address engine, address views) = (spoke.engine(), spoke.views());
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("spokeId"), uint256(HUB_PEER)));
        new LiquiditySpoke(owner, HUB_PEER, HUB_CHAIN, address(hub), address(operatorSet), engine, views);
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("hubChainId"), uint256(0)));
        new LiquiditySpoke(owner, SPOKE, 0, address(hub), address(operatorSet), engine, views);
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("hub"), uint256(0)));
        new LiquiditySpoke(owner, SPOKE, HUB_CHAIN, address(0), address(operatorSet), engine, views);
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("operatorSet"), uint256(0)));
        new LiquiditySpoke(owner, SPOKE, HUB_CHAIN, address(hub), address(0), engine, views);
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("engine"), uint256(0xE0A)));
        new LiquiditySpoke(owner, SPOKE, HUB_CHAIN, address(hub), address(operatorSet), address(0xE0A), views);
        vm.expectRevert(abi.encodeWithSelector(invalid, bytes32("views"), uint256(0xE0A)));
        new LiquiditySpoke(owner, SPOKE, HUB_CHAIN, address(hub), address(operatorSet), engine, address(0xE0A));
    }

    /// @dev The code that runs on the spoke's state knows no port, no basket and no bid of its own.
    function test_RevertIf_TheEngineIsCalledDirectly() public {
        SpokeEngine engine = SpokeEngine(spoke.engine());
        vm.prank(address(port));
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.CallerNotPort.selector, address(port)));
        engine.onPortDelivery(HUB_PEER, address(collateral), 1, 0, "");
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BasketUnknown.selector, BASKET));
        engine.finalizeCalls(BASKET, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BasketUnknown.selector, BASKET));
        engine.skipCall(BASKET, 0, LegId.wrap(0));
        bytes memory unknown = abi.encodeWithSelector(ISpokeEvents.BidUnknown.selector, 1);
        vm.expectRevert(unknown);
        engine.requestWithdraw(1, 1);
        vm.expectRevert(unknown);
        engine.withdraw(1);
        vm.expectRevert(unknown);
        engine.rebid(1, 0, 0, 0);
        vm.expectRevert(unknown);
        engine.claimSkipped(1, 0, 2);
    }

    /// @dev What the spoke does not have itself its views answer, and they can change nothing.
    function test_RevertIf_UnknownFunctionIsCalled() public {
        (bool done,) = address(spoke).call(abi.encodeWithSignature("drain()"));
        assertFalse(done);
        vm.deal(address(this), 1);
        (done,) = address(spoke).call{value: 1}("");
        assertFalse(done, "nor does it take native tokens");
    }

    function test_RevertIf_BucketsDoNotFit() public {
        SpokeBasket memory terms = basketTerms();
        terms.activationDelaySec = 0;
        _refuse(terms, "activationDelaySec", 0);
        terms.activationDelaySec = 14 * 60 + 1;
        _refuse(terms, "activationDelaySec", 14 * 60 + 1);
        terms = basketTerms();
        terms.activationBucketSec = 0;
        _refuse(terms, "activationDelaySec", 300);
        terms = basketTerms();
        terms.noticeSec = 0;
        _refuse(terms, "noticeSec", 0);
        terms.noticeSec = 14 * 600 + 1;
        _refuse(terms, "noticeSec", 14 * 600 + 1);
        terms = basketTerms();
        terms.exitBucketSec = 0;
        _refuse(terms, "noticeSec", 3600);
        terms = basketTerms();
        terms.callTimeoutSec = 0;
        _refuse(terms, "callTimeoutSec", 0);
        terms = basketTerms();
        terms.maxInFlight = 0;
        _refuse(terms, "maxInFlight", 0);
    }

    function test_MaxInFlight_AboveWhatCouldEverFlyIsNoLimit() public {
        vm.prank(owner);
        spoke.setMaxInFlight(BASKET, type(uint128).max);
        assertEq(spoke.basketParams(BASKET).maxInFlight, type(uint96).max);
    }

    function test_RevertIf_MaxInFlightIsSetWrongly() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        spoke.setMaxInFlight(BASKET, 1);
        _expectInvalid("maxInFlight", 0);
        spoke.setMaxInFlight(BASKET, 0);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.BasketUnknown.selector, 9));
        spoke.setMaxInFlight(9, 1);
    }

    function test_CollateralTokens_AreListedOnce() public {
        vm.startPrank(owner);
        spoke.setCollateral(address(0xC2), collateralTerms());
        vm.stopPrank();
        address[] memory tokens = spoke.collateralTokens();
        assertEq(tokens.length, 1, "two hub tokens, one here");
        assertEq(tokens[0], address(collateral));
    }

    function test_RevertIf_FinalizingOutsideTheLadder() public {
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.TierOutOfLadder.selector, 30, 30));
        spoke.finalizeCalls(BASKET, 30, 1);
    }

    function _refuse(SpokeBasket memory terms, bytes32 name, uint256 value) private {
        _expectInvalid(name, value);
        spoke.createBasket(2, terms);
    }

    function _refuse(SpokeCollateral memory terms, bytes32 name, uint256 value) private {
        _expectInvalid(name, value);
        spoke.setCollateral(address(0xC2), terms);
    }

    function _expectInvalid(bytes32 name, uint256 value) private {
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.ParameterInvalid.selector, name, value));
    }
}
