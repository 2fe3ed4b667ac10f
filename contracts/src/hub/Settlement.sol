// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {FillResult} from "../interfaces/IAuctionHub.sol";
import {Clearing} from "../libraries/Clearing.sol";
import {CapitalFill} from "../libraries/Types.sol";

/// @title Settlement
/// @notice Decides how much of each arrived fill is exchanged: the cheapest tier first, pro rata in the tier that does not
/// fit, and never into what is reserved for a cheaper leg that is not here. Pure; formulas from `Clearing`.
library Settlement {
    /// @notice What there is to give, and at what price.
    /// @param debtRoom Debt that auction and source can still take.
    /// @param collateralRoom Collateral that auction and source can still give.
    /// @param priceE36 Debt value of one smallest unit of collateral, times 1e36.
    /// @param unit Draws are multiples of it.
    struct Terms {
        uint256 debtRoom;
        uint256 collateralRoom;
        uint256 priceE36;
        uint256 operatorFeeBps;
        uint256 tierStepBps;
        uint256 unit;
    }

    /// @notice The reservation of an unresolved leg that does not take part: kept free from fills of dearer tiers.
    struct Reservation {
        uint8 lowestTier;
        uint128 debt;
        uint128 collateral;
    }

    /// @notice A leg that takes part, and what this settlement does with it.
    /// @param collateralUnit Smallest step of the route that its collateral takes home.
    /// @param fills Tiers strictly ascending.
    /// @param results One a fill, cumulative over settlements; raised here.
    /// @param used,collateral,fee Totals of this settlement alone; `collateral` is the LPs'.
    struct OfferedLeg {
        uint256 collateralUnit;
        CapitalFill[] fills;
        FillResult[] results;
        uint256 used;
        uint256 collateral;
        uint256 fee;
    }

    /// @dev Running state of one allocation.
    struct Progress {
        uint256 used;
        uint256 collateralOut;
        uint256[] cursors;
    }

    uint256 private constant NO_TIER = type(uint256).max;

    /// @notice Allocates room to the legs' unused fills and raises their results in place.
    /// @param legs In spoke order: ties of a pro-rata tier go to the leg that stands first.
    /// @return used Debt exchanged.
    /// @return collateralOut Collateral for LPs and operators together.
    function allocate(Terms memory terms, Reservation[] memory absent, OfferedLeg[] memory legs)
        internal
        pure
        returns (uint256 used, uint256 collateralOut)
    {
        Progress memory progress;
        progress.cursors = new uint256[](legs.length);
        while (true) {
            uint256 tier = _nextTier(legs, progress.cursors);
            if (tier == NO_TIER) break;
            uint256 demand = _demand(terms, absent, tier, progress);
            // Dearer tiers have less room and cost more: nothing is left for them either.
            if (demand == 0) break;
            bool last = _fillTier(terms, legs, tier, demand, progress);
            if (last) break;
        }
        return (progress.used, progress.collateralOut);
    }

    function _nextTier(OfferedLeg[] memory legs, uint256[] memory cursors) private pure returns (uint256 tier) {
        tier = NO_TIER;
        for (uint256 i; i < legs.length; ++i) {
            CapitalFill[] memory fills = legs[i].fills;
            if (cursors[i] < fills.length && fills[cursors[i]].tier < tier) tier = fills[cursors[i]].tier;
        }
    }

    /// @dev What fills of `tier` may still use: the room less what is used and what waits for cheaper legs.
    function _demand(Terms memory terms, Reservation[] memory absent, uint256 tier, Progress memory progress)
        private
        pure
        returns (uint256)
    {
        uint256 debtTaken = progress.used;
        uint256 collateralTaken = progress.collateralOut;
        for (uint256 i; i < absent.length; ++i) {
            if (absent[i].lowestTier < tier) {
                debtTaken += absent[i].debt;
                collateralTaken += absent[i].collateral;
            }
        }
        if (debtTaken >= terms.debtRoom || collateralTaken >= terms.collateralRoom) return 0;
        return Clearing.demandDown(
            terms.debtRoom - debtTaken,
            terms.collateralRoom - collateralTaken,
            terms.priceE36,
            _premiumBps(terms, tier),
            terms.operatorFeeBps,
            terms.unit
        );
    }

    /// @dev Uses the fills of `tier` up to `demand` and moves the cursors past them.
    /// @return last Whether the tier did not fit as a whole.
    function _fillTier(
        Terms memory terms,
        OfferedLeg[] memory legs,
        uint256 tier,
        uint256 demand,
        Progress memory progress
    ) private pure returns (bool last) {
        uint256[] memory taken = new uint256[](legs.length);
        uint256 supply;
        for (uint256 i; i < legs.length; ++i) {
            uint256 cursor = progress.cursors[i];
            if (cursor >= legs[i].fills.length || legs[i].fills[cursor].tier != tier) continue;
            uint256 unused = legs[i].fills[cursor].amount - legs[i].results[cursor].used;
            taken[i] = unused - unused % terms.unit;
            supply += taken[i];
        }
        last = supply > demand;
        if (last) taken = Clearing.proRata(taken, demand, terms.unit);

        for (uint256 i; i < legs.length; ++i) {
            uint256 cursor = progress.cursors[i];
            if (cursor >= legs[i].fills.length || legs[i].fills[cursor].tier != tier) continue;
            _use(terms, legs[i], cursor, tier, taken[i], progress);
            progress.cursors[i] = cursor + 1;
        }
    }

    function _use(
        Terms memory terms,
        OfferedLeg memory leg,
        uint256 index,
        uint256 tier,
        uint256 amount,
        Progress memory progress
    ) private pure {
        uint256 collateral = Clearing.collateralDown(amount, _premiumBps(terms, tier), terms.priceE36);
        collateral -= collateral % leg.collateralUnit;
        // What would earn nothing is not taken; it comes home as a refund.
        if (collateral == 0) return;
        uint256 fee = Clearing.feeDown(amount, terms.operatorFeeBps, terms.priceE36);

        // `amount` is at most the fill's and `collateral` at most the room for it: both fit 128 bits.
        // forge-lint: disable-start(unsafe-typecast)
        leg.results[index].used += uint128(amount);
        leg.results[index].collateral += uint128(collateral);
        // forge-lint: disable-end(unsafe-typecast)
        leg.used += amount;
        leg.collateral += collateral;
        leg.fee += fee;
        progress.used += amount;
        progress.collateralOut += collateral + fee;
    }

    function _premiumBps(Terms memory terms, uint256 tier) private pure returns (uint256) {
        return terms.tierStepBps * (tier + 1);
    }
}
