// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISpokeEvents, PoolState, SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    FLAG_TWO_PARTS,
    Fill,
    KIND_LEG_SETTLED,
    Leg,
    LegId,
    PlanHeader,
    Receipt as ReceiptMessage
} from "../../src/libraries/Types.sol";
import {LpSteps} from "../fixtures/LpSteps.sol";
import {HookToken} from "../fixtures/PortTokens.sol";

/// @notice An LP that is a contract: it does what it is told, also in the middle of a payout.
contract GreedyLp {
    function run(address target, bytes calldata data) external {
        (bool ok, bytes memory result) = target.call(data);
        if (ok) return;
        assembly ("memory-safe") {
            // The callee's own reason, passed on.
            revert(add(result, 32), mload(result))
        }
    }
}

/// @notice Bugs of the reference contracts that cannot happen on a spoke. The hub's are in ReferenceBugsHub, the loop over
/// users in ReferenceBugsGas.
contract ReferenceBugsTest is LpSteps {
    uint8 private constant TIER = 2;
    uint32 private constant HOOK_BASKET = 2;
    address private constant HOOK_COLLATERAL = address(0xC0FFEE);

    uint32 private _calls;
    LegId[] private _open;
    uint256[] private _bids;

    // -------------------------------------------------------------------------------------------- deposit(0) griefing

    /// @dev There: `deposit(0)` adds a user to every later loop, again and again. Here it is refused, and so is what is below
    /// the basket's minimum; bids at the minimum take nothing from the others and hold up nobody.
    function test_DepositOfZero_AddsNobodyAndHoldsUpNobody() public {
        vm.expectRevert(ISpokeEvents.AmountZero.selector);
        spoke.placeBid(BASKET, TIER, 0, address(this));

        uint256 victim = stand(TIER, 1000);
        standMany(TIER, 1, 100);
        assertEq(spoke.bid(victim).standby, 1000);
        settle(callPool(TIER, 550), TIER, 0, 5500, 0);
        assertEq(claimAll(victim, address(collateral)), 5000, "its thousand of eleven hundred");
        leave(victim, 500);
        assertEq(debt.balanceOf(spoke.bid(victim).owner), 500);
    }

    // ------------------------------------------------------------------------------------------ payout before zeroing

    /// @dev There: tokens are sent first and the record is cleared afterwards, so that a token or receiver that calls back is
    /// paid twice. Here a hook that claims again in the middle of a claim gets nothing more.
    function test_PayoutBeforeZeroing_ReentrantClaimIsPaidOnce() public {
        (HookToken debtToken, HookToken gain) = _hookBasket();
        GreedyLp lp = new GreedyLp();
        uint256 bidId = standIn(HOOK_BASKET, debtToken, TIER, 100, address(lp));
        standIn(HOOK_BASKET, debtToken, TIER, 100, address(0xB));
        _deliverGain(gain, callPool(TIER, 50), 800);

        (uint256 due, uint256 from, uint256 to) = spoke.claimable(bidId, address(gain));
        assertEq(due, 400);
        gain.arm(address(spoke), abi.encodeCall(spoke.claim, (bidId, address(gain), from, to)), true);
        spoke.claim(bidId, address(gain), from, to);
        assertFalse(gain.succeeded(), "the second claim");
        assertEq(gain.balanceOf(address(lp)), 400);
        assertEq(gain.balanceOf(address(spoke)), 400, "the other LP's");
    }

    function test_PayoutBeforeZeroing_ReentrantWithdrawalIsPaidOnce() public {
        (HookToken debtToken,) = _hookBasket();
        GreedyLp lp = new GreedyLp();
        uint256 bidId = standIn(HOOK_BASKET, debtToken, TIER, 100, address(lp));
        standIn(HOOK_BASKET, debtToken, TIER, 100, address(0xB));

        bytes memory again = abi.encodeCall(GreedyLp.run, (address(spoke), payoutCall(bidId + 1)));
        debtToken.arm(address(lp), again, true);
        leave(bidId, 100);
        assertFalse(debtToken.succeeded(), "the second withdrawal");
        assertEq(debtToken.balanceOf(address(lp)), 100);
        assertEq(debtToken.balanceOf(address(spoke)), 100, "the other LP's");
    }

    // ------------------------------------------------------------------- rounding insolvency of the last withdrawal

    /// @dev There: shares are rounded up on the way out, and the last one finds less than it is owed. Here, whatever came
    /// between, everybody leaves with all that stands by and all that was earned; what stays is dust of the operations.
    /// forge-config: deep.fuzz.runs = 2000
    function testFuzz_RoundingInsolvency_TheLastLpCanAlwaysLeave(uint256 seed) public {
        for (uint256 i = 0; i < 4; ++i) {
            _bids.push(stand(TIER, uint128(1 + _random(seed, i, 1e6))));
        }
        for (uint256 round = 0; round < 12; ++round) {
            uint256 step = 100 * (round + 1);
            uint96 assets = uint96(spoke.pool(BASKET, TIER).assets);
            if (assets != 0) {
                _open.push(callPool(TIER, uint128(1 + _random(seed, step, assets))));
                _calls = uint32(_open.length);
            }
            if (_random(seed, step + 1, 2) == 0) _bids.push(stand(TIER, uint128(1 + _random(seed, step + 2, 1e6))));
            uint256 some = _bids[_random(seed, step + 3, _bids.length)];
            uint128 standby = spoke.bid(some).standby;
            if (standby > 1) leave(some, uint128(1 + _random(seed, step + 4, standby - 1)));
        }
        _bringHome(seed);
        spoke.finalizeCalls(BASKET, TIER, type(uint32).max);

        uint256 last = _lastBidId();
        for (uint256 bidId = 1; bidId <= last; ++bidId) {
            claimAll(bidId, address(collateral));
            claimAll(bidId, address(debt));
            uint128 standby = spoke.bid(bidId).standby;
            if (standby != 0) leave(bidId, standby);
            assertEq(spoke.bid(bidId).standby, 0);
        }
        uint256 operations = last + _open.length;
        assertLe(debt.balanceOf(address(spoke)), 3 * operations, "debt dust");
        assertLe(collateral.balanceOf(address(spoke)), 3 * operations, "collateral dust");
    }

    /// @dev A share is worth 0.6 here: rounded the other way, each step would take up to 0.4 from the other LP.
    function test_RoundingInsolvency_LeavingInSmallStepsTakesNothingFromOthers() public {
        uint256 leaving = stand(TIER, 1000);
        uint256 staying = stand(TIER, 1000);
        callPool(TIER, 800);
        for (uint256 i = 0; i < 300; ++i) {
            leaving = leave(leaving, 1);
        }
        assertGe(spoke.bid(staying).standby, 600);
        leave(staying, 600);
    }

    // ------------------------------------------------------------------------------------------ seized deposits stuck

    /// @dev There: what is taken for a liquidation that does not happen has no way back. Here each call ends in collateral, in
    /// a refund or in both, in whatever order, and the LP has its deposit's worth. Legs that are never committed:
    /// ReferenceBugsHub.
    function test_SeizedDeposits_ComeBackAsCollateralOrRefund() public {
        uint256 bidId = stand(TIER, 1024);
        LegId bought = callPool(TIER, 100);
        LegId refunded = callPool(TIER, 200);
        LegId both = callPool(TIER, 300);
        refund(both, TIER, 2, 120, FLAG_TWO_PARTS);
        refund(refunded, TIER, 1, 200, 0);
        settle(both, TIER, 2, 1800, FLAG_TWO_PARTS);
        settle(bought, TIER, 0, 1000, 0);
        spoke.finalizeCalls(BASKET, TIER, 3);
        assertEq(claimAll(bidId, address(collateral)), 2800);
        assertEq(claimAll(bidId, address(debt)), 320);
        leave(bidId, 424);
        assertEq(debt.balanceOf(spoke.bid(bidId).owner), 744, "1024 less the 280 that bought collateral");
        assertEq(debt.balanceOf(address(spoke)), 0);
    }

    // ------------------------------------------------------------------------------------------------ silent shortfall

    /// @dev There: what a pool does not have is left out without a word. Here a call draws exactly the plan or nothing.
    function test_SilentShortfall_CallDrawsThePlanOrNothing() public {
        stand(TIER, 1000);
        stand(TIER + 1, 99);
        Fill[] memory fills = new Fill[](2);
        (fills[0], fills[1]) = (Fill(TIER, 500), Fill(TIER + 1, 100));
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        bytes[] memory signatures = sign(header, legHashes);
        vm.expectRevert(abi.encodeWithSelector(ISpokeEvents.PoolTooSmall.selector, TIER + 1, 100, 99));
        spoke.callCapital(header, legHashes, leg, signatures, address(this));
        PoolState memory untouched = spoke.pool(BASKET, TIER);
        assertEq(untouched.assets, 1000);
        assertEq(untouched.gens, 0);
        assertEq(debt.balanceOf(address(hub)), 0);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    /// @dev A basket whose debt and collateral tokens call back.
    function _hookBasket() private returns (HookToken debtToken, HookToken gain) {
        (debtToken, gain) = (new HookToken(), new HookToken());
        SpokeBasket memory terms = basketTerms();
        (terms.debtToken, terms.hubDebtToken) = (address(debtToken), address(debtToken));
        (terms.localDecimals, terms.hubDecimals) = (18, 18);
        SpokeCollateral memory collateralTerms_ = collateralTerms();
        collateralTerms_.token = address(gain);
        vm.startPrank(owner);
        spoke.createBasket(HOOK_BASKET, terms);
        spoke.setCollateral(HOOK_COLLATERAL, collateralTerms_);
        vm.stopPrank();
        calledBasket = HOOK_BASKET;
    }

    /// @dev The hub gives `amount` for the first call.
    function _deliverGain(HookToken gain, LegId legId, uint128 amount) private {
        gain.mint(address(hub), amount);
        bytes memory payload = MessageCodec.encodeReceipt(
            ReceiptMessage(KIND_LEG_SETTLED, HOOK_COLLATERAL, one(legId, TIER, 0, amount, 0))
        );
        hub.send(port, SPOKE, address(gain), amount, payload);
    }

    /// @dev Results of all calls, the last one first; of some, two parts.
    function _bringHome(uint256 seed) private {
        for (uint32 i = _calls; i > 0; --i) {
            uint32 gen = i - 1;
            (LegId legId, uint128 amount) = (_open[gen], uint128(1 + _random(seed, 5000 + gen, 1e6)));
            uint256 kind = _random(seed, 6000 + gen, 3);
            uint8 flags = kind == 2 ? FLAG_TWO_PARTS : 0;
            if (kind != 1) settle(legId, TIER, gen, amount, flags);
            if (kind != 0) refund(legId, TIER, gen, amount / 2 + 1, flags);
        }
    }

    function _lastBidId() private returns (uint256 bidId) {
        uint256 state = vm.snapshotState();
        bidId = stand(TIER, 1) - 1;
        vm.revertToState(state);
    }

    function _random(uint256 seed, uint256 salt, uint256 below) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, salt))) % below;
    }
}
