// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, AuctionStatus, LegRecord, LegStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {CallState} from "../../../src/interfaces/ILiquiditySpoke.sol";
import {MessageCodec} from "../../../src/libraries/MessageCodec.sol";
import {
    AuctionId,
    CapitalDelivered,
    Fill,
    Leg,
    LegId,
    PlanHash,
    Receipt as PortReceipt
} from "../../../src/libraries/Types.sol";
import {WorldFixture} from "./WorldFixture.sol";

/// @notice What the test itself has seen happen (ghosts), kept apart from what the contracts say; and dice.
/// @dev Tokens of a spoke are numbered 0 for debt, 1 and 2 for the collaterals. Amounts are hub units unless named local.
abstract contract WorldBooks is WorldFixture {
    enum PlanState {
        Signed,
        Committed,
        Lapsed,
        Abandoned
    }

    /// @dev Plans and legs lie encoded, as storage cannot take them otherwise.
    struct SeenPlan {
        AuctionId auctionId;
        PlanHash hash;
        PlanHash prev;
        uint64 callBy;
        PlanState state;
        uint256 debt;
        uint256 collateral;
        bytes plan;
        bytes snapshot;
        bytes signatures;
    }

    /// @param ends How often the hub said that the leg has ended.
    /// @param states Everything that was ever true of it.
    /// @param record The `LegRecord`, from its call on.
    struct SeenLeg {
        AuctionId auctionId;
        LegId legId;
        uint32 plan;
        uint8 site;
        bool called;
        bool arrived;
        uint8 ends;
        uint8 states;
        uint256 drawn;
        uint256 credited;
        uint256 collateralSent;
        uint256 refundSent;
        bytes leg;
        bytes record;
    }

    struct SeenBid {
        uint256 id;
        uint8 site;
        uint8 tier;
        address owner;
    }

    /// @dev Sums of one auction's exchanges.
    struct SeenAuction {
        AuctionId id;
        uint8 collateral;
        uint256 covered;
        uint256 taken;
    }

    uint8[3] internal tiers = [0, 1, 4];
    uint256 internal constant MAX_BIDS = 64;
    uint256 internal constant MAX_LEGS = 30;
    uint256 internal constant MAX_AUCTIONS = 12;

    SeenAuction[] internal auctions;
    SeenPlan[] internal plans;
    SeenLeg[] internal legs;
    SeenBid[] internal bids;
    mapping(LegId legId => uint256 indexPlusOne) internal legOf;
    mapping(AuctionId auctionId => uint256 indexPlusOne) internal auctionOf;

    uint256 internal deposited;
    uint256 internal withdrawn;
    uint256 internal paid;
    /// @dev What transports fell short of, and what a short leg leaves at the hub below a unit a fill.
    uint256 internal lost;
    uint256[3] internal home;
    /// @dev What the hub keeps of legs that are forgotten: dust of short ones, and operator fees.
    uint256 internal forgottenDebt;
    uint256[2] internal forgottenFees;
    /// @dev What was bid less what was called and what was paid out: entering, standing by or waiting to be collected.
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal assets;
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal assetsLocal;
    /// @dev Exits that were made: each may leave less than one unit and one local unit to nobody.
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal exits;
    /// @dev Bids that entered: rounding leaves less than one share of each to nobody.
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal entries;
    /// @dev Shares that belonged to nobody when a call was made.
    mapping(uint256 site => mapping(uint256 tier => mapping(uint256 gen => uint256))) internal unowned;
    /// @dev Rests of epochs whose call was skipped: they are in the prefix sums, not in the call's refund.
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal skippedRestLocal;
    mapping(uint256 site => mapping(uint40 legTag => LegId)) internal calledLeg;
    mapping(LegId legId => uint256) internal calledAtSec;
    mapping(uint256 site => mapping(uint256 tier => mapping(uint256 token => uint256))) internal cameInLocal;
    mapping(uint256 site => mapping(uint256 tier => mapping(uint256 token => uint256))) internal claimedLocal;
    mapping(uint256 site => mapping(uint256 token => uint256)) internal forgedLocal;
    mapping(uint256 site => mapping(uint256 tier => uint256)) internal operations;
    mapping(bytes32 callKey => bytes32) internal finished;
    /// @dev By how much claims of a pool may fall short of what came in, as of the last check.
    mapping(uint256 site => mapping(uint256 tier => mapping(uint256 token => uint256))) internal dustLocal;

    /// @dev How often each thing happened, so that a test can ask whether the worlds reach it.
    mapping(string what => uint256) internal reached;

    uint256 private _random;

    // --------------------------------------------------------------------------------------------------- dice

    /// @dev Every action is a function of its own seed and the state: leaving one out changes nothing in the others' dice.
    modifier dice(uint256 seed) {
        _random = seed;
        _;
    }

    function _next(uint256 bound) internal returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }

    /// @dev Between 1 and `max`, all orders of magnitude alike.
    function _magnitude(uint256 max) internal returns (uint256) {
        uint256 bound = 10 ** (1 + _next(13));
        return 1 + _next(bound < max ? bound : max);
    }

    // ------------------------------------------------------------------------------------------------ amounts

    function _toLocal(uint256 s, uint256 amount) internal view returns (uint256) {
        return amount * 10 ** sites[s].debtDecimals / 10 ** hubDecimals();
    }

    /// @dev A smallest amount in hub units that is a whole number of local units.
    function _step(uint256 s) internal view returns (uint256) {
        uint8 local = sites[s].debtDecimals;
        return local >= hubDecimals() ? 1 : 10 ** (hubDecimals() - local);
    }

    function _toHub(uint256 s, uint256 amountLocal) internal view returns (uint256) {
        return amountLocal * 10 ** hubDecimals() / 10 ** sites[s].debtDecimals;
    }

    function _collateralToLocal(uint256 s, uint256 k, uint256 amount) internal view returns (uint256) {
        return amount * 10 ** sites[s].collateralDecimals[k] / 10 ** hubCollateralDecimals[k];
    }

    function _tokenOf(uint256 s, uint256 token) internal view returns (address) {
        return token == 0 ? address(sites[s].debt) : address(sites[s].collateral[token - 1]);
    }

    function _sum(Fill[] memory fills) internal pure returns (uint256 sum) {
        for (uint256 i; i < fills.length; ++i) {
            sum += fills[i].amount;
        }
    }

    // ------------------------------------------------------------------------------------------- reading the books

    function _legOf(SeenLeg storage seen) internal view returns (Leg memory) {
        return abi.decode(seen.leg, (Leg));
    }

    function _recordOf(SeenLeg storage seen) internal view returns (LegRecord memory) {
        return abi.decode(seen.record, (LegRecord));
    }

    function _statusOf(SeenLeg storage seen) internal view returns (LegStatus memory) {
        return hub.legStatus(seen.legId);
    }

    function _collateralOf(AuctionId auctionId) internal view returns (uint256) {
        return auctions[auctionOf[auctionId] - 1].collateral;
    }

    function _usedOf(SeenLeg storage seen) internal view returns (uint256 used, uint256 collateral, uint256 fee) {
        if (!seen.called) return (0, 0, 0);
        LegRecord memory record = _recordOf(seen);
        for (uint256 i; i < record.results.length; ++i) {
            used += record.results[i].used;
            collateral += record.results[i].collateral;
        }
        fee = record.fee;
    }

    /// @dev Whether every call of the leg has its whole result, or goes on without.
    function _landed(SeenLeg storage seen) internal view returns (bool) {
        if (!seen.called) return true;
        CapitalDelivered memory message = this.capitalOf(_recordOf(seen).message);
        for (uint256 i; i < message.fills.length; ++i) {
            CallState memory made = sites[seen.site].spoke.call(BASKET, message.fills[i].tier, message.fills[i].gen);
            if (!made.complete && !made.skipped) return false;
        }
        return true;
    }

    function _isOpen(AuctionId auctionId) internal view returns (bool) {
        Auction memory auction = hub.auction(auctionId);
        return auction.status == AuctionStatus.Open && auction.debtCovered < auction.debtToCover
            && block.timestamp < auction.deadline;
    }

    function _onlyIf(bytes memory reason, bytes4 expected) internal pure {
        assertEq(bytes4(reason), expected, vm.toString(reason));
    }

    // ------------------------------------------------------------------- calldata views of the codec, by an own call

    function receiptOf(bytes calldata payload) external pure returns (PortReceipt memory) {
        return MessageCodec.decodeReceipt(payload);
    }

    function capitalOf(bytes calldata message) external pure returns (CapitalDelivered memory) {
        return MessageCodec.decodeCapitalDelivered(message);
    }
}
