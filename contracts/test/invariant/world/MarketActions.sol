// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Auction, AuctionStatus} from "../../../src/interfaces/IAuctionHub.sol";
import {ExampleLender} from "../../../src/hub/sources/ExampleLender.sol";
import {AuctionId} from "../../../src/libraries/Types.sol";
import {HubActions} from "./HubActions.sol";

/// @notice Sellers and borrowers have debt covered, cure or give up; prices move and time passes.
abstract contract MarketActions is HubActions {
    uint256 private constant MAX_OPEN = 3;

    function open(uint256 seed) public dice(seed) {
        uint256 count;
        for (uint256 i; i < auctions.length; ++i) {
            if (_isOpen(auctions[i].id)) ++count;
        }
        if (count >= MAX_OPEN) return this.sign(seed);
        _forgetAuctions();
        if (_next(2) == 0) _openEscrow();
        else _lend();
    }

    function lend(uint256 seed) public dice(seed) {
        _lend();
    }

    function movePrice(uint256 seed) public dice(seed) {
        uint256 k = _next(2);
        uint256 perMille = _next(3) == 0 ? 500 + _next(1000) : 990 + _next(21);
        uint256 base = _next(2) == 0 ? _basePriceE36(k) : oracles[k].priceE36();
        oracles[k].set(base * perMille / 1000);
        // Not without bounds in a long run.
        if (oracles[k].priceE36() > 4 * _basePriceE36(k) || oracles[k].priceE36() < _basePriceE36(k) / 4) {
            oracles[k].set(_basePriceE36(k));
        }
    }

    function wait_(uint256 seed) public dice(seed) {
        uint256 kind = _next(12);
        vm.roll(block.number + 1 + _next(5));
        if (kind > 7 && legs.length != 0 && _toLimit(legs[_next(legs.length)])) return;
        vm.warp(block.timestamp + 1 + _next(kind == 0 ? 3000 : kind < 3 ? 400 : 20));
    }

    /// @dev To the last or the first second of what a leg may do or have done to it, if it lies ahead.
    function _toLimit(SeenLeg storage seen) private returns (bool) {
        uint256[6] memory limits;
        limits[0] = plans[seen.plan].callBy;
        limits[1] = limits[0] + TIMEOUT_SEC;
        limits[2] = limits[1] + 1;
        limits[3] = _statusOf(seen).arrivedAt + SETTLE_WINDOW_SEC;
        limits[4] = hub.auction(seen.auctionId).deadline;
        limits[5] = limits[4] + 1;
        uint256 first = _next(6);
        for (uint256 i; i < 6; ++i) {
            uint256 limit = limits[(first + i) % 6];
            if (limit <= block.timestamp || limit > block.timestamp + 1000) continue;
            vm.warp(limit);
            ++reached["time on a limit"];
            return true;
        }
        return false;
    }

    // ------------------------------------------------------------------------------------------------- sources

    function _openEscrow() internal {
        uint128 debtToCover = uint128(_magnitude(1e13)) * unit;
        // Between half the collateral that it takes and twice as much.
        uint256 worth = uint256(debtToCover) * 1e36 / oracles[0].priceE36();
        uint128 maxCollateral = uint128(worth * (50 + _next(150)) / 100 + 1);
        collateralTokens[0].transfer(seller, maxCollateral);
        vm.startPrank(seller);
        collateralTokens[0].approve(address(escrow), maxCollateral);
        AuctionId id = escrow.open(debtToCover, maxCollateral, uint64(block.timestamp + 100 + _next(4000)), "ref");
        vm.stopPrank();
        _rememberAuction(id, 0);
        ++reached["escrow opened"];
    }

    /// @dev Takes a borrower one step further: in debt, liquidated, cured, out again.
    function _lend() internal {
        address borrower = borrowers[_next(2)];
        ExampleLender.Position memory position = lender.positionOf(borrower);
        if (AuctionId.unwrap(position.auctionId) != 0) return _tendLocked(borrower, position);
        if (lender.isLiquidatable(borrower) && position.debt >= unit) {
            _rememberAuction(lender.liquidate(borrower), 1);
            ++reached["position liquidated"];
        } else if (position.debt < unit) {
            _borrow(borrower);
        } else {
            oracles[1].set(uint256(position.debt) * 1e36 / position.collateral * 11 / 10);
        }
    }

    function _borrow(address borrower) private {
        uint128 collateral = uint128(1e3 + _magnitude(1e10));
        collateralTokens[1].transfer(borrower, collateral);
        vm.startPrank(borrower);
        collateralTokens[1].approve(address(lender), collateral);
        lender.depositCollateral(collateral);
        ExampleLender.Position memory position = lender.positionOf(borrower);
        uint256 debt = uint256(position.collateral) * oracles[1].priceE36() / 1e36 * 69 / 100;
        if (debt > position.debt) lender.borrow(uint128(debt - position.debt));
        vm.stopPrank();
    }

    function _tendLocked(address borrower, ExampleLender.Position memory position) private {
        Auction memory locked = hub.auction(position.auctionId);
        bool over = locked.status != AuctionStatus.Open || locked.debtCovered == locked.debtToCover
            || block.timestamp > locked.deadline;
        if (over) return lender.release(borrower);
        if (position.debt != 0 && _next(3) == 0) {
            uint128 amount = uint128(1 + _next(position.debt));
            debtToken.approve(address(lender), amount);
            lender.repay(borrower, amount);
            ++reached["repaid during an auction"];
            return;
        }
        try lender.abort(borrower) {
            ++reached["auction aborted"];
        } catch (bytes memory reason) {
            _onlyIf(reason, ExampleLender.PositionUnhealthy.selector);
        }
    }

    function _forgetAuctions() private {
        for (uint256 i = auctions.length; i != 0 && auctions.length > MAX_AUCTIONS; --i) {
            AuctionId id = auctions[i - 1].id;
            if (hub.auction(id).status != AuctionStatus.Closed || _hasLegs(id)) continue;
            delete auctionOf[id];
            auctions[i - 1] = auctions[auctions.length - 1];
            auctions.pop();
            if (i <= auctions.length) auctionOf[auctions[i - 1].id] = i;
        }
    }

    function _hasLegs(AuctionId id) private view returns (bool) {
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].auctionId == id) return true;
        }
        return false;
    }

    function _rememberAuction(AuctionId id, uint8 collateral) private {
        auctions.push(SeenAuction(id, collateral, 0, 0));
        auctionOf[id] = auctions.length;
    }
}
