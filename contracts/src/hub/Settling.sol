// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Auction, FillResult, IAuctionHub, LegRecord, MarketParams} from "../interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../interfaces/ICollateralSource.sol";
import {AuctionId, CapitalDelivered, CapitalFill, LegId} from "../libraries/Types.sol";
import {ExchangeVault} from "./ExchangeVault.sol";
import {LegBook} from "./LegBook.sol";
import {Receipts} from "./Receipts.sol";
import {Settlement} from "./Settlement.sol";

/// @title Settling
/// @notice Exchanges arrived legs with their auction's source.
abstract contract Settling is LegBook, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice `IAuctionHub.settle`.
    function settle(AuctionId auctionId, LegRecord[] calldata legs) external nonReentrant {
        Auction storage auction_ = _openAuction(auctionId);
        (Settlement.OfferedLeg[] memory offered, LegId[] memory legIds, uint256 given) =
            _offered(auctionId, auction_, legs);
        Settlement.Terms memory terms = _terms(auctionId, auction_);
        (uint256 debtUsed, uint256 collateralOut) = Settlement.allocate(terms, _absent(auctionId, given), offered);
        if (debtUsed == 0) revert NothingUsable(auctionId);

        for (uint256 i; i < legs.length; ++i) {
            if (offered[i].used != 0) _record(auctionId, legIds[i], legs[i], offered[i], terms.priceE36);
        }
        // Both are at most what the auction had left, in 128 bits.
        // forge-lint: disable-start(unsafe-typecast)
        auction_.debtCovered += uint128(debtUsed);
        auction_.collateralTaken += uint128(collateralOut);
        emit AuctionSettled(auctionId, uint128(debtUsed), uint128(collateralOut), auction_.debtCovered);
        // forge-lint: disable-end(unsafe-typecast)
        _exchange(auctionId, auction_.terms, debtUsed, collateralOut);
    }

    /// @dev The given legs as `Settlement` wants them, and a bit mask of their places in the auction's list. They come in the
    /// order of their spokes: a tie of the last tier goes to the lower one, whoever settles.
    function _offered(AuctionId auctionId, Auction storage auction_, LegRecord[] calldata legs)
        private
        view
        returns (Settlement.OfferedLeg[] memory offered, LegId[] memory legIds, uint256 given)
    {
        offered = new Settlement.OfferedLeg[](legs.length);
        legIds = new LegId[](legs.length);
        uint32 previous;
        for (uint256 i; i < legs.length; ++i) {
            (LegState storage leg, CapitalDelivered memory message) = _arrived(legs[i]);
            if (leg.arrival.spoke < previous) revert LegsNotAscending(previous, leg.arrival.spoke);
            previous = leg.arrival.spoke;
            legIds[i] = message.legId;
            _checkSettleable(auctionId, auction_, leg, message);
            // A one, moved to the leg's place, which is at most 64.
            // forge-lint: disable-next-line(incorrect-shift)
            uint256 bit = 1 << leg.commitment.place;
            if (given & bit != 0) revert LegsNotDistinct(message.legId);
            given |= bit;
            // A leg whose transport fell short is refunded as it is: there is nothing of it to use.
            if (leg.arrival.credited < Receipts.drawn(message.fills)) continue;
            offered[i].collateralUnit = _route(leg.arrival.spoke, auction_.terms.collateralToken).unit;
            offered[i].fills = message.fills;
            offered[i].results = _results(legs[i], message.fills.length);
        }
    }

    /// @dev Beyond its commitment the message itself is looked at again: a spoke that does not hold to the plan gets its
    /// capital back, not a premium that no plan named.
    function _checkSettleable(
        AuctionId auctionId,
        Auction storage auction_,
        LegState storage leg,
        CapitalDelivered memory message
    ) private view {
        LegId legId = message.legId;
        Commitment memory commitment = leg.commitment;
        if (leg.arrival.endedAt != 0) revert LegAlreadyEnded(legId);
        bool committed = commitment.auctionNumber != 0 && !commitment.lapsed && commitment.spoke == leg.arrival.spoke;
        if (!committed) revert LegNotCommitted(legId);
        if (commitment.expired) revert LegHasExpired(legId);
        if (commitment.auctionNumber != auction_.number || message.auctionId != auctionId) {
            revert LegOfOtherAuction(legId, auctionId);
        }
        if (message.basket != auction_.terms.basket) revert BasketMismatch(auction_.terms.basket, message.basket);
        uint256 tierStepBps = _baskets[message.basket].tierStepBps;
        for (uint256 i; i < message.fills.length; ++i) {
            uint8 tier = message.fills[i].tier;
            if (i != 0 && tier <= message.fills[i - 1].tier) revert TiersNotAscending(message.fills[i - 1].tier, tier);
            uint256 premiumBps = tierStepBps * (uint256(tier) + 1);
            if (premiumBps > auction_.terms.maxPremiumBps) {
                revert PremiumAboveMaximum(premiumBps, auction_.terms.maxPremiumBps);
            }
        }
    }

    /// @dev The reservations of the unresolved legs that were not given.
    function _absent(AuctionId auctionId, uint256 given) private view returns (Settlement.Reservation[] memory absent) {
        LegId[] storage unresolved = _unresolved[auctionId];
        absent = new Settlement.Reservation[](unresolved.length);
        for (uint256 i; i < absent.length; ++i) {
            // Places count from 1.
            // A one, moved to place i + 1.
            // forge-lint: disable-next-line(incorrect-shift)
            if (given & (2 << i) != 0) continue;
            LegState storage leg = _legs[unresolved[i]];
            absent[i] = Settlement.Reservation({
                lowestTier: leg.commitment.lowestTier, debt: leg.reservedDebt, collateral: leg.reservedCollateral
            });
        }
    }

    /// @dev Writes down what a settlement made of one leg; a wholly used leg has ended.
    function _record(
        AuctionId auctionId,
        LegId legId,
        LegRecord calldata record,
        Settlement.OfferedLeg memory offered,
        uint256 priceE36
    ) private {
        LegState storage leg = _legs[legId];
        // forge-lint: disable-next-line(unsafe-typecast)
        uint128 fee = record.fee + uint128(offered.fee);
        leg.recordHash = _recordHash(keccak256(record.message), keccak256(abi.encode(offered.results, fee)));
        _shrinkReservation(_auctions[auctionId], leg, offered.used, offered.collateral + offered.fee);
        bool ended = _whollyUsed(offered.fills, offered.results);
        if (ended) _end(leg, offered.fills, offered.results, _baskets[_auctions[auctionId].terms.basket].unit);
        emit LegSettled(legId, auctionId, priceE36, offered.results, fee, ended);
    }

    function _whollyUsed(CapitalFill[] memory fills, FillResult[] memory results) private pure returns (bool) {
        for (uint256 i; i < fills.length; ++i) {
            if (results[i].used != fills[i].amount) return false;
        }
        return true;
    }

    /// @dev Through the vault, which checks what the source took and gave; here what comes out of it. The hub itself says which
    /// vault is its own: this code has no state.
    function _exchange(AuctionId auctionId, MarketParams storage terms, uint256 debtIn, uint256 collateralOut) private {
        IERC20 debtToken = IERC20(_baskets[terms.basket].debtToken);
        IERC20 collateralToken = IERC20(terms.collateralToken);
        address vault = IAuctionHub(address(this)).vault();
        uint256 vaultBefore = debtToken.balanceOf(vault);
        debtToken.safeTransfer(vault, debtIn);
        _checkReceived(debtToken, vault, vaultBefore, debtIn);

        uint256 hubBefore = collateralToken.balanceOf(address(this));
        ExchangeVault(vault)
            .exchange(ICollateralSource(terms.source), auctionId, debtToken, debtIn, collateralToken, collateralOut);
        _checkReceived(collateralToken, address(this), hubBefore, collateralOut);
    }

    function _checkReceived(IERC20 token, address to, uint256 before, uint256 expected) private view {
        uint256 received = _minus(token.balanceOf(to), before);
        if (received != expected) revert TransferMismatch(address(token), expected, received);
    }
}
