// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    Fill,
    HUB_PEER,
    KIND_LEG_SETTLED,
    Leg,
    LegId,
    PlanHeader,
    Receipt as ReceiptMessage
} from "../../src/libraries/Types.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice What LPs and relayers pay, whole transactions, behind a port that only takes the tokens.
/// forge-config: default.isolate = true
contract LiquiditySpokeGasTest is SpokeFixture {
    SilentPort private _silent;

    function setUp() public override {
        _silent = new SilentPort();
        super.setUp();
        placeBid(address(0xA), 0, 100e6);
        placeBid(address(0xA), 1, 100e6);
        callPool(0, 1e6);
        callPool(1, 1e6);
        debt.mint(address(_silent), 1);
    }

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        terms.port = address(_silent);
    }

    function collateralTerms() internal view override returns (SpokeCollateral memory terms) {
        terms = super.collateralTerms();
        terms.port = address(_silent);
    }

    function test_Gas_PlaceBid() public {
        enterBid(address(0xB), 0, 10e6);
        uint256 used = _placeBidGas();
        emit log_named_uint("placeBid", used);
        assertLe(used, 135_000);
    }

    /// @dev Of it, approving the tokens to the port and the port's taking them cost about 20,000 net of the refund.
    function test_Gas_CallCapital() public {
        uint256 oneTier = _callGas(1);
        uint256 furtherTier = _callGas(2) - oneTier;
        emit log_named_uint("callCapital, one tier", oneTier);
        emit log_named_uint("callCapital, each further tier", furtherTier);
        assertLe(oneTier, 165_000);
        assertLe(furtherTier, 42_000);
    }

    /// @dev The second call of a pool, whose LP has had some of the collateral before.
    function test_Gas_DeliveryAndClaim() public {
        uint256 bidId = placeBid(address(0xA), 2, 100e6);
        _deliver(callPool(2, 1e6), 0);
        claimAll(bidId, address(collateral));
        LegId second = callPool(2, 1e6);
        uint256 delivery = _deliver(second, 1);
        emit log_named_uint("delivery of one fill", delivery);
        assertLe(delivery, 175_000);

        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(collateral));
        spoke.claim(bidId, address(collateral), from, to);
        uint256 claim = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("claim", claim);
        assertLe(claim, 70_000);
    }

    function _deliver(LegId legId, uint32 gen) private returns (uint256) {
        collateral.mint(address(_silent), 1e18);
        bytes memory payload =
            MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_SETTLED, HUB_COLLATERAL, one(legId, 2, gen, 1e18, 0)));
        _silent.deliver(spoke, HUB_PEER, address(collateral), 1e18, payload);
        return vm.lastCallGas().gasTotalUsed;
    }

    function _placeBidGas() private returns (uint256) {
        debt.mint(address(0xB), 20e6);
        vm.startPrank(address(0xB));
        debt.approve(address(spoke), 20e6);
        spoke.placeBid(BASKET, 0, 10e6, address(0xB));
        vm.stopPrank();
        return vm.lastCallGas().gasTotalUsed;
    }

    function _callGas(uint256 tiers) private returns (uint256) {
        Fill[] memory fills = new Fill[](tiers);
        for (uint8 i = 0; i < tiers; ++i) {
            fills[i] = Fill(i, 1e6);
        }
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        bytes[] memory signatures = sign(header, legHashes);
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        return vm.lastCallGas().gasTotalUsed;
    }
}
