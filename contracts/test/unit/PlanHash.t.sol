// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {Fill, Leg, LegId, Plan, PlanHash, PlanHeader, Snapshot} from "../../src/libraries/Types.sol";
import {PlanHashing} from "../../src/libraries/PlanHash.sol";

contract PlanHashTest is Test {
    string private vectors = vm.readFile("../test/vectors/plans.json");

    function test_VectorsOfPlans() public view {
        uint256 count = 0;
        for (; vm.keyExistsJson(vectors, at(".plans", count, "")); ++count) {
            Plan memory plan = abi.decode(readBytes(at(".plans", count, ".abi")), (Plan));
            uint256 chainId = vm.parseJsonUint(vectors, at(".plans", count, ".hubChainId"));
            address hub = vm.parseJsonAddress(vectors, at(".plans", count, ".auctionHub"));
            bytes32 domain = PlanHashing.domainSeparator(chainId, hub);
            assertEq(domain, vm.parseJsonBytes32(vectors, at(".plans", count, ".domainSeparator")), "domain");

            bytes32 expected = vm.parseJsonBytes32(vectors, at(".plans", count, ".planHash"));
            PlanHash planHash = PlanHashing.hashPlan(domain, plan);
            assertEq(PlanHash.unwrap(planHash), expected, "plan hash");

            bytes32[] memory legHashes = vm.parseJsonBytes32Array(vectors, at(".plans", count, ".legHashes"));
            bytes32[] memory legIds = vm.parseJsonBytes32Array(vectors, at(".plans", count, ".legIds"));
            assertEq(legHashes.length, plan.legs.length);
            for (uint256 i = 0; i < legHashes.length; ++i) {
                assertEq(PlanHashing.hashLeg(plan.legs[i]), legHashes[i], "leg hash");
                assertEq(LegId.unwrap(PlanHashing.legId(planHash, plan.legs[i].spoke)), legIds[i], "leg id");
            }
            PlanHash ofHeader = PlanHashing.hashPlan(domain, headerOf(plan), legHashes);
            assertEq(PlanHash.unwrap(ofHeader), expected, "plan hash from the header");
        }
        assertGt(count, 5);
    }

    function test_VectorsOfSnapshots() public view {
        uint256 count = 0;
        for (; vm.keyExistsJson(vectors, at(".snapshots", count, "")); ++count) {
            Snapshot memory snapshot = abi.decode(readBytes(at(".snapshots", count, ".abi")), (Snapshot));
            bytes32 expected = vm.parseJsonBytes32(vectors, at(".snapshots", count, ".snapshotHash"));
            assertEq(PlanHashing.snapshotHash(snapshot), expected);
        }
        assertGt(count, 2);
    }

    function testFuzz_BothWaysOfHashingAgree(PlanHeader memory header, uint32[3] memory spokes, uint128 amount)
        public
        pure
    {
        Plan memory plan = planOf(header, spokes, amount);
        bytes32[] memory legHashes = new bytes32[](3);
        for (uint256 i = 0; i < 3; ++i) {
            legHashes[i] = PlanHashing.hashLeg(plan.legs[i]);
        }
        PlanHash whole = PlanHashing.hashPlan("domain", plan);
        assertEq(PlanHash.unwrap(whole), PlanHash.unwrap(PlanHashing.hashPlan("domain", header, legHashes)));
        assertNotEq(PlanHash.unwrap(whole), PlanHash.unwrap(PlanHashing.hashPlan("other", plan)));

        legHashes[2] = legHashes[1];
        vm.assume(spokes[1] != spokes[2]);
        assertNotEq(PlanHash.unwrap(whole), PlanHash.unwrap(PlanHashing.hashPlan("domain", header, legHashes)));
    }

    function planOf(PlanHeader memory header, uint32[3] memory spokes, uint128 amount)
        private
        pure
        returns (Plan memory plan)
    {
        plan.auctionId = header.auctionId;
        plan.round = header.round;
        plan.basket = header.basket;
        plan.prevPlan = header.prevPlan;
        plan.priceE36 = header.priceE36;
        plan.snapshotHash = header.snapshotHash;
        plan.callBy = header.callBy;
        plan.operatorSetId = header.operatorSetId;
        plan.legs = new Leg[](3);
        for (uint256 i = 0; i < 3; ++i) {
            plan.legs[i] = Leg({spoke: spokes[i], fills: new Fill[](i)});
            for (uint256 j = 0; j < i; ++j) {
                plan.legs[i].fills[j] = Fill({tier: uint8(j), amount: amount});
            }
        }
    }

    function headerOf(Plan memory plan) private pure returns (PlanHeader memory) {
        return PlanHeader({
            auctionId: plan.auctionId,
            round: plan.round,
            basket: plan.basket,
            prevPlan: plan.prevPlan,
            priceE36: plan.priceE36,
            snapshotHash: plan.snapshotHash,
            callBy: plan.callBy,
            operatorSetId: plan.operatorSetId
        });
    }

    function readBytes(string memory key) private view returns (bytes memory) {
        return vm.parseJsonBytes(vectors, key);
    }

    function at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]", field);
    }
}
