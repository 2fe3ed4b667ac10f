// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, AuctionStatus, BasketParams, FillResult, LegRecord} from "../interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../interfaces/ICollateralSource.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {AuctionId, CapitalDelivered, CapitalFill, LegId} from "../libraries/Types.sol";
import {HubStorage} from "./HubStorage.sol";
import {Receipts} from "./Receipts.sol";
import {Settlement} from "./Settlement.sol";

/// @title LegBook
/// @notice The auctions and their legs: what is reserved, what has arrived, what has ended.
///
/// Two things happen to a leg, in either order: its plan is committed (`Commitment`) and its capital arrives (`Arrival`).
///
///   committed ──► expired                        did not come in time; what comes later is only refunded
///   committed + arrived ──► ended                wholly used, or released
///   lapsed ──► expired, lapsed + arrived ──► ended    the same, without being used
///   arrived, no plan ──► ended                   released
///
/// A leg that is committed and has neither expired nor ended is unresolved: it holds a reservation of its auction's
/// debt and collateral and stands in the auction's list, until it is resolved or the auction is closed. Its market counts it as
/// in flight until it is resolved, whether or not the auction is closed: closing early does not free the market's limit. Nor does
/// closing before the commit: a leg of a lapsed plan may be called, and counts as in flight until it is resolved as well.
abstract contract LegBook is HubStorage {
    /// @dev Receipts that an ended leg still owes its spoke.
    uint8 internal constant DUE_COLLATERAL = 1;
    uint8 internal constant DUE_REFUND = 2;
    /// @dev Stays set beside them: the leg's result has both parts, which share its operator fee.
    uint8 internal constant TWO_PARTS = 4;

    uint256 internal constant MAX_UNRESOLVED_LEGS = 64;

    /// @dev `keccak256(abi.encode(results, fee))` of a leg that nothing was used of: offset, fee, length.
    bytes32 internal constant NO_RESULTS_HASH = keccak256(abi.encode(uint256(0x40), uint256(0), uint256(0)));

    /// @dev The arrived leg that `record` speaks of, and its message.
    function _arrived(LegRecord calldata record)
        internal
        view
        returns (LegState storage leg, CapitalDelivered memory message)
    {
        message = MessageCodec.decodeCapitalDelivered(record.message);
        leg = _legs[message.legId];
        if (leg.arrival.arrivedAt == 0) revert LegNotArrived(message.legId);
        bytes32 actual = _recordHash(keccak256(record.message), keccak256(abi.encode(record.results, record.fee)));
        if (actual != leg.recordHash) revert RecordMismatch(message.legId, leg.recordHash, actual);
    }

    function _recordHash(bytes32 messageHash, bytes32 resultsHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(messageHash, resultsHash));
    }

    /// @dev The record's results, or as many zeros as there are fills where nothing was used yet.
    function _results(LegRecord calldata record, uint256 fills) internal pure returns (FillResult[] memory results) {
        results = record.results.length == 0 ? new FillResult[](fills) : record.results;
    }

    function _isUnresolved(Commitment memory commitment) internal view returns (bool) {
        return commitment.place != 0 && _auctions[_auctionIds[commitment.auctionNumber]].status == AuctionStatus.Open;
    }

    /// @dev Reserves for a leg that its plan has just committed.
    function _reserve(AuctionId auctionId, LegId legId, Commitment memory commitment, uint128 debt, uint128 collateral)
        internal
    {
        LegId[] storage unresolved = _unresolved[auctionId];
        if (unresolved.length == MAX_UNRESOLVED_LEGS) revert TooManyLegs(unresolved.length + 1, MAX_UNRESOLVED_LEGS);
        unresolved.push(legId);
        // forge-lint: disable-next-line(unsafe-typecast)
        commitment.place = uint8(unresolved.length);

        LegState storage leg = _legs[legId];
        leg.commitment = commitment;
        leg.reservedDebt = debt;
        leg.reservedCollateral = collateral;
        Auction storage auction_ = _auctions[auctionId];
        auction_.reservedDebt += debt;
        _inFlight[auction_.marketId] += debt;
        auction_.reservedCollateral += collateral;
    }

    /// @dev Counts a leg of a lapsed plan as in flight, reserving nothing. Also above the market's limit: it flies whether or not
    /// it is counted. No sum of a plan's amounts makes this revert, which would keep the chain of plans from going on.
    function _countLapsed(LegId legId, Commitment memory commitment, uint256 debt, uint32 marketId) internal {
        // forge-lint: disable-next-line(unsafe-typecast)
        uint128 counted = uint128(_min(debt, type(uint128).max));
        commitment.lapsed = true;
        LegState storage leg = _legs[legId];
        leg.commitment = commitment;
        leg.reservedDebt = counted;
        _inFlight[marketId] += counted;
    }

    /// @dev Takes what was used off a leg's reservation. Collateral may run below what the rest will need, if the price fell.
    function _shrinkReservation(Auction storage auction_, LegState storage leg, uint256 debt, uint256 collateral)
        internal
    {
        // Both are at most the reservation's own 128 bits.
        // forge-lint: disable-start(unsafe-typecast)
        uint128 debtOff = uint128(_min(debt, leg.reservedDebt));
        uint128 collateralOff = uint128(_min(collateral, leg.reservedCollateral));
        // forge-lint: disable-end(unsafe-typecast)
        leg.reservedDebt -= debtOff;
        leg.reservedCollateral -= collateralOff;
        _inFlight[auction_.marketId] -= debtOff;
        auction_.reservedDebt -= debtOff;
        auction_.reservedCollateral -= collateralOff;
    }

    /// @dev Takes a resolved leg out of its auction's list and frees what it still reserves. Does nothing for a leg without a plan, or
    /// a second time. Of a closed auction list and reservations are void, and a lapsed plan has none; the market has counted the leg
    /// as in flight all the same.
    function _resolve(LegState storage leg) internal {
        Commitment memory commitment = leg.commitment;
        if (commitment.place == 0 && !commitment.lapsed) return;
        AuctionId auctionId = _auctionIds[commitment.auctionNumber];
        Auction storage auction_ = _auctions[auctionId];
        if (commitment.lapsed || auction_.status != AuctionStatus.Open) {
            _inFlight[auction_.marketId] -= leg.reservedDebt;
            (leg.reservedDebt, leg.reservedCollateral) = (0, 0);
            leg.commitment.place = 0;
            return;
        }
        _shrinkReservation(auction_, leg, leg.reservedDebt, leg.reservedCollateral);

        LegId[] storage unresolved = _unresolved[auctionId];
        LegId last = unresolved[unresolved.length - 1];
        unresolved[commitment.place - 1] = last;
        _legs[last].commitment.place = commitment.place;
        unresolved.pop();
        leg.commitment.place = 0;
    }

    /// @dev Ends an arrived leg: its reservation is freed and its receipts fall due.
    /// @return refund What goes home unused, hub units.
    function _end(LegState storage leg, CapitalFill[] memory fills, FillResult[] memory results, uint256 unit)
        internal
        returns (uint128 refund)
    {
        uint128[] memory refunded;
        (refunded, refund) = Receipts.refunds(fills, results, leg.arrival.credited, unit);
        (bool hasCollateral, bool hasRefund) = Receipts.partsOf(results, refunded);
        leg.arrival.endedAt = uint40(block.timestamp);
        leg.arrival.due = (hasCollateral ? DUE_COLLATERAL : 0) | (hasRefund ? DUE_REFUND : 0)
            | (hasCollateral && hasRefund ? TWO_PARTS : 0);
        _resolve(leg);
    }

    /// @dev Debt that is neither covered nor reserved.
    function _debtLeft(Auction storage auction_) internal view returns (uint256) {
        return _minus(auction_.debtToCover, uint256(auction_.debtCovered) + auction_.reservedDebt);
    }

    /// @dev Collateral that is neither taken nor reserved. After a fall of the price legs take more than they reserved.
    function _collateralLeft(Auction storage auction_) internal view returns (uint256) {
        return _minus(auction_.maxCollateral, uint256(auction_.collateralTaken) + auction_.reservedCollateral);
    }

    /// @dev Debt that the auction's market may have in flight beyond what it has.
    function _inFlightLeft(Auction storage auction_) internal view returns (uint256) {
        uint32 marketId = auction_.marketId;
        return _minus(_markets[marketId].maxInFlight, _inFlight[marketId]);
    }

    function _openAuction(AuctionId auctionId) internal view returns (Auction storage auction_) {
        auction_ = _auctions[auctionId];
        if (auction_.status == AuctionStatus.None) revert AuctionUnknown(auctionId);
        if (auction_.status != AuctionStatus.Open) revert AuctionNotOpen(auctionId);
    }

    /// @dev What the source offers counts only up to what the auction has left.
    function _terms(AuctionId auctionId, Auction storage auction_)
        internal
        view
        returns (Settlement.Terms memory terms)
    {
        BasketParams storage basket = _baskets[auction_.terms.basket];
        (uint256 debtTakeable, uint256 collateralAvailable) = ICollateralSource(auction_.terms.source).quote(auctionId);
        terms.debtRoom = _min(debtTakeable, auction_.debtToCover - auction_.debtCovered);
        terms.collateralRoom = _min(collateralAvailable, auction_.maxCollateral - auction_.collateralTaken);
        terms.priceE36 = _price(auction_);
        terms.operatorFeeBps = auction_.terms.operatorFeeBps;
        terms.tierStepBps = basket.tierStepBps;
        terms.unit = basket.unit;
    }

    /// @dev A fresh price of the auction's own oracle. Reverts if the oracle does.
    function _price(Auction storage auction_) internal view returns (uint256 priceE36) {
        priceE36 = IPriceOracle(auction_.terms.oracle).priceE36();
        _require(priceE36 != 0, "priceE36", 0);
    }
}
