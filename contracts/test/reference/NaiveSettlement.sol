// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The protocol's words on settling, written down one after the other for a flat list of fills: tier after tier,
/// fill after fill, without cursors, early ends or shared formulas. Numbers are small, so nothing needs 512 bits.
library NaiveSettlement {
    struct NaiveFill {
        uint256 tier;
        uint256 available;
        uint256 collateralUnit;
        uint256 used;
        uint256 collateral;
        uint256 fee;
    }

    struct Held {
        uint256 lowestTier;
        uint256 debt;
        uint256 collateral;
    }

    struct Market {
        uint256 debtRoom;
        uint256 collateralRoom;
        uint256 priceE36;
        uint256 operatorFeeBps;
        uint256 tierStepBps;
        uint256 unit;
    }

    function settle(Market memory market, Held[] memory held, NaiveFill[] memory fills) internal pure {
        bool ended;
        for (uint256 tier; tier < 64 && !ended; ++tier) {
            uint256 demand = _demand(market, held, fills, tier);
            uint256 supply;
            for (uint256 i; i < fills.length; ++i) {
                if (fills[i].tier == tier) supply += fills[i].available / market.unit * market.unit;
            }
            if (supply == 0) continue;
            ended = supply > demand;
            uint256[] memory given = ended ? _shares(market, fills, tier, demand, supply) : _whole(market, fills, tier);
            for (uint256 i; i < fills.length; ++i) {
                if (fills[i].tier == tier) _use(market, fills[i], given[i]);
            }
        }
    }

    function _demand(Market memory market, Held[] memory held, NaiveFill[] memory fills, uint256 tier)
        private
        pure
        returns (uint256 demand)
    {
        int256 debt = int256(market.debtRoom);
        int256 collateral = int256(market.collateralRoom);
        for (uint256 i; i < held.length; ++i) {
            if (held[i].lowestTier >= tier) continue;
            debt -= int256(held[i].debt);
            collateral -= int256(held[i].collateral);
        }
        for (uint256 i; i < fills.length; ++i) {
            debt -= int256(fills[i].used);
            collateral -= int256(fills[i].collateral + fills[i].fee);
        }
        if (debt <= 0 || collateral <= 0) return 0;
        uint256 payoutBps = 10_000 + market.tierStepBps * (tier + 1) + market.operatorFeeBps;
        demand = uint256(collateral) * market.priceE36 * 10_000 / (1e36 * payoutBps);
        if (demand > uint256(debt)) demand = uint256(debt);
        demand = demand / market.unit * market.unit;
    }

    function _whole(Market memory market, NaiveFill[] memory fills, uint256 tier)
        private
        pure
        returns (uint256[] memory given)
    {
        given = new uint256[](fills.length);
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].tier == tier) given[i] = fills[i].available / market.unit * market.unit;
        }
    }

    /// @dev One unit at a time to whoever is furthest behind the exact share, as long as the floors leave something.
    function _shares(Market memory market, NaiveFill[] memory fills, uint256 tier, uint256 demand, uint256 supply)
        private
        pure
        returns (uint256[] memory given)
    {
        given = _whole(market, fills, tier);
        uint256[] memory behind = new uint256[](fills.length);
        uint256 left = demand;
        for (uint256 i; i < fills.length; ++i) {
            uint256 exact = given[i] * demand;
            given[i] = exact / supply / market.unit * market.unit;
            behind[i] = exact - given[i] * supply;
            left -= given[i];
        }
        while (left != 0) {
            uint256 next;
            for (uint256 i; i < fills.length; ++i) {
                if (behind[i] > behind[next]) next = i;
            }
            behind[next] = 0;
            given[next] += market.unit;
            left -= market.unit;
        }
    }

    function _use(Market memory market, NaiveFill memory fill, uint256 amount) private pure {
        uint256 premiumBps = market.tierStepBps * (fill.tier + 1);
        uint256 owed = amount * (10_000 + premiumBps) * 1e36 / (10_000 * market.priceE36);
        uint256 collateral = owed / fill.collateralUnit * fill.collateralUnit;
        if (collateral == 0) return;
        fill.used = amount;
        fill.collateral = collateral;
        fill.fee = amount * market.operatorFeeBps * 1e36 / (10_000 * market.priceE36);
    }
}
