// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BidKind, ISpokeEvents, SpokeCollateral} from "../interfaces/ILiquiditySpoke.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {LegId} from "../libraries/Types.sol";

/// @title SpokeStorage
/// @notice All state of a spoke, which `LiquiditySpoke` owns and whose engine's code it runs on it, and how it is found.
/// @dev Warning: both inherit this contract before any other that has storage, and the engine has none of its own: that is what
/// keeps their layouts the same.
abstract contract SpokeStorage is ISpokeEvents {
    /// @dev `SpokeBasket`, packed so that a bid reads two slots of it and a call four. `inFlight` is what calls have drawn whose
    /// results are not complete.
    struct BasketTerms {
        address debtToken;
        uint8 localDecimals;
        uint8 hubDecimals;
        uint8 tierCount;
        uint16 tierStepBps;
        uint32 exitBucketSec;
        uint96 unit;
        uint96 minBid;
        uint32 activationDelaySec;
        uint32 activationBucketSec;
        address port;
        uint96 inFlight;
        address hubDebtToken;
        uint96 maxInFlight;
        uint32 noticeSec;
        uint32 callTimeoutSec;
    }

    /// @dev Two slots.
    ///   Entering            `shares` is the deposit, in hub units; the entry `bucket` says what shares it has from when on
    ///   Remainder           what stayed when a part of a bid left
    ///   Exiting, Collected  the part that left or leaves with the exit `bucket` of `epoch`
    /// `startGen` and `epoch` are those of all but an entering bid. `endGen` is `OPEN_END` while the bid is open. The bid was
    /// paid for the calls below `refundsClaimedTo` in the debt token, and for those below `gainsClaimedTo` in the spoke's first
    /// collateral token.
    struct Bid {
        address owner;
        uint32 basket;
        uint8 tier;
        uint32 bucket;
        uint24 epoch;
        uint112 shares;
        uint32 startGen;
        uint32 endGen;
        uint32 refundsClaimedTo;
        uint32 gainsClaimedTo;
        BidKind kind;
    }

    /// @dev A leg that was called, in one slot. `flown` hub units count as in flight until none of its `openFills` waits for a
    /// result.
    struct CalledLeg {
        uint48 blockNumber;
        uint40 calledAtSec;
        uint32 basket;
        uint96 flown;
        uint8 openFills;
    }

    uint32 internal constant OPEN_END = type(uint32).max;

    mapping(uint32 basket => BasketTerms) internal _baskets;
    mapping(address hubToken => SpokeCollateral) internal _collaterals;

    /// @dev The one port that brings a token of this chain, and for debt tokens takes it away: nobody else's word counts
    /// that it came.
    mapping(address token => address port) internal _portOf;

    /// @dev Numbers of collateral tokens in the pools' prefix sums, from 1 up.
    mapping(address token => uint32 id) internal _tokenIds;
    mapping(uint32 id => address token) internal _tokens;
    uint32 internal _tokenCount;

    mapping(uint256 poolKey => PoolAccounting.Pool) internal _pools;
    mapping(uint256 bidId => Bid) internal _bids;
    /// @dev As `Bid.gainsClaimedTo`, for all other collateral tokens.
    mapping(uint256 bidId => mapping(uint32 tokenId => uint32 gen)) internal _otherGainsClaimedTo;
    /// @dev Parts of skipped calls that a bid was paid for, as the bits of `Call.status`.
    mapping(uint256 bidId => mapping(uint32 gen => uint8 parts)) internal _skippedClaimed;
    mapping(LegId => CalledLeg) internal _legs;
    uint256 internal _lastBidId;

    function _poolOf(uint32 basket, uint8 tier) internal view returns (PoolAccounting.Pool storage) {
        return _pools[uint256(basket) << 8 | tier];
    }

    function _tagOf(LegId legId) internal pure returns (uint40) {
        return uint40(uint256(LegId.unwrap(legId)));
    }

    function _existingBasket(uint32 basket) internal view returns (BasketTerms storage terms) {
        terms = _baskets[basket];
        if (terms.debtToken == address(0)) revert BasketUnknown(basket);
    }

    function _basketOf(uint32 basket, uint8 tier) internal view returns (BasketTerms storage terms) {
        terms = _existingBasket(basket);
        if (tier >= terms.tierCount) revert TierOutOfLadder(tier, terms.tierCount);
    }

    function _existingBid(uint256 bidId) internal view returns (Bid storage bid_) {
        bid_ = _bids[bidId];
        if (bid_.owner == address(0)) revert BidUnknown(bidId);
    }

    /// @dev A collateral that is the basket's own debt token shares the refunds' prefix sum: one token, one claim.
    function _tokenIdOf(uint32 basket, address token) internal view returns (uint32 id) {
        if (token == _baskets[basket].debtToken) return PoolAccounting.DEBT_TOKEN_ID;
        id = _tokenIds[token];
        if (id == 0) revert CollateralUnknown(token);
    }
}
