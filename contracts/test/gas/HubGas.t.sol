// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DevnetPriceFeed} from "../../src/devnet/DevnetPriceFeed.sol";
import {ChainlinkOracle} from "../../src/hub/ChainlinkOracle.sol";
import {EscrowSource} from "../../src/hub/sources/EscrowSource.sol";
import {IAuctionHubEvents, LegRecord, MarketParams, Route} from "../../src/interfaces/IAuctionHub.sol";
import {ILiquiditySpoke, SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {PlanHashing} from "../../src/libraries/PlanHash.sol";
import {
    AuctionId,
    Fill,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    Leg,
    Plan,
    PlanHash,
    PlanHeader,
    Snapshot,
    SpokeBlock
} from "../../src/libraries/Types.sol";
import {LocalPort} from "../../src/ports/LocalPort.sol";
import {Vm} from "forge-std/Test.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";
import {newSpoke} from "../fixtures/NewSpoke.sol";
import {Crowd} from "./Crowd.sol";
import {GasBench} from "./GasBench.sol";

/// @notice What relayers pay on the hub: a market of the escrow source and a Chainlink feed, two signatures a plan, legs of
/// one fill unless a test says otherwise.
/// @dev Spokes 11 to 18 are real ones behind a real `LocalPort`, which delivers within the transaction. Spokes 21 to 28 have a
/// port that takes the tokens and sends nothing: what the hub itself costs.
/// forge-config: default.isolate = true
contract HubGasTest is HubFixture, GasBench {
    uint32 private constant ESCROW_MARKET = 2;
    uint32 private constant LOCAL = 11;
    uint32 private constant SILENT = 21;
    uint32 private constant SPOKES = 8;
    uint128 private constant DRAW = 1_000 * USD;
    uint256 private constant PAUSE_BETWEEN_AUCTIONS_SEC = 60;

    LocalPort private _local;
    SilentPort private _silent;
    EscrowSource private _escrow;
    mapping(uint32 spokeId => ILiquiditySpoke) private _spokes;

    function setUp() public override {
        super.setUp();
        _local = new LocalPort(owner);
        _silent = new SilentPort();
        vm.prank(owner);
        _local.setReceiver(address(hub));
        _createMarket();
        for (uint32 i = 0; i < SPOKES; ++i) {
            _setRoutes(SILENT + i, address(_silent));
            _setRoutes(LOCAL + i, address(_local));
            _createSpoke(LOCAL + i);
        }
        // What other auctions leave behind: nobody's balance or counter is the first of its kind.
        _mint(address(_silent), 1_000_000_000 * USD);
        _mint(address(operatorSet), 1);
        _mint(hub.vault(), 1);
        _mint(address(hub), 1);
        _wholeAuction(LOCAL, 1);
        _wholeAuction(SILENT, 1);
    }

    // ----------------------------------------------------------------------------------------------- opening

    function test_OpenAuction() public measuring {
        _openEscrow(DRAW);
        measured("openAuction", "source=escrow");
    }

    function test_CommitPlan() public measuring {
        for (uint32 legs = 1; legs <= 8; legs = legs == 1 ? 3 : legs + 5) {
            _commitTo(_openEscrow(DRAW * legs), SILENT, legs, 1);
            measured("commitPlan", size("legs", legs));
        }
        _commitTo(_openEscrow(DRAW * 8), SILENT, 1, 8);
        measured("commitPlan, one leg", size("fills", 8));
    }

    // ----------------------------------------------------------------------------------------------- arrival

    /// @dev By the port itself, so that nothing of a bridge is in it; the tokens are there. The second figure leaves out
    /// what the bridge's transaction pays anyway: the first 21,000 and the message's bytes as calldata.
    function test_Arrival() public measuring {
        uint8[3] memory counts = [1, 8, 64];
        for (uint256 i = 0; i < 3; ++i) {
            uint8 fills = counts[i];
            Fill[] memory drawn = _tiers(0, fills, UNIT);
            bytes memory message = _message(AuctionId.wrap("auction"), PlanHash.wrap(bytes32(i + 1)), SILENT, drawn);
            bytes memory delivery =
                abi.encodeCall(hub.onPortDelivery, (SILENT, address(debtToken), _sum(drawn), "id", message));
            vm.prank(address(_silent));
            (bool done,) = address(hub).call(delivery);
            assertTrue(done);
            uint256 used = measured("arrival at the hub, as a transaction", size("fills", fills));
            takeDown("arrival at the hub, without the bridge", size("fills", fills), used - _intrinsic(delivery));
        }
    }

    /// @dev The other side's work is in it: a spoke's call is, through `LocalPort`, also the hub's arrival.
    function test_CallThroughLocalPort() public measuring {
        for (uint8 fills = 1; fills <= 8; fills *= 8) {
            (Plan memory plan,) = _commitTo(_openEscrow(DRAW * fills), LOCAL, 1, fills);
            _call(plan, 0);
            measured("callCapital through LocalPort, with the arrival", size("tiers", fills));
        }
    }

    // -------------------------------------------------------------------------------------------- settlement

    function test_Settle() public measuring {
        for (uint32 legs = 1; legs <= 8; legs = legs == 1 ? 3 : legs + 5) {
            (AuctionId auctionId, LegRecord[] memory records) = _arrived(SILENT, legs, legs, 1);
            hub.settle(auctionId, records);
            measured("settle", size("legs", legs));
        }
        (AuctionId id, LegRecord[] memory one) = _arrived(SILENT, 1, 1, 8);
        hub.settle(id, one);
        measured("settle, one leg", size("fills", 8));
        (id, one) = _arrived(SILENT, 1, 8, 1);
        hub.settle(id, one);
        measured("settle, one leg", size("waiting", 7));
    }

    function test_ReleaseLegs() public measuring {
        for (uint32 legs = 1; legs <= 8; legs = legs == 1 ? 3 : legs + 5) {
            (, LegRecord[] memory records) = _arrived(SILENT, legs, legs, 1);
            vm.warp(block.timestamp + 1 hours);
            hub.releaseLegs(records);
            measured("releaseLegs", size("legs", legs));
        }
    }

    function test_DispatchReceipts() public measuring {
        for (uint8 fills = 1; fills <= 8; fills *= 8) {
            _dispatchCollateral(SILENT, fills);
            measured("dispatchReceipts, collateral", size("fills", fills));
            _dispatchRefund(SILENT, fills);
            measured("dispatchReceipts, refund", size("fills", fills));
            _dispatchCollateral(LOCAL, fills);
            measured("dispatchReceipts, collateral, through LocalPort, with the crediting", size("fills", fills));
        }
    }

    // ---------------------------------------------------------------------------------------------- set up

    function _createMarket() private {
        vm.startPrank(owner);
        DevnetPriceFeed feed = new DevnetPriceFeed("ETH / USD", 8, 2000e8, owner);
        vm.stopPrank();
        _escrow = new EscrowSource(address(hub), ESCROW_MARKET);
        MarketParams memory terms = _marketParams();
        (terms.source, terms.oracle) =
        (address(_escrow), address(new ChainlinkOracle(address(feed), 18, 6, 365 days, address(0), 0)));
        vm.prank(owner);
        hub.createMarket(ESCROW_MARKET, terms);
        _mint(address(this), 1_000_000e18);
        collateralToken.approve(address(_escrow), type(uint256).max);
    }

    function _setRoutes(uint32 spoke, address port_) private {
        vm.startPrank(owner);
        hub.setRoute(spoke, address(debtToken), Route(port_, UNIT, TIMEOUT_SEC));
        hub.setRoute(spoke, address(collateralToken), Route(port_, 1, TIMEOUT_SEC));
        vm.stopPrank();
    }

    function _createSpoke(uint32 spokeId) private {
        ILiquiditySpoke spoke = newSpoke(owner, spokeId, block.chainid, address(hub), address(operatorSet));
        _spokes[spokeId] = spoke;
        vm.startPrank(owner);
        _local.setSpoke(spokeId, address(spoke));
        spoke.createBasket(
            BASKET,
            SpokeBasket({
                debtToken: address(debtToken),
                hubDebtToken: address(debtToken),
                port: address(_local),
                localDecimals: 6,
                hubDecimals: 6,
                tierStepBps: 50,
                tierCount: 30,
                unit: UNIT,
                minBid: UNIT,
                activationDelaySec: 300,
                activationBucketSec: 60,
                noticeSec: 3600,
                exitBucketSec: 600,
                callTimeoutSec: 1 days,
                maxInFlight: type(uint96).max
            })
        );
        spoke.setCollateral(
            address(collateralToken), SpokeCollateral(address(collateralToken), address(_local), 18, 18)
        );
        vm.stopPrank();
        for (uint8 tier = 0; tier < 8; ++tier) {
            Crowd crowd = new Crowd();
            _mint(address(crowd), 100 * DRAW);
            crowd.placeBids(spoke, debtToken, BASKET, tier, 10 * DRAW, 10);
        }
        vm.warp(block.timestamp + 360);
    }

    /// @dev So much of both tokens.
    function _mint(address to, uint256 amount) private {
        vm.startPrank(owner);
        debtToken.mint(to, amount);
        collateralToken.mint(to, amount);
        vm.stopPrank();
    }

    /// @dev Leaves every leg's route, pool and spoke used.
    function _wholeAuction(uint32 firstSpoke, uint8 fills) private {
        (AuctionId auctionId, LegRecord[] memory records) = _arrived(firstSpoke, SPOKES, SPOKES, fills);
        _settle(auctionId, records);
        for (uint256 i = 0; i < records.length; ++i) {
            hub.dispatchReceipts(KIND_LEG_SETTLED, _one(records[i]), address(this));
        }
    }

    // ------------------------------------------------------------------------------------------------- steps

    function _openEscrow(uint128 debtToCover) private returns (AuctionId auctionId) {
        vm.warp(block.timestamp + PAUSE_BETWEEN_AUCTIONS_SEC);
        auctionId = _escrow.open(debtToCover, 100e18, uint64(block.timestamp + 12 hours), "ref");
        vm.roll(block.number + 1);
    }

    /// @dev `amount` from each of `count` tiers from `tier` on.
    function _tiers(uint8 tier, uint8 count, uint128 amount) private pure returns (Fill[] memory fills) {
        fills = new Fill[](count);
        for (uint8 i = 0; i < count; ++i) {
            fills[i] = Fill(tier + i, amount);
        }
    }

    /// @dev Commits a plan of `legs` legs to spokes from `firstSpoke` on, each of so many fills.
    function _commitTo(AuctionId auctionId, uint32 firstSpoke, uint32 legs, uint8 fills)
        private
        returns (Plan memory plan, PlanHash planHash)
    {
        Leg[] memory planned = new Leg[](legs);
        Snapshot memory snapshot;
        for (uint32 i = 0; i < legs; ++i) {
            planned[i] = Leg(firstSpoke + i, _tiers(0, fills, DRAW));
        }
        (plan, snapshot) = _plan(auctionId, planned);
        snapshot.spokes = new SpokeBlock[](legs);
        for (uint32 i = 0; i < legs; ++i) {
            snapshot.spokes[i] = SpokeBlock(firstSpoke + i, uint64(block.number), keccak256(abi.encode(i)));
        }
        plan.snapshotHash = PlanHashing.snapshotHash(snapshot);
        planHash = _hash(plan);
        hub.commitPlan(plan, snapshot, _sign(plan));
    }

    function _call(Plan memory plan, uint256 index) private {
        bytes32[] memory legHashes = new bytes32[](plan.legs.length);
        for (uint256 i = 0; i < legHashes.length; ++i) {
            legHashes[i] = PlanHashing.hashLeg(plan.legs[i]);
        }
        PlanHeader memory header = PlanHeader({
            auctionId: plan.auctionId,
            round: plan.round,
            basket: plan.basket,
            prevPlan: plan.prevPlan,
            priceE36: plan.priceE36,
            snapshotHash: plan.snapshotHash,
            callBy: plan.callBy,
            operatorSetId: plan.operatorSetId
        });
        bytes[] memory signatures = _sign(plan);
        _spokes[plan.legs[index].spoke].callCapital(header, legHashes, plan.legs[index], signatures, address(this));
    }

    /// @dev An auction with `committed` legs, the first `legs` of which have arrived.
    function _arrived(uint32 firstSpoke, uint32 legs, uint32 committed, uint8 fills)
        private
        returns (AuctionId auctionId, LegRecord[] memory records)
    {
        auctionId = _openEscrow(DRAW * committed * fills);
        (Plan memory plan, PlanHash planHash) = _commitTo(auctionId, firstSpoke, committed, fills);
        records = new LegRecord[](legs);
        for (uint32 i = 0; i < legs; ++i) {
            if (firstSpoke == LOCAL) records[i].message = _callThrough(plan, i);
            else records[i].message = _silentArrival(plan, planHash, i);
        }
    }

    function _silentArrival(Plan memory plan, PlanHash planHash, uint256 i) private returns (bytes memory message) {
        Leg memory leg = plan.legs[i];
        message = _message(plan.auctionId, planHash, leg.spoke, leg.fills);
        _silent.deliver(hub, leg.spoke, address(debtToken), _sum(leg.fills), message);
    }

    /// @dev The message is the one that the hub emits.
    function _callThrough(Plan memory plan, uint256 i) private returns (bytes memory message) {
        vm.recordLogs();
        _call(plan, i);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 k = 0; k < logs.length; ++k) {
            if (logs[k].topics[0] != IAuctionHubEvents.LegArrived.selector) continue;
            (,, message) = abi.decode(logs[k].data, (bytes32, uint128, bytes));
        }
    }

    function _dispatchCollateral(uint32 spoke, uint8 fills) private {
        (AuctionId auctionId, LegRecord[] memory records) = _arrived(spoke, 1, 1, fills);
        _settle(auctionId, records);
        hub.dispatchReceipts(KIND_LEG_SETTLED, records, address(this));
    }

    function _dispatchRefund(uint32 spoke, uint8 fills) private {
        (, LegRecord[] memory records) = _arrived(spoke, 1, 1, fills);
        vm.warp(block.timestamp + 1 hours);
        hub.releaseLegs(records);
        hub.dispatchReceipts(KIND_LEG_REFUNDED, records, address(this));
    }

    /// @dev What a transaction with this calldata costs before anything runs (before EIP-7623).
    function _intrinsic(bytes memory data) private pure returns (uint256 cost) {
        cost = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            cost += data[i] == 0 ? 4 : 16;
        }
    }
}
