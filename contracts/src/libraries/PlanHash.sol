// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Leg, LegId, Plan, PlanHash, PlanHeader, Snapshot} from "./Types.sol";

/// @title PlanHashing
/// @notice EIP-712 hashes of plans, legs and snapshots. The domain is the hub's on every chain: one signature serves the
/// hub and all spokes. `shared/src/plan.ts` has the same; `test/vectors/plans.json` holds both to it.
library PlanHashing {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant FILL_TYPEHASH = keccak256("Fill(uint8 tier,uint128 amount)");
    bytes32 private constant LEG_TYPEHASH = keccak256("Leg(uint32 spoke,Fill[] fills)Fill(uint8 tier,uint128 amount)");
    bytes32 private constant PLAN_TYPEHASH = keccak256(
        "Plan(bytes32 auctionId,uint32 round,uint32 basket,bytes32 prevPlan,uint256 priceE36,bytes32 snapshotHash,uint64 callBy,uint32 operatorSetId,Leg[] legs)Fill(uint8 tier,uint128 amount)Leg(uint32 spoke,Fill[] fills)"
    );
    bytes32 private constant SPOKE_BLOCK_TYPEHASH =
        keccak256("SpokeBlock(uint32 spoke,uint64 number,bytes32 blockHash)");
    bytes32 private constant SNAPSHOT_TYPEHASH = keccak256(
        "Snapshot(uint64 hubBlock,uint64 hubTimestamp,bytes32 hubHash,SpokeBlock[] spokes)SpokeBlock(uint32 spoke,uint64 number,bytes32 blockHash)"
    );

    /// @param hubChainId Chain id of the hub, also when asked on a spoke.
    /// @param hub The `AuctionHub`.
    function domainSeparator(uint256 hubChainId, address hub) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("ALA"), keccak256("1"), hubChainId, hub));
    }

    /// @notice Struct hash of one leg: all that a spoke learns of the other spokes' legs.
    function hashLeg(Leg memory leg) internal pure returns (bytes32) {
        bytes32[] memory fillHashes = new bytes32[](leg.fills.length);
        for (uint256 i = 0; i < fillHashes.length; ++i) {
            fillHashes[i] = keccak256(abi.encode(FILL_TYPEHASH, leg.fills[i]));
        }
        return keccak256(abi.encode(LEG_TYPEHASH, leg.spoke, keccak256(abi.encodePacked(fillHashes))));
    }

    /// @notice The digest that operators sign, from the whole plan: what the hub sees.
    function hashPlan(bytes32 domain, Plan memory plan) internal pure returns (PlanHash) {
        bytes32[] memory legHashes = new bytes32[](plan.legs.length);
        for (uint256 i = 0; i < legHashes.length; ++i) {
            legHashes[i] = hashLeg(plan.legs[i]);
        }
        PlanHeader memory header = PlanHeader({
            auctionId: plan.auctionId,
            round: plan.round,
            basket: plan.basket,
            prevPlan: plan.prevPlan,
            priceE36: plan.priceE36,
            snapshotHash: plan.snapshotHash,
            callBy: plan.callBy,
            operatorSetId: plan.operatorSetId
        });
        return hashPlan(domain, header, legHashes);
    }

    /// @notice The same digest from the header and the hashes of all legs, in order: what a spoke sees.
    function hashPlan(bytes32 domain, PlanHeader memory header, bytes32[] memory legHashes)
        internal
        pure
        returns (PlanHash)
    {
        bytes32 structHash = keccak256(abi.encode(PLAN_TYPEHASH, header, keccak256(abi.encodePacked(legHashes))));
        return PlanHash.wrap(keccak256(abi.encodePacked(hex"1901", domain, structHash)));
    }

    /// @notice Struct hash of a snapshot, without a domain: a plan's `snapshotHash`.
    function snapshotHash(Snapshot memory snapshot) internal pure returns (bytes32) {
        bytes32[] memory blockHashes = new bytes32[](snapshot.spokes.length);
        for (uint256 i = 0; i < blockHashes.length; ++i) {
            blockHashes[i] = keccak256(abi.encode(SPOKE_BLOCK_TYPEHASH, snapshot.spokes[i]));
        }
        bytes32 spokesHash = keccak256(abi.encodePacked(blockHashes));
        return keccak256(
            abi.encode(SNAPSHOT_TYPEHASH, snapshot.hubBlock, snapshot.hubTimestamp, snapshot.hubHash, spokesHash)
        );
    }

    /// @notice Names the part of one plan on one spoke.
    function legId(PlanHash planHash, uint32 spoke) internal pure returns (LegId) {
        return LegId.wrap(keccak256(abi.encode(planHash, spoke)));
    }
}
