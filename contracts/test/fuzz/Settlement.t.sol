// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Settlement} from "../../src/hub/Settlement.sol";
import {FillResult} from "../../src/interfaces/IAuctionHub.sol";
import {CapitalFill} from "../../src/libraries/Types.sol";
import {NaiveSettlement} from "../reference/NaiveSettlement.sol";

/// @notice The allocation of a settlement against a naive model, and what must hold of it whatever the market looks like.
contract SettlementFuzzTest is Test {
    uint256 private _seed;

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_AllocatesAsTheNaiveModel(uint256 seed) public {
        _seed = seed;
        (Settlement.Terms memory terms, Settlement.Reservation[] memory absent, Settlement.OfferedLeg[] memory legs) =
            _world();
        NaiveSettlement.NaiveFill[] memory fills = _flat(legs);
        NaiveSettlement.settle(_market(terms), _held(absent), fills);
        FillResult[][] memory before = _results(legs);

        (uint256 used, uint256 collateralOut) = Settlement.allocate(terms, absent, legs);

        uint256 at;
        for (uint256 i; i < legs.length; ++i) {
            uint256[3] memory sums;
            for (uint256 k; k < legs[i].fills.length; ++k) {
                NaiveSettlement.NaiveFill memory fill = fills[at++];
                assertEq(legs[i].results[k].used - before[i][k].used, fill.used, "used");
                assertEq(legs[i].results[k].collateral - before[i][k].collateral, fill.collateral, "collateral");
                sums[0] += fill.used;
                sums[1] += fill.collateral;
                sums[2] += fill.fee;
            }
            assertEq(legs[i].used, sums[0]);
            assertEq(legs[i].collateral, sums[1]);
            assertEq(legs[i].fee, sums[2]);
            used -= sums[0];
            collateralOut -= sums[1] + sums[2];
        }
        assertEq(used, 0, "the total is the sum");
        assertEq(collateralOut, 0, "the total is the sum");
    }

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_HoldsTheInvariants(uint256 seed) public {
        _seed = seed;
        (Settlement.Terms memory terms, Settlement.Reservation[] memory absent, Settlement.OfferedLeg[] memory legs) =
            _world();
        FillResult[][] memory before = _results(legs);
        (uint256 used, uint256 collateralOut) = Settlement.allocate(terms, absent, legs);

        assertLe(used, terms.debtRoom);
        assertLe(collateralOut, terms.collateralRoom);
        assertEq(used % terms.unit, 0);
        uint256 cheapestUnused = type(uint256).max;
        uint256 dearestUsed;
        for (uint256 i; i < legs.length; ++i) {
            for (uint256 k; k < legs[i].fills.length; ++k) {
                CapitalFill memory fill = legs[i].fills[k];
                FillResult memory result = legs[i].results[k];
                assertLe(result.used, fill.amount);
                uint256 gain = result.used - before[i][k].used;
                if (gain != 0 && fill.tier > dearestUsed) dearestUsed = fill.tier;
                if (_couldEarn(terms, legs[i], fill, result) && fill.tier < cheapestUnused) cheapestUnused = fill.tier;
                _checkPayout(
                    terms, legs[i].collateralUnit, fill.tier, gain, result.collateral - before[i][k].collateral
                );
            }
        }
        assertLe(dearestUsed, cheapestUnused, "a dearer fill went before a cheaper one");
    }

    /// @dev Invariant 2: what a fill gets is what is owed at this price, less under one route unit.
    function _checkPayout(
        Settlement.Terms memory terms,
        uint256 collateralUnit,
        uint256 tier,
        uint256 used,
        uint256 collateral
    ) private pure {
        uint256 owed = used * (10_000 + terms.tierStepBps * (tier + 1)) * 1e36 / (10_000 * terms.priceE36);
        assertLe(collateral, owed);
        assertLt(owed - collateral, collateralUnit);
        assertEq(collateral % collateralUnit, 0);
        assertTrue(used == 0 || collateral != 0);
    }

    /// @dev Something is left of the fill, and all of it would have earned at least one step of collateral.
    function _couldEarn(
        Settlement.Terms memory terms,
        Settlement.OfferedLeg memory leg,
        CapitalFill memory fill,
        FillResult memory result
    ) private pure returns (bool) {
        uint256 left = (fill.amount - result.used) / terms.unit * terms.unit;
        return left * (10_000 + terms.tierStepBps * (uint256(fill.tier) + 1)) * 1e36 / (10_000 * terms.priceE36)
            >= leg.collateralUnit;
    }

    // ---------------------------------------------------------------------------------------------- generated

    function _world()
        private
        returns (
            Settlement.Terms memory terms,
            Settlement.Reservation[] memory absent,
            Settlement.OfferedLeg[] memory legs
        )
    {
        terms.unit = _next(4) == 0 ? 1 : 1 + _next(1000);
        terms.tierStepBps = 1 + _next(100);
        terms.operatorFeeBps = _next(100);
        // One smallest unit of collateral is worth between a thousandth and a thousand of debt.
        terms.priceE36 = 1e33 * (1 + _next(1_000_000));
        legs = new Settlement.OfferedLeg[](_next(6));
        uint256 supply;
        for (uint256 i; i < legs.length; ++i) {
            supply += _fillLeg(legs[i], terms.unit);
        }
        absent = new Settlement.Reservation[](_next(4));
        for (uint256 i; i < absent.length; ++i) {
            absent[i].lowestTier = uint8(_next(6));
            absent[i].debt = uint128(_next(supply / 2 + 1));
            absent[i].collateral = uint128(uint256(absent[i].debt) * 1e36 / terms.priceE36);
        }
        terms.debtRoom = _next(2 * supply + 2);
        terms.collateralRoom = _next(2 * supply + 2) * 1e36 / terms.priceE36;
    }

    function _fillLeg(Settlement.OfferedLeg memory leg, uint256 unit) private returns (uint256 supply) {
        leg.collateralUnit = _next(2) == 0 ? 1 : 1 + _next(50 * unit);
        uint256 count = _next(5);
        leg.fills = new CapitalFill[](count);
        leg.results = new FillResult[](count);
        uint256 tier = _next(3);
        for (uint256 k; k < count; ++k) {
            uint256 units = _next(200);
            // Now and then an amount that is no multiple, as from a spoke that errs.
            uint256 amount = units * unit + (_next(8) == 0 ? _next(unit) : 0);
            leg.fills[k] = CapitalFill(uint8(tier), uint32(k), uint128(amount));
            if (_next(3) == 0) leg.results[k] = FillResult(uint128(_next(units + 1) * unit), uint128(_next(1e6)));
            supply += amount - leg.results[k].used;
            tier += 1 + _next(3);
        }
    }

    function _flat(Settlement.OfferedLeg[] memory legs)
        private
        pure
        returns (NaiveSettlement.NaiveFill[] memory fills)
    {
        uint256 count;
        for (uint256 i; i < legs.length; ++i) {
            count += legs[i].fills.length;
        }
        fills = new NaiveSettlement.NaiveFill[](count);
        uint256 at;
        for (uint256 i; i < legs.length; ++i) {
            for (uint256 k; k < legs[i].fills.length; ++k) {
                fills[at].tier = legs[i].fills[k].tier;
                fills[at].available = legs[i].fills[k].amount - legs[i].results[k].used;
                fills[at++].collateralUnit = legs[i].collateralUnit;
            }
        }
    }

    function _results(Settlement.OfferedLeg[] memory legs) private pure returns (FillResult[][] memory results) {
        results = new FillResult[][](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            results[i] = abi.decode(abi.encode(legs[i].results), (FillResult[]));
        }
    }

    function _market(Settlement.Terms memory terms) private pure returns (NaiveSettlement.Market memory) {
        return abi.decode(abi.encode(terms), (NaiveSettlement.Market));
    }

    function _held(Settlement.Reservation[] memory absent) private pure returns (NaiveSettlement.Held[] memory held) {
        held = new NaiveSettlement.Held[](absent.length);
        for (uint256 i; i < absent.length; ++i) {
            held[i] = NaiveSettlement.Held(absent[i].lowestTier, absent[i].debt, absent[i].collateral);
        }
    }

    /// @dev The next number below `limit`, from the run's seed.
    function _next(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
