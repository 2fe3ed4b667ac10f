// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, BasketParams, IAuctionHubEvents, MarketParams, Route} from "../interfaces/IAuctionHub.sol";
import {AuctionId, LegId, PlanHash} from "../libraries/Types.sol";

/// @title HubStorage
/// @notice All state of the hub, shared by AuctionHub, which owns it, and HubEngine, whose code AuctionHub runs on it.
/// @dev Warning: both inherit this contract before any other that has storage, and the engine has none of its own:
/// that is what keeps their layouts the same.
abstract contract HubStorage is IAuctionHubEvents {
    uint256 internal constant BPS = 10_000;

    /// @dev One slot, so that recording an arrival costs two: this and the record's hash.
    struct Arrival {
        uint128 credited;
        uint32 spoke;
        uint40 arrivedAt;
        uint40 endedAt;
        uint8 due;
    }

    /// @dev One slot. `place` is the leg's index in its auction's list of unresolved legs plus one, zero if it is not there.
    /// `lapsed`: the plan reserved nothing, the leg can be called all the same.
    struct Commitment {
        uint40 auctionNumber;
        uint40 expirableAt;
        uint32 operatorSetId;
        uint32 spoke;
        uint8 lowestTier;
        uint8 place;
        bool expired;
        bool lapsed;
    }

    struct LegState {
        Arrival arrival;
        bytes32 recordHash;
        Commitment commitment;
        /// @dev Of a lapsed plan's leg: what its market counts as in flight.
        uint128 reservedDebt;
        uint128 reservedCollateral;
    }

    /// @dev Auctions are numbered from 1 up, so that a leg names its auction in five bytes.
    uint40 internal _auctionCount;
    mapping(uint256 auctionNumber => AuctionId) internal _auctionIds;
    mapping(AuctionId auctionId => Auction) internal _auctions;
    mapping(AuctionId auctionId => LegId[]) internal _unresolved;
    mapping(LegId legId => LegState) internal _legs;

    mapping(uint32 basket => BasketParams) internal _baskets;
    mapping(uint32 marketId => MarketParams) internal _markets;
    mapping(uint32 spoke => mapping(address token => Route)) internal _routes;
    /// @dev Debt that legs of a market's plans name which have neither ended nor expired, also of closed auctions and lapsed plans.
    mapping(uint32 marketId => uint256) internal _inFlight;
    /// @dev The last plan of each basket.
    mapping(uint32 basket => PlanHash) internal _heads;

    function _route(uint32 spoke, address token) internal view returns (Route storage route_) {
        route_ = _routes[spoke][token];
        if (route_.port == address(0)) revert RouteUnknown(spoke, token);
    }

    function _require(bool holds, bytes32 name, uint256 value) internal pure {
        if (!holds) revert ParameterInvalid(name, value);
    }

    /// @dev `a - b`, not below zero.
    function _minus(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a - b : 0;
    }

    function _min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
