// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {StagedPause} from "../access/StagedPause.sol";
import {BasketParams, IAuctionHub, MarketParams, Route} from "../interfaces/IAuctionHub.sol";
import {HubStorage} from "./HubStorage.sol";

/// @title HubParameters
/// @notice What the owner configures: baskets, markets and routes. Baskets and markets are fixed once created, but
/// for the limit of what a market has in flight, and an auction keeps a copy of its market's terms.
abstract contract HubParameters is HubStorage, StagedPause, IAuctionHub {
    constructor(address owner_) Ownable(owner_) {}

    /// @inheritdoc IAuctionHub
    /// @dev Reverts with `BasketExists`, or `ParameterInvalid` naming the field.
    function createBasket(uint32 basket, BasketParams calldata params) external onlyOwner {
        if (_baskets[basket].debtToken != address(0)) revert BasketExists(basket);
        _require(basket != 0, "basket", basket);
        _require(params.debtToken != address(0), "debtToken", 0);
        _require(params.tierStepBps != 0, "tierStepBps", 0);
        _require(params.tierCount != 0 && params.tierCount <= 64, "tierCount", params.tierCount);
        _require(params.unit != 0, "unit", 0);
        _require(params.callWindowSec != 0, "callWindowSec", 0);
        _require(params.maxSnapshotAgeSec != 0, "maxSnapshotAgeSec", 0);
        _require(params.settleWindowSec != 0, "settleWindowSec", 0);
        _baskets[basket] = params;
        emit BasketCreated(basket, params);
    }

    /// @inheritdoc IAuctionHub
    /// @dev Reverts with `MarketExists`, `BasketUnknown`, or `ParameterInvalid` naming the field.
    function createMarket(uint32 marketId, MarketParams calldata params) external onlyOwner {
        if (_markets[marketId].source != address(0)) revert MarketExists(marketId);
        BasketParams storage basket = _baskets[params.basket];
        if (basket.debtToken == address(0)) revert BasketUnknown(params.basket);
        _require(marketId != 0, "marketId", marketId);
        _require(params.source != address(0), "source", 0);
        _require(params.oracle != address(0), "oracle", 0);
        // One token on both sides would let the exchange's balance checks net debt against collateral.
        bool distinct = params.collateralToken != address(0) && params.collateralToken != basket.debtToken;
        _require(distinct, "collateralToken", uint160(params.collateralToken));
        _require(params.operatorFeeBps < BPS, "operatorFeeBps", params.operatorFeeBps);
        _require(params.maxPremiumBps >= basket.tierStepBps, "maxPremiumBps", params.maxPremiumBps);
        // A tolerance of the whole price would let a plan name the price zero.
        _require(params.priceToleranceBps < BPS, "priceToleranceBps", params.priceToleranceBps);
        _require(params.maxDurationSec != 0, "maxDurationSec", 0);
        _require(params.maxInFlight >= basket.unit, "maxInFlight", params.maxInFlight);
        _markets[marketId] = params;
        emit MarketCreated(marketId, params);
    }

    /// @inheritdoc IAuctionHub
    /// @dev Reverts with `MarketUnknown`.
    function setMaxInFlight(uint32 marketId, uint128 maxInFlight) external onlyOwner {
        if (_markets[marketId].source == address(0)) revert MarketUnknown(marketId);
        _markets[marketId].maxInFlight = maxInFlight;
        emit MaxInFlightSet(marketId, maxInFlight);
    }

    /// @inheritdoc IAuctionHub
    /// @dev Warning: replacing a route's port strands what is under way through the old one until it is set back. The unit of
    /// a debt token's route must divide the unit of every basket of that token, or refunds could not travel.
    function setRoute(uint32 spoke, address token, Route calldata route_) external onlyOwner {
        _require(spoke != 0, "spoke", spoke);
        _require(token != address(0), "token", 0);
        _require(route_.port != address(0), "port", 0);
        _require(route_.unit != 0, "unit", 0);
        _require(route_.timeoutSec != 0, "timeoutSec", 0);
        _routes[spoke][token] = route_;
        emit RouteSet(spoke, token, route_);
    }

    /// @inheritdoc IAuctionHub
    function basketParams(uint32 basket) external view returns (BasketParams memory) {
        return _baskets[basket];
    }

    /// @inheritdoc IAuctionHub
    function market(uint32 marketId) external view returns (MarketParams memory) {
        return _markets[marketId];
    }

    /// @inheritdoc IAuctionHub
    function inFlight(uint32 marketId) external view returns (uint256) {
        return _inFlight[marketId];
    }

    /// @inheritdoc IAuctionHub
    function route(uint32 spoke, address token) external view returns (Route memory) {
        return _routes[spoke][token];
    }
}
