// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @dev Identifies an auction: bound to the hub's chain, the hub and the auction's terms.
type AuctionId is bytes32;

/// @dev The EIP-712 digest of a plan: what the operators sign.
type PlanHash is bytes32;

/// @dev `keccak256(abi.encode(planHash, spoke))`: the part of one plan on one spoke.
type LegId is bytes32;

using {planHashEq as ==, planHashNeq as !=} for PlanHash global;
using {auctionIdEq as ==, auctionIdNeq as !=} for AuctionId global;
using {legIdEq as ==, legIdNeq as !=} for LegId global;

function planHashEq(PlanHash a, PlanHash b) pure returns (bool) {
    return PlanHash.unwrap(a) == PlanHash.unwrap(b);
}

function planHashNeq(PlanHash a, PlanHash b) pure returns (bool) {
    return PlanHash.unwrap(a) != PlanHash.unwrap(b);
}

function auctionIdEq(AuctionId a, AuctionId b) pure returns (bool) {
    return AuctionId.unwrap(a) == AuctionId.unwrap(b);
}

function auctionIdNeq(AuctionId a, AuctionId b) pure returns (bool) {
    return AuctionId.unwrap(a) != AuctionId.unwrap(b);
}

function legIdEq(LegId a, LegId b) pure returns (bool) {
    return LegId.unwrap(a) == LegId.unwrap(b);
}

function legIdNeq(LegId a, LegId b) pure returns (bool) {
    return LegId.unwrap(a) != LegId.unwrap(b);
}

/// @dev Port peer id of the hub. Spokes are numbered from 1 up.
uint32 constant HUB_PEER = 0;

/// @dev At most so many fills travel in one message, and so many spokes take part in a basket.
uint256 constant MAX_FILLS_PER_MESSAGE = 64;
uint256 constant MAX_SPOKES = 32;

/// @dev `ReceiptFill.flags` bit 0: the result of this call has two parts, collateral and refund.
uint8 constant FLAG_TWO_PARTS = 1;

/// @notice What a plan draws from one tier of one spoke.
/// @param tier Step of the basket's ladder, 0-based.
/// @param amount Debt token, in hub units.
struct Fill {
    uint8 tier;
    uint128 amount;
}

/// @notice The part of a plan on one spoke; fills are strictly ascending by tier.
struct Leg {
    uint32 spoke;
    Fill[] fills;
}

/// @notice One clearing, as signed by a quorum of operators.
/// @param auctionId The auction whose debt the plan covers.
/// @param round 0-based round of the auction.
/// @param basket Basket whose pools are called.
/// @param prevPlan The basket's plan before this one: plans of a basket form a chain.
/// @param priceE36 Debt value of one smallest unit of collateral, times 1e36, at the snapshot's hub block.
/// @param snapshotHash EIP-712 struct hash of the `Snapshot` that the plan was cleared on.
/// @param callBy Last second at which a spoke accepts the plan's call.
/// @param operatorSetId The operator set whose quorum signed.
/// @param legs Strictly ascending by spoke.
struct Plan {
    AuctionId auctionId;
    uint32 round;
    uint32 basket;
    PlanHash prevPlan;
    uint256 priceE36;
    bytes32 snapshotHash;
    uint64 callBy;
    uint32 operatorSetId;
    Leg[] legs;
}

/// @notice A plan without its legs: with the hashes of all legs it yields the same `PlanHash`.
struct PlanHeader {
    AuctionId auctionId;
    uint32 round;
    uint32 basket;
    PlanHash prevPlan;
    uint256 priceE36;
    bytes32 snapshotHash;
    uint64 callBy;
    uint32 operatorSetId;
}

/// @notice The block at which a spoke was read: the last one whose timestamp is not above the hub block's; zeros if unreadable.
struct SpokeBlock {
    uint32 spoke;
    uint64 number;
    bytes32 blockHash;
}

/// @notice The blocks from which all inputs of a clearing follow; `spokes` strictly ascending by spoke.
struct Snapshot {
    uint64 hubBlock;
    uint64 hubTimestamp;
    bytes32 hubHash;
    SpokeBlock[] spokes;
}

/// @notice One fill of a `CapitalDelivered` message.
/// @param gen The pool's call number, echoed in receipts.
struct CapitalFill {
    uint8 tier;
    uint32 gen;
    uint128 amount;
}

/// @notice Spoke to hub: the capital of one leg, travelling with the tokens.
struct CapitalDelivered {
    LegId legId;
    AuctionId auctionId;
    uint32 basket;
    CapitalFill[] fills;
}

/// @notice One fill of a receipt; `amount` in hub units of the receipt's token.
struct ReceiptFill {
    uint8 tier;
    uint32 gen;
    uint128 amount;
    uint8 flags;
}

/// @notice The result of one leg inside a receipt.
struct LegReceipt {
    LegId legId;
    ReceiptFill[] fills;
}

/// @dev Message kinds, the second byte of every message.
uint8 constant KIND_CAPITAL_DELIVERED = 1;
uint8 constant KIND_LEG_SETTLED = 2;
uint8 constant KIND_LEG_REFUNDED = 3;

/// @notice Hub to spoke: results of legs, travelling with the tokens.
/// @param kind `KIND_LEG_SETTLED` (collateral) or `KIND_LEG_REFUNDED` (unused debt tokens).
/// @param token The hub token that travels along.
struct Receipt {
    uint8 kind;
    address token;
    LegReceipt[] legs;
}
