// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test, Vm} from "forge-std/Test.sol";

import {TestToken} from "../../../src/devnet/TestToken.sol";
import {AuctionHub} from "../../../src/hub/AuctionHub.sol";
import {HubEngine} from "../../../src/hub/HubEngine.sol";
import {OperatorSet} from "../../../src/hub/OperatorSet.sol";
import {EscrowSource} from "../../../src/hub/sources/EscrowSource.sol";
import {ExampleLender} from "../../../src/hub/sources/ExampleLender.sol";
import {BasketParams, MarketParams, Route} from "../../../src/interfaces/IAuctionHub.sol";
import {ILiquiditySpoke, SpokeBasket, SpokeCollateral} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {HUB_PEER} from "../../../src/libraries/Types.sol";
import {LocalPort} from "../../../src/ports/LocalPort.sol";
import {newSpoke} from "../../fixtures/NewSpoke.sol";
import {SettableOracle} from "../../mocks/SettableOracle.sol";
import {TestBridgePort} from "./TestBridgePort.sol";

/// @notice A whole world in one chain: the real hub, three real spokes with tokens of 6, 8 and 18 decimals, the real operator
/// sets and both sources. The first spoke is on the hub's chain, behind a real `LocalPort`; the others are behind simulated transports.
/// @dev All tokens are minted here, once, to this contract, which hands them out.
abstract contract WorldFixture is Test {
    /// @param hubEnd,spokeEnd The transport; zero for the spoke on the hub's chain.
    struct Site {
        ILiquiditySpoke spoke;
        OperatorSet operatorSet;
        TestToken debt;
        TestToken[2] collateral;
        TestBridgePort hubEnd;
        TestBridgePort spokeEnd;
        uint8 debtDecimals;
        uint8[2] collateralDecimals;
        uint128[2] collateralUnit;
    }

    uint32 internal constant BASKET = 1;
    uint32 internal constant ESCROW_MARKET = 1;
    uint32 internal constant LENDER_MARKET = 2;
    uint256 internal constant SITES = 3;
    uint256 internal constant TIER_STEP_BPS = 50;
    uint16 internal constant FEE_BPS = 10;
    uint32 internal constant CALL_WINDOW_SEC = 120;
    uint32 internal constant SETTLE_WINDOW_SEC = 600;
    uint32 internal constant TIMEOUT_SEC = 300;
    uint32 internal constant CALL_TIMEOUT_SEC = 1500;
    uint256 internal constant STOCK = 1e33;
    uint8[2] internal hubCollateralDecimals = [18, 8];

    address internal owner = makeAddr("owner");
    address internal relayer = makeAddr("relayer");
    address internal seller = makeAddr("seller");
    address[3] internal lps = [makeAddr("lp one"), makeAddr("lp two"), makeAddr("lp three")];
    address[2] internal borrowers = [makeAddr("borrower one"), makeAddr("borrower two")];

    uint128 internal unit;
    TestToken internal debtToken;
    TestToken[2] internal collateralTokens;
    SettableOracle[2] internal oracles;
    OperatorSet internal operatorSet;
    AuctionHub internal hub;
    EscrowSource internal escrow;
    ExampleLender internal lender;
    LocalPort internal localPort;
    Site[] internal sites;
    Vm.Wallet[] internal operators;

    function hubDecimals() internal pure virtual returns (uint8);
    function siteDecimals() internal pure virtual returns (uint8[3] memory);

    function setUp() public virtual {
        vm.roll(1000);
        vm.warp(1_700_000_000);
        // Six decimals travel; with more on the hub a unit is a step of the coarsest spoke.
        unit = uint128(10 ** (hubDecimals() - 6));
        debtToken = _token(hubDecimals());
        for (uint256 k; k < 2; ++k) {
            collateralTokens[k] = _token(hubCollateralDecimals[k]);
            oracles[k] = new SettableOracle(_basePriceE36(k));
        }
        _makeOperators();
        operatorSet = _newOperatorSet();
        hub = new AuctionHub(owner, address(operatorSet), address(new HubEngine()));
        _makeMarkets();
        localPort = new LocalPort(owner);
        vm.prank(owner);
        localPort.setReceiver(address(hub));
        uint8[3] memory decimals = siteDecimals();
        _addLocalSite();
        _addRemoteSite(2, decimals[1], [8, 8], [uint128(1e10), 1]);
        _addRemoteSite(3, decimals[2], [18, 18], [uint128(1e12), 100]);
        vm.roll(1001);
    }

    /// @dev Debt units for one smallest unit of collateral: 2000 dollars a token of the first, 60,000 of the second.
    function _basePriceE36(uint256 k) internal view returns (uint256) {
        uint256 dollars = k == 0 ? 2000 : 60_000;
        return dollars * 10 ** hubDecimals() * 1e36 / 10 ** hubCollateralDecimals[k];
    }

    function _token(uint8 decimals) private returns (TestToken token) {
        token = new TestToken("Token", "TOK", decimals, address(this));
        token.mint(address(this), 100 * STOCK);
    }

    // -------------------------------------------------------------------------------------------------- operators

    /// @dev Set 1: two of three; set 2: one alone.
    function _makeOperators() private {
        Vm.Wallet[3] memory wallets = [vm.createWallet("one"), vm.createWallet("two"), vm.createWallet("three")];
        for (uint256 i; i < 3; ++i) {
            for (uint256 k; k + 1 < 3 - i; ++k) {
                if (wallets[k].addr > wallets[k + 1].addr) (wallets[k], wallets[k + 1]) = (wallets[k + 1], wallets[k]);
            }
        }
        for (uint256 i; i < 3; ++i) {
            operators.push(wallets[i]);
        }
    }

    function _newOperatorSet() private returns (OperatorSet set) {
        set = new OperatorSet(owner);
        address[] memory three = new address[](3);
        for (uint256 i; i < 3; ++i) {
            three[i] = operators[i].addr;
        }
        address[] memory alone = new address[](1);
        alone[0] = operators[0].addr;
        vm.startPrank(owner);
        set.addSet(1, three, 2);
        set.addSet(2, alone, 1);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------------------------------------------- markets

    function _makeMarkets() private {
        escrow = new EscrowSource(address(hub), ESCROW_MARKET);
        lender = new ExampleLender(
            owner,
            address(hub),
            LENDER_MARKET,
            address(collateralTokens[1]),
            address(debtToken),
            address(oracles[1]),
            7000,
            8000,
            3000
        );
        vm.startPrank(owner);
        hub.createBasket(
            BASKET,
            BasketParams({
                debtToken: address(debtToken),
                tierStepBps: uint16(TIER_STEP_BPS),
                tierCount: 30,
                unit: unit,
                callWindowSec: CALL_WINDOW_SEC,
                maxSnapshotAgeSec: 120,
                settleWindowSec: SETTLE_WINDOW_SEC,
                feeGraceSec: 300
            })
        );
        hub.createMarket(ESCROW_MARKET, _market(address(escrow), 0));
        hub.createMarket(LENDER_MARKET, _market(address(lender), 1));
        vm.stopPrank();
        debtToken.transfer(owner, STOCK);
        vm.startPrank(owner);
        debtToken.approve(address(lender), STOCK);
        lender.supply(STOCK);
        vm.stopPrank();
    }

    function _market(address source, uint256 k) private view returns (MarketParams memory) {
        return MarketParams({
            basket: BASKET,
            source: source,
            collateralToken: address(collateralTokens[k]),
            oracle: address(oracles[k]),
            operatorFeeBps: FEE_BPS,
            maxPremiumBps: 1000,
            priceToleranceBps: 200,
            maxDurationSec: 1 days,
            minLeg: unit,
            // So that it binds now and then.
            maxInFlight: 3e10 * unit
        });
    }

    // ------------------------------------------------------------------------------------------------------ sites

    function _addLocalSite() private {
        Site storage site = sites.push();
        site.spoke = newSpoke(owner, 1, block.chainid, address(hub), address(operatorSet));
        (site.operatorSet, site.debt, site.debtDecimals) = (operatorSet, debtToken, hubDecimals());
        for (uint256 k; k < 2; ++k) {
            site.collateral[k] = collateralTokens[k];
            (site.collateralDecimals[k], site.collateralUnit[k]) = (hubCollateralDecimals[k], 1);
        }
        vm.prank(owner);
        localPort.setSpoke(1, address(site.spoke));
        _configure(site, address(localPort), address(localPort));
    }

    function _addRemoteSite(
        uint32 id,
        uint8 debtDecimals,
        uint8[2] memory collateralDecimals,
        uint128[2] memory collateralUnit
    ) private {
        Site storage site = sites.push();
        site.operatorSet = _newOperatorSet();
        site.spoke = newSpoke(owner, id, block.chainid, address(hub), address(site.operatorSet));
        site.hubEnd = new TestBridgePort(owner, id);
        site.spokeEnd = new TestBridgePort(owner, HUB_PEER);
        site.debtDecimals = debtDecimals;
        site.debt = _token(debtDecimals);
        for (uint256 k; k < 2; ++k) {
            (site.collateralDecimals[k], site.collateralUnit[k]) = (collateralDecimals[k], collateralUnit[k]);
            site.collateral[k] = _token(collateralDecimals[k]);
        }
        vm.startPrank(owner);
        site.hubEnd.setReceiver(address(hub));
        site.spokeEnd.setReceiver(address(site.spoke));
        site.hubEnd.link(site.spokeEnd);
        site.spokeEnd.link(site.hubEnd);
        vm.stopPrank();
        _lane(site, debtToken, site.debt, unit);
        _lane(site, collateralTokens[0], site.collateral[0], collateralUnit[0]);
        _lane(site, collateralTokens[1], site.collateral[1], collateralUnit[1]);
        _configure(site, address(site.hubEnd), address(site.spokeEnd));
    }

    function _lane(Site storage site, TestToken hubToken, TestToken localToken, uint256 granularity) private {
        (uint256 hubOne, uint256 localOne) = (10 ** hubToken.decimals(), 10 ** localToken.decimals());
        TestBridgePort.Lane memory out = TestBridgePort.Lane(address(localToken), granularity, localOne, hubOne);
        uint256 granularityLocal = granularity * localOne / hubOne;
        TestBridgePort.Lane memory home = TestBridgePort.Lane(address(hubToken), granularityLocal, hubOne, localOne);
        vm.startPrank(owner);
        site.hubEnd.setLane(address(hubToken), out);
        site.spokeEnd.setLane(address(localToken), home);
        vm.stopPrank();
        hubToken.transfer(address(site.hubEnd), STOCK);
        localToken.transfer(address(site.spokeEnd), STOCK);
    }

    function _configure(Site storage site, address hubPort, address spokePort) private {
        uint32 id = uint32(sites.length);
        vm.startPrank(owner);
        site.spoke.createBasket(BASKET, _spokeBasket(site, spokePort));
        hub.setRoute(id, address(debtToken), Route(hubPort, unit, TIMEOUT_SEC));
        for (uint256 k; k < 2; ++k) {
            hub.setRoute(id, address(collateralTokens[k]), Route(hubPort, site.collateralUnit[k], 1));
            site.spoke
                .setCollateral(
                    address(collateralTokens[k]),
                    SpokeCollateral({
                        token: address(site.collateral[k]),
                        port: spokePort,
                        localDecimals: site.collateralDecimals[k],
                        hubDecimals: hubCollateralDecimals[k]
                    })
                );
        }
        vm.stopPrank();
    }

    function _spokeBasket(Site storage site, address port) private view returns (SpokeBasket memory) {
        return SpokeBasket({
            debtToken: address(site.debt),
            hubDebtToken: address(debtToken),
            port: port,
            localDecimals: site.debtDecimals,
            hubDecimals: hubDecimals(),
            tierStepBps: uint16(TIER_STEP_BPS),
            tierCount: 30,
            unit: unit,
            minBid: unit,
            activationDelaySec: 300,
            activationBucketSec: 60,
            noticeSec: 600,
            exitBucketSec: 300,
            callTimeoutSec: CALL_TIMEOUT_SEC,
            // One spoke's limit is often reached, the others' never.
            maxInFlight: sites.length == 3 ? 5e11 * unit : type(uint96).max
        });
    }
}
