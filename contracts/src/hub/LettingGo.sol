// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Auction, AuctionStatus, BasketParams, FillResult, LegRecord} from "../interfaces/IAuctionHub.sol";
import {AuctionId, CapitalDelivered, LegId} from "../libraries/Types.sol";
import {LegBook} from "./LegBook.sol";

/// @title LettingGo
/// @notice How whatever cannot be used comes to its end: legs are released or expire, auctions close. Nothing here asks a source,
/// an oracle or a bridge.
abstract contract LettingGo is LegBook, ReentrancyGuardTransient {
    /// @notice `IAuctionHub.releaseLegs`.
    /// @dev Reverts with `LegNotArrived`, `RecordMismatch`, `LegAlreadyEnded` or `LegNotReleasable`.
    function releaseLegs(LegRecord[] calldata legs) external nonReentrant {
        for (uint256 i; i < legs.length; ++i) {
            (LegState storage leg, CapitalDelivered memory message) = _arrived(legs[i]);
            if (leg.arrival.endedAt != 0) revert LegAlreadyEnded(message.legId);
            BasketParams storage basket = _baskets[message.basket];
            bool atOnce = leg.commitment.expired || leg.commitment.lapsed
                || _auctions[message.auctionId].status == AuctionStatus.Closed;
            uint64 releasableAt = uint64(leg.arrival.arrivedAt) + basket.settleWindowSec;
            if (!atOnce && block.timestamp < releasableAt) revert LegNotReleasable(message.legId, releasableAt);

            FillResult[] memory results = _results(legs[i], message.fills.length);
            uint128 refund = _end(leg, message.fills, results, basket.unit);
            emit LegReleased(message.legId, message.auctionId, legs[i].results, refund);
        }
    }

    /// @notice `IAuctionHub.expireLegs`.
    /// @dev Reverts with `LegUnknown` (of no plan), `LegHasExpired`, `LegAlreadyArrived` or `LegNotExpirable`.
    function expireLegs(LegId[] calldata legIds) external nonReentrant {
        for (uint256 i; i < legIds.length; ++i) {
            LegId legId = legIds[i];
            LegState storage leg = _legs[legId];
            Commitment memory commitment = leg.commitment;
            if (commitment.auctionNumber == 0) revert LegUnknown(legId);
            if (commitment.expired) revert LegHasExpired(legId);
            if (leg.arrival.arrivedAt != 0) revert LegAlreadyArrived(legId);
            if (block.timestamp <= commitment.expirableAt) revert LegNotExpirable(legId, commitment.expirableAt);
            leg.commitment.expired = true;
            _resolve(leg);
            emit LegExpired(legId, _auctionIds[commitment.auctionNumber]);
        }
    }

    /// @notice `IAuctionHub.closeAuction`.
    /// @dev Frees all reservations at once: a closed auction's list of unresolved legs is not looked at any more.
    function closeAuction(AuctionId auctionId) external nonReentrant {
        Auction storage auction_ = _openAuction(auctionId);
        bool allowed = msg.sender == auction_.terms.source || auction_.debtCovered == auction_.debtToCover
            || block.timestamp > auction_.deadline;
        if (!allowed) revert CallerMayNotClose(msg.sender);
        auction_.status = AuctionStatus.Closed;
        auction_.reservedDebt = 0;
        auction_.reservedCollateral = 0;
        emit AuctionClosed(auctionId, auction_.debtCovered, auction_.collateralTaken);
    }
}
