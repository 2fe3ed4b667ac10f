// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {Clearing} from "../../src/libraries/Clearing.sol";

contract ClearingTest is Test {
    /// @dev One tier of a clearing, as the vectors carry it.
    struct Step {
        uint256 debtLeft;
        uint256 collateralLeft;
        uint256 priceE36;
        uint256 premiumBps;
        uint256 operatorFeeBps;
        uint256 unit;
        uint256 demand;
        uint256[] available;
        uint256[] given;
        uint256[] collateral;
        uint256[] fee;
    }

    string private vectors = vm.readFile("../test/vectors/clearings.json");

    function test_VectorsOfClearings() public view {
        uint256 steps = 0;
        uint256 count = 0;
        for (; vm.keyExistsJson(vectors, at(count, "")); ++count) {
            Step[] memory tiers = abi.decode(vm.parseJsonBytes(vectors, at(count, ".abi")), (Step[]));
            for (uint256 i = 0; i < tiers.length; ++i) {
                checkStep(tiers[i]);
                ++steps;
            }
        }
        assertGt(count, 40);
        assertGt(steps, 40);
    }

    function checkStep(Step memory step) private pure {
        uint256 demand = Clearing.demandDown(
            step.debtLeft, step.collateralLeft, step.priceE36, step.premiumBps, step.operatorFeeBps, step.unit
        );
        assertEq(demand, step.demand, "demand");
        uint256 supply = sum(step.available);
        uint256[] memory given = supply > demand ? Clearing.proRata(step.available, demand, step.unit) : step.available;
        assertEq(given, step.given, "given");
        for (uint256 i = 0; i < given.length; ++i) {
            assertEq(
                Clearing.collateralDown(given[i], step.premiumBps, step.priceE36), step.collateral[i], "collateral"
            );
            assertEq(Clearing.feeDown(given[i], step.operatorFeeBps, step.priceE36), step.fee[i], "fee");
        }
    }

    function test_DemandIsLimitedByDebtThenByCollateral() public pure {
        // 1 unit of collateral is worth 2 of debt: 100 pay for 200 / 1.06.
        assertEq(Clearing.demandDown(150, 100, 2e36, 500, 100, 1), 150);
        assertEq(Clearing.demandDown(1_000, 100, 2e36, 500, 100, 1), 188);
        assertEq(Clearing.demandDown(1_000, 100, 2e36, 500, 100, 50), 150);
        assertEq(Clearing.demandDown(1_000, 0, 2e36, 500, 100, 1), 0);
    }

    function test_TiesGoToTheLowerIndex() public pure {
        uint256[] memory available = amounts(1, 1, 1);
        assertEq(Clearing.proRata(available, 2, 1), amounts(1, 1, 0));
        // Shares 1.4, 2.8, 2.8: the larger remainders go first.
        assertEq(Clearing.proRata(amounts(2, 4, 4), 7, 1), amounts(1, 3, 3));
        assertEq(Clearing.proRata(amounts(20, 40, 40), 70, 10), amounts(10, 30, 30));
        assertEq(Clearing.proRata(amounts(0, 3, 0), 2, 1), amounts(0, 2, 0));
    }

    function testFuzz_ProRataGivesExactlyTheDemand(uint64[] memory units, uint64 demandUnits, uint32 unitSeed)
        public
        pure
    {
        vm.assume(units.length > 0 && units.length <= 64);
        uint256 unit = uint256(unitSeed) + 1;
        uint256[] memory available = new uint256[](units.length);
        for (uint256 i = 0; i < units.length; ++i) {
            available[i] = units[i] * unit;
        }
        uint256 supply = sum(available);
        vm.assume(supply > 0);
        uint256 demand = (demandUnits % (supply / unit)) * unit;

        uint256[] memory given = Clearing.proRata(available, demand, unit);
        assertEq(sum(given), demand);
        for (uint256 i = 0; i < given.length; ++i) {
            assertLe(given[i], available[i]);
            assertEq(given[i] % unit, 0);
            // Within one unit of the exact share, on either side.
            assertLt(given[i] * supply, available[i] * demand + unit * supply);
            assertLt(available[i] * demand, given[i] * supply + unit * supply);
        }
    }

    /// @dev What is paid for the demand never exceeds what is there, also split over many fills.
    function testFuzz_DemandIsAffordable(
        uint128 debtLeft,
        uint128 collateralLeft,
        uint128 price,
        uint16 premiumBps,
        uint8 feeBps,
        uint16 cut
    ) public pure {
        uint256 priceE36 = uint256(price) + 1;
        uint256 demand = Clearing.demandDown(debtLeft, collateralLeft, priceE36, premiumBps, feeBps, 1);
        uint256 part = demand * cut / type(uint16).max;
        uint256 paid = Clearing.collateralDown(part, premiumBps, priceE36) + Clearing.feeDown(part, feeBps, priceE36)
            + Clearing.collateralDown(demand - part, premiumBps, priceE36)
            + Clearing.feeDown(demand - part, feeBps, priceE36);
        assertLe(paid, collateralLeft);
        assertLe(demand, debtLeft);
    }

    function amounts(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function sum(uint256[] memory list) private pure returns (uint256 total) {
        for (uint256 i = 0; i < list.length; ++i) {
            total += list[i];
        }
    }

    function at(uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(".clearings[", vm.toString(index), "]", field);
    }
}
