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
import {LpSteps} from "../fixtures/LpSteps.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";

/// @notice Loop over users: there, every liquidation walks over all of them until it no longer fits a block. Here no entry
/// point knows how many LPs there are.
/// forge-config: default.isolate = true
contract ReferenceBugsGasTest is LpSteps {
    uint8 private constant TIER = 2;
    uint256 private constant LPS = 300;
    uint256 private constant FIGURES = 7;

    SilentPort private _silent;

    function setUp() public override {
        _silent = new SilentPort();
        super.setUp();
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

    /// @dev The same life of a pool twice, once of one LP's tokens and once of as many of three hundred LPs.
    function test_LoopOverUsers_GasIsFlatInTheNumberOfLps() public {
        string[FIGURES] memory names =
            ["placeBid", "callCapital", "delivery out of order", "delivery", "finalizeCalls", "claim", "leaving"];
        uint256 state = vm.snapshotState();
        uint256[FIGURES] memory ofOne = _life(1);
        vm.revertToState(state);
        uint256[FIGURES] memory ofMany = _life(LPS);
        for (uint256 i = 0; i < FIGURES; ++i) {
            emit log_named_uint(string.concat(names[i], ", 1 LP"), ofOne[i]);
            emit log_named_uint(string.concat(names[i], ", 300 LPs"), ofMany[i]);
            assertApproxEqRel(ofMany[i], ofOne[i], 0.02e18, names[i]);
        }
    }

    function _life(uint256 lps) private returns (uint256[FIGURES] memory gas) {
        uint256 bidId = standMany(TIER, uint128(LPS * 1e6 / lps), lps);
        // The pool has been called and paid before, and whoever is paid now has had some of each token.
        (LegId legId,) = _call();
        _deliver(legId, 0);
        claimAll(bidId, address(collateral));
        debt.mint(spoke.bid(bidId).owner, 1);

        gas[0] = _escrowGas();
        (legId, gas[1]) = _call();
        (LegId next,) = _call();
        gas[2] = _deliver(next, 2);
        gas[3] = _deliver(legId, 1);
        spoke.finalizeCalls(BASKET, TIER, 8);
        gas[4] = vm.lastCallGas().gasTotalUsed;
        gas[5] = _claimGas(bidId);
        leave(bidId, 1e5);
        gas[6] = vm.lastCallGas().gasTotalUsed;
    }

    function _escrowGas() private returns (uint256) {
        address lp = makeAddr("one more");
        debt.mint(lp, 2e6);
        escrow(lp, TIER, 1e6);
        return vm.lastCallGas().gasTotalUsed;
    }

    function _call() private returns (LegId legId, uint256 used) {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(TIER, 3e6);
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        bytes[] memory signatures = sign(header, legHashes);
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        used = vm.lastCallGas().gasTotalUsed;
        legId = legIdOf(header, legHashes);
    }

    function _deliver(LegId legId, uint32 gen) private returns (uint256) {
        collateral.mint(address(_silent), 1e18);
        bytes memory payload = MessageCodec.encodeReceipt(
            ReceiptMessage(KIND_LEG_SETTLED, HUB_COLLATERAL, one(legId, TIER, gen, 1e18, 0))
        );
        _silent.deliver(spoke, HUB_PEER, address(collateral), 1e18, payload);
        return vm.lastCallGas().gasTotalUsed;
    }

    function _claimGas(uint256 bidId) private returns (uint256) {
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(collateral));
        spoke.claim(bidId, address(collateral), from, to);
        return vm.lastCallGas().gasTotalUsed;
    }
}
