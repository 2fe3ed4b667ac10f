// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SpokeBasket, SpokeCollateral} from "../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    Fill,
    HUB_PEER,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    Leg,
    LegId,
    LegReceipt,
    PlanHash,
    PlanHeader,
    Receipt as ReceiptMessage,
    ReceiptFill
} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";
import {Crowd} from "./Crowd.sol";
import {GasBench} from "./GasBench.sol";
import {MeteredPort} from "./MeteredPort.sol";

/// @notice What LPs and relayers pay on a spoke, behind a port that takes the tokens and sends nothing.
/// @dev A pool is known by its tier. Pools are in use: unless a test says otherwise each was called before, and its call's
/// result has come.
/// forge-config: default.isolate = true
contract SpokeGasTest is SpokeFixture, GasBench {
    uint128 private constant BID = 100e6;
    uint128 private constant DRAW = 1e6;
    uint128 private constant RESULT = 1e15;

    /// @dev Tiers from here on have 1, 10, 100, 1,000 and 10,000 LPs.
    uint8 private constant BY_LPS = 0;
    uint8 private constant SIZES = 5;
    /// @dev Tiers from here on have 10 LPs and were called 0, 10 and 100 times.
    uint8 private constant BY_CALLS = 5;
    /// @dev Tiers from here on have 10 LPs.
    uint8 private constant PLAIN = 8;
    uint8 private constant PLAIN_COUNT = 64 - PLAIN;

    /// @dev EIP-2929: what calling an address costs that the transaction has not touched before.
    uint256 private constant COLD_ACCOUNT = 2_600;

    MeteredPort private _silent;
    mapping(uint8 tier => uint256) private _firstBidId;
    mapping(uint8 tier => uint32) private _calls;
    uint256 private _lastSendGas;

    function setUp() public override {
        _silent = new MeteredPort();
        super.setUp();
        _addOperatorSets();
        debt.mint(address(_silent), 1);
        collateral.mint(address(_silent), 1);
        for (uint8 i = 0; i < SIZES; ++i) {
            _fillPool(BY_LPS + i, 10 ** i);
        }
        for (uint8 i = BY_CALLS; i < PLAIN + PLAIN_COUNT; ++i) {
            _fillPool(i, 10);
        }
        vm.warp(block.timestamp + 360);
        for (uint8 i = 0; i < SIZES; ++i) {
            _callAndSettle(BY_LPS + i, 1);
        }
        _callAndSettle(BY_CALLS + 1, 10);
        _callAndSettle(BY_CALLS + 2, 100);
        for (uint8 i = 0; i < PLAIN_COUNT; ++i) {
            _callAndSettle(PLAIN + i, 1);
        }
        // Untouched but for its entry, which has been rolled.
        _placeBid(BY_CALLS);
        vm.warp(block.timestamp + 360);
        _placeBid(BY_CALLS);
        vm.warp(block.timestamp + 360);
    }

    function basketTerms() internal view override returns (SpokeBasket memory terms) {
        terms = super.basketTerms();
        (terms.port, terms.tierCount) = (address(_silent), 64);
    }

    function collateralTerms() internal view override returns (SpokeCollateral memory terms) {
        terms = super.collateralTerms();
        terms.port = address(_silent);
    }

    /// @dev What the figures mean: whole transactions, their refunds taken off.
    function test_MeasuresWholeTransactions() public {
        (bool done,) = address(0xE0A).call("");
        assertTrue(done);
        assertEq(vm.lastCallGas().gasTotalUsed, 21_000);

        debt.approve(address(0xE0A), 1);
        uint256 set = vm.lastCallGas().gasTotalUsed;
        debt.approve(address(0xE0A), 0);
        // Setting a slot costs 22,100 when it was empty; clearing it 5,000, of which 4,800 come back. A zero byte is 12 cheaper.
        assertEq(set - vm.lastCallGas().gasTotalUsed, 22_100 - 5_000 + 4_800 + 12);
    }

    // -------------------------------------------------------------------------------------------------- LPs

    /// @dev A bid joins a bucket that others wait in; then one that opens a bucket; then one that opens one and rolls another.
    function test_PlaceBid() public measuring {
        for (uint8 i = 0; i < SIZES; ++i) {
            _placeBid(BY_LPS + i);
            measured("placeBid, opening a bucket", size("lps", 10 ** i));
            _placeBid(BY_LPS + i);
            measured("placeBid", size("lps", 10 ** i));
            vm.warp(block.timestamp + 360);
            _placeBid(BY_LPS + i);
            measured("placeBid, opening a bucket and rolling one", size("lps", 10 ** i));
        }
        for (uint8 i = 0; i < 3; ++i) {
            _placeBid(BY_CALLS + i);
            _placeBid(BY_CALLS + i);
            measured("placeBid", size("calls", _earlier(i)));
        }
    }

    /// @dev Asking opens an exit bucket; collecting rolls it.
    function test_Withdraw() public measuring {
        for (uint8 i = 0; i < SIZES; ++i) {
            _askAndCollect(_firstBidId[BY_LPS + i], BID / 2, "part", size("lps", 10 ** i));
        }
        for (uint8 i = 0; i < 3; ++i) {
            _askAndCollect(_firstBidId[BY_CALLS + i], BID / 2, "part", size("calls", _earlier(i)));
        }
        uint256 bidId = _firstBidId[PLAIN];
        _askAndCollect(bidId, uint128(spoke.bid(bidId).standby), "whole", size("lps", 10));
    }

    function _askAndCollect(uint256 bidId, uint128 amount, string memory what, string memory by) private {
        debt.mint(spoke.bid(bidId).owner, 1);
        (uint256 exitBidId,) = requestWithdraw(bidId, amount);
        measured(string.concat("requestWithdraw, ", what), by);
        vm.warp(spoke.bid(exitBidId).exitAt);
        spoke.withdraw(exitBidId);
        measured(string.concat("withdraw, rolling the exit, ", what), by);
    }

    function test_Rebid() public measuring {
        LegId legId = _call(PLAIN, 1, 1);
        _deliver(legId, PLAIN, 1, KIND_LEG_REFUNDED, 0);
        _placeBid(PLAIN + 1);
        uint256 bidId = _firstBidId[PLAIN];
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(debt));
        vm.prank(spoke.bid(bidId).owner);
        spoke.rebid(bidId, PLAIN + 1, from, to);
        measured("rebid", size("lps", 10));
    }

    /// @dev The bid's first claim of this token, by an owner who has some of it already.
    function test_Claim() public measuring {
        for (uint8 i = 0; i < SIZES; ++i) {
            _claim(_firstBidId[BY_LPS + i], true);
            measured("claim, first of the bid", size("lps", 10 ** i));
        }
        for (uint8 i = 1; i < 3; ++i) {
            _claim(_firstBidId[BY_CALLS + i], true);
            measured("claim, first of the bid", size("calls", _earlier(i)));
        }
        _claim(_firstBidId[PLAIN], false);
        measured("claim, first of the bid and of the token", size("calls", 1));
    }

    /// @dev A further claim of the same bid and token, after so many further calls.
    function test_ClaimAgain() public measuring {
        uint256 bidId = _firstBidId[PLAIN];
        _claim(bidId, true);
        for (uint256 calls = 1; calls <= 100; calls *= 10) {
            _callAndSettle(PLAIN, calls);
            _claim(bidId, true);
            measured("claim, further one", size("calls", calls));
        }
    }

    // ------------------------------------------------------------------------------------------------ calls

    function test_CallCapital() public measuring {
        for (uint8 i = 0; i < SIZES; ++i) {
            _call(BY_LPS + i, 1, 1);
            measured("callCapital", size("lps", 10 ** i));
        }
        for (uint8 i = 0; i < 3; ++i) {
            _call(BY_CALLS + i, 1, 1);
            measured("callCapital", size("calls", _earlier(i)));
        }
        for (uint8 signatures = 1; signatures <= 3; ++signatures) {
            _call(PLAIN, 1, signatures);
            measured("callCapital", size("signatures", signatures));
        }
    }

    /// @dev `without the port` leaves out reaching the port and what it does: in life a bridge's send, here a transfer.
    function test_CallCapital_ByTiers() public measuring {
        uint256 one;
        uint256 eight;
        for (uint8 tiers = 1; tiers <= 8; ++tiers) {
            _call(PLAIN, tiers, 1);
            eight = measured("callCapital", size("tiers", tiers));
            takeDown("callCapital, without the port", size("tiers", tiers), eight - _lastSendGas - COLD_ACCOUNT);
            if (tiers == 1) one = eight;
        }
        takeDown("callCapital, a further tier", size("tiers", 8), (eight - one) / 7);
    }

    /// @dev A call that takes all: the epoch ends.
    function test_CallCapital_EndOfEpoch() public measuring {
        Fill[] memory fills = new Fill[](1);
        fills[0] = Fill(PLAIN, uint128(spoke.pool(BASKET, PLAIN).assets));
        _send(fills, 1);
        measured("callCapital, epoch ends", size("tiers", 1));
    }

    // --------------------------------------------------------------------------------------------- receipts

    function test_Receipt() public measuring {
        for (uint8 i = 0; i < SIZES; ++i) {
            LegId legId = _call(BY_LPS + i, 1, 1);
            _deliver(legId, BY_LPS + i, 1, KIND_LEG_SETTLED, 0);
            measured("receipt at the spoke", size("lps", 10 ** i));
        }
        for (uint8 i = 0; i < 3; ++i) {
            LegId legId = _call(BY_CALLS + i, 1, 1);
            _deliver(legId, BY_CALLS + i, 1, KIND_LEG_SETTLED, 0);
            measured("receipt at the spoke", size("calls", _earlier(i)));
        }
    }

    function test_Receipt_ByFills() public measuring {
        uint8[3] memory counts = [1, 8, PLAIN_COUNT];
        for (uint256 i = 0; i < 3; ++i) {
            LegId legId = _call(PLAIN, counts[i], 1);
            _deliver(legId, PLAIN, counts[i], KIND_LEG_SETTLED, 0);
            measured("receipt at the spoke", size("fills", counts[i]));
        }
    }

    function test_Receipt_OfTwoParts() public measuring {
        LegId legId = _call(PLAIN, 1, 1);
        _deliver(legId, PLAIN, 1, KIND_LEG_SETTLED, 1);
        measured("receipt at the spoke, first part", size("fills", 1));
        --_calls[PLAIN];
        _deliver(legId, PLAIN, 1, KIND_LEG_REFUNDED, 1);
        measured("receipt at the spoke, second part", size("fills", 1));
    }

    /// @dev The results of 120 calls have come, that of the first one last: it moved the pointer over two.
    function test_FinalizeCalls() public measuring {
        uint32 first = _calls[PLAIN];
        LegId[] memory legIds = new LegId[](120);
        for (uint256 i = 0; i < legIds.length; ++i) {
            legIds[i] = _call(PLAIN, 1, 1);
        }
        for (uint256 i = legIds.length; i != 0; --i) {
            // forge-lint: disable-next-line(unsafe-typecast)
            _calls[PLAIN] = first + uint32(i - 1);
            _deliver(legIds[i - 1], PLAIN, 1, KIND_LEG_SETTLED, 0);
        }
        for (uint32 calls = 1; calls <= 100; calls *= 10) {
            spoke.finalizeCalls(BASKET, PLAIN, calls);
            measured("finalizeCalls", size("calls", calls));
        }
        assertEq(spoke.pool(BASKET, PLAIN).finalized, first + 2 + 111);
    }

    // ---------------------------------------------------------------------------------------------- helpers

    function _earlier(uint8 i) private pure returns (uint256) {
        return i == 0 ? 0 : 10 ** i;
    }

    /// @dev Sets 1, 2 and 3 have as many operators, all of whom must sign.
    function _addOperatorSets() private {
        vm.startPrank(owner);
        for (uint8 count = 2; count <= 3; ++count) {
            address[] memory operators = new address[](count);
            for (uint256 i = 0; i < count; ++i) {
                operators[i] = vm.addr(_keys()[i]);
            }
            operatorSet.addSet(count, operators, count);
        }
        vm.stopPrank();
    }

    /// @dev In the order of their addresses, beginning with the one of set 1.
    function _keys() private pure returns (uint256[3] memory) {
        return [OPERATOR_KEY, 5, 9];
    }

    function _fillPool(uint8 tier, uint256 lps) private {
        Crowd crowd = new Crowd();
        debt.mint(address(crowd), BID * lps);
        _firstBidId[tier] = crowd.placeBids(spoke, debt, BASKET, tier, BID, lps);
    }

    function _callAndSettle(uint8 tier, uint256 calls) private {
        for (uint256 i = 0; i < calls; ++i) {
            _deliver(_call(tier, 1, 1), tier, 1, KIND_LEG_SETTLED, 0);
        }
    }

    /// @dev By an LP who keeps tokens and allowance after it.
    function _placeBid(uint8 tier) private {
        address lp = makeAddr("lp");
        debt.mint(lp, 2 * BID);
        vm.startPrank(lp);
        debt.approve(address(spoke), 2 * BID);
        spoke.placeBid(BASKET, tier, BID, lp);
        vm.stopPrank();
    }

    function _claim(uint256 bidId, bool ownerHasSome) private {
        if (ownerHasSome) collateral.mint(spoke.bid(bidId).owner, 1);
        (, uint256 from, uint256 to) = spoke.claimable(bidId, address(collateral));
        spoke.claim(bidId, address(collateral), from, to);
    }

    /// @dev Calls `tiers` pools from `tier` on.
    function _call(uint8 tier, uint8 tiers, uint32 signatures) private returns (LegId legId) {
        Fill[] memory fills = new Fill[](tiers);
        for (uint8 i = 0; i < tiers; ++i) {
            fills[i] = Fill(tier + i, DRAW);
        }
        return _send(fills, signatures);
    }

    function _send(Fill[] memory fills, uint32 signatures) private returns (LegId legId) {
        (PlanHeader memory header, bytes32[] memory legHashes, Leg memory leg) = plan(fills);
        header.operatorSetId = signatures;
        bytes[] memory signed = new bytes[](signatures);
        for (uint256 i = 0; i < signatures; ++i) {
            signed[i] = signWith(_keys()[i], header, legHashes)[0];
        }
        legId = legIdOf(header, legHashes);
        _lastSendGas = uint256(spoke.callCapital(header, legHashes, leg, signed, address(this)));
    }

    /// @dev The next result of `tiers` pools from `tier` on, as a bridge's port hands it over; the tokens are there.
    function _deliver(LegId legId, uint8 tier, uint8 tiers, uint8 kind, uint8 flags) private {
        bool settled = kind == KIND_LEG_SETTLED;
        LegReceipt[] memory legs = new LegReceipt[](1);
        legs[0] = LegReceipt(legId, new ReceiptFill[](tiers));
        for (uint8 i = 0; i < tiers; ++i) {
            legs[0].fills[i] = ReceiptFill(tier + i, _calls[tier + i]++, settled ? RESULT : DRAW, flags);
        }
        address token = settled ? address(collateral) : address(debt);
        uint256 amount = uint256(settled ? RESULT : DRAW) * tiers;
        settled ? collateral.mint(address(spoke), amount) : debt.mint(address(spoke), amount);
        bytes memory payload = MessageCodec.encodeReceipt(
            ReceiptMessage(kind, settled ? HUB_COLLATERAL : basketTerms().hubDebtToken, legs)
        );
        vm.prank(address(_silent));
        spoke.onPortDelivery(HUB_PEER, token, amount, bytes32(uint256(1)), payload);
    }
}
