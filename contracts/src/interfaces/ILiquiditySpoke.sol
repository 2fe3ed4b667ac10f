// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuctionId, CapitalFill, Leg, LegId, PlanHeader} from "../libraries/Types.sol";
import {IPortReceiver} from "./IBridgePort.sol";
import {IOperatorSet} from "./IOperatorSet.sol";
import {IStagedPause} from "./IStagedPause.sol";

/// @notice A basket as one spoke knows it; fixed once created but for `maxInFlight`. All amounts of the spoke's interface are
/// hub units; `localDecimals` and `hubDecimals` say how its own tokens convert.
/// @param debtToken This chain's representation of the basket's debt token.
/// @param port Carries the debt token to the hub.
/// @param minBid Smallest bid, hub units.
/// @param activationDelaySec A bid is active from the first multiple of `activationBucketSec` on that is so long ahead. Longer than
/// the hub's `callWindowSec + maxSnapshotAgeSec`, or a late bid would dilute a pool that a plan has counted.
/// @param noticeSec What is asked to leave does so at the first multiple of `exitBucketSec` that is so long ahead. Longer than
/// the same, or an LP could dodge a call that is already planned.
/// @param callTimeoutSec Past so long after a call anyone may go on without its result.
/// @param maxInFlight Calls whose results are not complete may have drawn so much together, hub units.
struct SpokeBasket {
    address debtToken;
    address hubDebtToken;
    address port;
    uint8 localDecimals;
    uint8 hubDecimals;
    uint16 tierStepBps;
    uint8 tierCount;
    uint128 unit;
    uint128 minBid;
    uint32 activationDelaySec;
    uint32 activationBucketSec;
    uint32 noticeSec;
    uint32 exitBucketSec;
    uint32 callTimeoutSec;
    uint128 maxInFlight;
}

/// @notice How a hub collateral token looks on this chain, and which port brings it.
struct SpokeCollateral {
    address token;
    address port;
    uint8 localDecimals;
    uint8 hubDecimals;
}

/// @notice State of a pool at this block's time. `gens` counts its calls; calls below `finalized` are in the prefix sums.
/// @param assets Standing by, hub units; with them `shares`.
/// @param entering Deposits that are not active yet, hub units.
struct PoolState {
    uint128 assets;
    uint128 shares;
    uint32 gens;
    uint32 finalized;
    uint32 epoch;
    uint128 entering;
}

/// @notice What waits to enter or to leave a pool at one time.
/// @param amount Of entries: deposits, hub units. @param shares Of exits: shares of the current epoch.
struct PoolBucket {
    bool isExit;
    uint40 atSec;
    uint128 amount;
    uint128 shares;
}

/// @notice What a bid is. Every bid keeps what it earned until it is claimed.
///   Entering    a deposit, from before it is active until it is withdrawn
///   Remainder   what stayed when a part was asked to leave
///   Exiting     a part that was asked to leave: callable until `exitAt`, then to be collected by `withdraw`
///   Collected   one that was
enum BidKind {
    Entering,
    Remainder,
    Exiting,
    Collected
}

/// @notice One LP's deposit in one pool, or a part of it, at this block's time: takes part in the calls `[startGen, endGen)`.
/// @param entering What is not active yet, hub units; until then the bid has no shares.
/// @param endGen `type(uint32).max` while the bid is open.
/// @param standby What the bid could be called for, hub units, rounded down.
/// @param collectable What `withdraw` would pay, hub units, rounded down.
/// @param activeAt Of an entering bid, seconds. @param exitAt Of an exiting one.
struct BidState {
    address owner;
    uint32 basket;
    uint8 tier;
    BidKind kind;
    uint32 epoch;
    uint128 shares;
    uint32 startGen;
    uint32 endGen;
    uint128 entering;
    uint128 standby;
    uint128 collectable;
    uint40 activeAt;
    uint40 exitAt;
}

/// @notice The two bids that go on where a part of one was asked to leave.
/// @param gen The old one takes part in no call from here on, the new ones do.
/// @param exitBidId Leaves at `exitAt` (seconds). @param remainderBidId 0 if nothing stays.
struct BidSplit {
    uint256 exitBidId;
    uint128 exitShares;
    uint40 exitAt;
    uint256 remainderBidId;
    uint128 remainderShares;
    uint32 gen;
    uint32 epoch;
}

/// @notice One call of a pool and what has come of it so far; token amounts in this chain's units.
/// @param legTag The low 40 bits of the id of the leg that made the call; `CapitalCalled` carries the whole id.
/// @param collateralSeen,refundSeen Which parts came; `complete` says that no other is expected.
/// @param skipped The pool went on without it: what comes of it is claimed by `claimSkipped`.
struct CallState {
    uint40 legTag;
    uint128 sharesAtCall;
    uint128 drawn;
    bool collateralSeen;
    bool refundSeen;
    bool complete;
    bool skipped;
    address collateralToken;
    uint128 collateral;
    uint128 refund;
}

/// @title ISpokeEvents
/// @notice What a spoke emits, and why it reverts.
interface ISpokeEvents {
    event BasketCreated(uint32 indexed basket, SpokeBasket params);
    event CollateralSet(address indexed hubToken, SpokeCollateral collateral);
    /// @notice A deposit; it takes part in calls from `activeAt` (seconds) on.
    event BidPlaced(
        uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, uint40 activeAt
    );
    /// @notice `amount` of a bid that was not active yet was paid back; the bid goes on with `left`, hub units.
    event EntryWithdrawn(uint256 indexed bidId, address indexed owner, uint128 amount, uint128 left);
    /// @notice The bid was closed, and two go on in its place.
    event WithdrawRequested(
        uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, BidSplit split
    );
    /// @notice What had left was paid out: `amount` in hub units.
    event Withdrawn(uint256 indexed bidId, address indexed owner, uint128 amount);
    /// @notice A refund that `bidId` had earned became a new bid.
    event Rebid(uint256 indexed bidId, uint256 indexed newBidId, uint128 amount);
    /// @notice Absolute state of a pool after a change; all buckets up to `rolledTo` (seconds) are in it. With the last
    /// `EntriesUpdated` and `ExitsUpdated` of each later bucket it is the chain's book.
    event PoolUpdated(
        uint32 indexed basket,
        uint8 indexed tier,
        uint128 assets,
        uint128 shares,
        uint32 calls,
        uint32 epoch,
        uint40 rolledTo
    );
    /// @notice Deposits that become active at `activeAt`, in all, hub units.
    event EntriesUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed activeAt, uint128 amount);
    /// @notice Shares of this epoch that leave at `exitAt`, in all. The end of the epoch voids them.
    event ExitsUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed exitAt, uint32 epoch, uint128 shares);
    /// @notice The deposits of `activeAt` became shares: each `a` of `amount` has `a * shares / amount` of them, rounded down,
    /// and takes part in calls from `startGen` on.
    event EntriesRolled(
        uint32 indexed basket,
        uint8 indexed tier,
        uint40 indexed activeAt,
        uint128 amount,
        uint128 shares,
        uint32 startGen,
        uint32 epoch
    );
    /// @notice The shares of `exitAt` left with `amount`, hub units, and take part in no call from `endGen` on.
    event ExitsRolled(
        uint32 indexed basket,
        uint8 indexed tier,
        uint40 indexed exitAt,
        uint32 epoch,
        uint128 shares,
        uint128 amount,
        uint32 endGen
    );
    /// @notice Hub units that this basket's calls have drawn and whose results are not complete, and their limit.
    event InFlightUpdated(uint32 indexed basket, uint128 inFlight, uint128 maxInFlight);
    /// @notice A leg's capital left for the hub in `messageId`.
    event CapitalCalled(
        LegId indexed legId,
        AuctionId indexed auctionId,
        bytes32 indexed messageId,
        uint32 basket,
        CapitalFill[] fills,
        uint64 callBy
    );
    /// @notice A part of a call's result came; `amount` in this chain's units of `token`.
    event ResultRecorded(
        LegId indexed legId,
        uint32 indexed basket,
        uint8 indexed tier,
        uint32 gen,
        uint8 kind,
        address token,
        uint128 amount,
        bool complete
    );
    /// @notice A repeated or contradicting result changed nothing, or one of a call that was not made here.
    event ResultIgnored(LegId indexed legId, uint8 tier, uint32 gen, uint8 kind, uint128 amount);
    /// @notice The pool goes on without this call's result.
    event CallSkipped(LegId indexed legId, uint32 indexed basket, uint8 indexed tier, uint32 gen);
    event CallsFinalized(uint32 indexed basket, uint8 indexed tier, uint32 finalized);
    event Claimed(uint256 indexed bidId, address indexed owner, address indexed token, uint256 amount);

    error BasketUnknown(uint32 basket);
    error BasketExists(uint32 basket);
    error ParameterInvalid(bytes32 name, uint256 value);
    error CollateralUnknown(address hubToken);
    error CollateralExists(address hubToken);
    /// @dev Each token has exactly one port on this spoke.
    error PortMismatch(address token, address expected, address actual);
    error TierOutOfLadder(uint8 tier, uint8 tierCount);
    error AmountZero();
    error AmountBelowMinimum(uint256 amount, uint256 minimum);
    error AmountNotMultipleOfUnit(uint256 amount, uint256 unit);
    error PoolFull(uint256 assets, uint256 limit);
    error BucketFull(uint256 amount, uint256 limit);
    error InFlightAboveCap(uint256 inFlight, uint256 maxInFlight);
    error OwnerZero();
    error BalanceTooLow(address token, uint256 neededLocal, uint256 balanceLocal);
    error AllowanceTooLow(address token, uint256 neededLocal, uint256 allowanceLocal);
    error TransferMismatch(address token, uint256 expected, uint256 received);
    error BidUnknown(uint256 bidId);
    error BidNotOpen(uint256 bidId);
    error BidNotExiting(uint256 bidId);
    /// @dev A call took all of it before it could leave.
    error ExitVoid(uint256 bidId);
    error ExitNotDue(uint256 bidId, uint40 exitAt, uint40 nowSec);
    error CallerNotOwner(uint256 bidId, address owner, address caller);
    error WithdrawExceedsBid(uint256 bidId, uint256 requested, uint256 standby);
    error CallExpired(uint64 callBy, uint64 nowSec);
    error LegAlreadyCalled(LegId legId);
    error LegNotInPlan(bytes32 legHash);
    error LegOfOtherSpoke(uint32 expected, uint32 actual);
    error TiersNotAscending(uint8 previous, uint8 next);
    error LegEmpty();
    error PoolTooSmall(uint8 tier, uint256 requested, uint256 assets);
    error CallerNotPort(address caller);
    error PeerNotHub(uint32 peer);
    error TokenMismatch(address expected, address actual);
    error LegUnknown(LegId legId);
    error FillUnknown(LegId legId, uint8 tier, uint32 gen);
    error ReceiptAmountMismatch(uint256 expectedLocal, uint256 receivedLocal);
    error CheckpointMismatch(uint256 index);
    error NothingToClaim(uint256 bidId, address token);
    error CallNotOfLeg(LegId legId, uint32 gen);
    error CallComplete(uint32 gen);
    error CallNotSkippable(uint32 gen, uint40 skippableAt);
    error CallNotSkipped(uint32 gen);
    error CallOfOtherBid(uint256 bidId, uint32 gen);
}

/// @title ISpokeActions
/// @notice What LPs, relayers and the owner do with a spoke.
interface ISpokeActions is ISpokeEvents, IStagedPause {
    /// @notice Escrows `amount` in the pool (basket, tier) in the name of `onBehalf`, who owns the bid and what it earns. The bid is
    /// active after the basket's delay, at the start of a bucket. Emits `BidPlaced` and `EntriesUpdated`.
    /// @param amount Hub units; a multiple of the basket's unit and at least `minBid`. The caller pays.
    function placeBid(uint32 basket, uint8 tier, uint128 amount, address onBehalf) external returns (uint256 bidId);

    /// @notice `placeBid` after an EIP-2612 permit of the caller's debt tokens for this contract, signed for exactly the amount in
    /// local units. A permit that fails is passed over: someone may have used it first, and then the allowance is there.
    function placeBidWithPermit(
        uint32 basket,
        uint8 tier,
        uint128 amount,
        address onBehalf,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 bidId);

    /// @notice Asks for `amount` of a bid's standby to leave after the notice, at the start of an exit bucket; it stays callable
    /// until then, and cannot be taken back. The bid closes, keeps what it has earned, and goes on as two. Of a bid that is not
    /// active yet `amount` is paid back at once, and the bid stays. Owner only. Emits `WithdrawRequested` or `EntryWithdrawn`.
    /// @param amount Hub units that can be paid in local ones. All of the standby, but for less than a local unit: all leaves.
    /// @return exitBidId Give it to `withdraw`; 0 if the bid was not active.
    /// @return remainderBidId 0 if nothing stays, or the bid was not active.
    function requestWithdraw(uint256 bidId, uint128 amount) external returns (uint256 exitBidId, uint256 remainderBidId);

    /// @notice Pays an exiting bid that has left to its owner. Anyone, once. Emits `Withdrawn`.
    /// @return amountLocal Less than was asked for if calls drew on it during the notice.
    function withdraw(uint256 exitBidId) external returns (uint256 amountLocal);

    /// @notice Bids again, in any tier of the same basket, with the refunds that a bid has earned; what is below the basket's unit is
    /// paid out. The indices are those of `claim` for the debt token. Owner only. Emits `Claimed`, `BidPlaced` and `Rebid`.
    function rebid(uint256 bidId, uint8 tier, uint256 fromCheckpoint, uint256 toCheckpoint)
        external
        returns (uint256 newBidId);

    /// @notice Draws one leg of a plan signed by a quorum and sends it to the hub. Anyone, once a leg, until `callBy`.
    /// @param legHashes EIP-712 struct hashes of all legs of the plan, in order.
    /// @param refundTo Gets the surplus of the value, which pays the bridge.
    function callCapital(
        PlanHeader calldata header,
        bytes32[] calldata legHashes,
        Leg calldata leg,
        bytes[] calldata signatures,
        address refundTo
    ) external payable returns (bytes32 messageId);

    /// @notice Moves the pool's pointer over at most `maxCalls` finished calls. Anyone.
    function finalizeCalls(uint32 basket, uint8 tier, uint32 maxCalls) external returns (uint32 finalized);

    /// @notice Pays what the bid earned in `token` (a collateral token, or the debt token for refunds) to its owner. Anyone.
    /// @param fromCheckpoint Index + 1 of the last checkpoint of (pool, token) below the bid's first unclaimed call; 0 if none.
    /// @param toCheckpoint Index + 1 of the last checkpoint below the bid's end; 0 if none. `claimable` gives both.
    function claim(uint256 bidId, address token, uint256 fromCheckpoint, uint256 toCheckpoint)
        external
        returns (uint256 amountLocal);

    /// @notice Goes on without the result of the pool's next unfinished call, made by `legId`, once its timeout has passed. What comes of
    /// it after all is claimed by `claimSkipped`. Anyone. Emits `CallSkipped` and `CallsFinalized`.
    function skipCall(uint32 basket, uint8 tier, LegId legId) external;

    /// @notice Pays what the bid earned of one part of a skipped call to its owner: once for each (bid, call, part). Anyone.
    /// @param kind `KIND_LEG_SETTLED` for collateral, `KIND_LEG_REFUNDED` for the refund.
    function claimSkipped(uint256 bidId, uint32 gen, uint8 kind) external returns (uint256 amountLocal);

    /// @notice Limits what calls of a basket may have drawn while their results are not complete, hub units. Owner only:
    /// where a timelock owns the spoke it takes the delay of all changes. Emits `InFlightUpdated`.
    function setMaxInFlight(uint32 basket, uint128 maxInFlight) external;

    /// @notice Creates a basket, which is fixed from then on. Owner only. Emits `BasketCreated`.
    function createBasket(uint32 basket, SpokeBasket calldata params) external;

    /// @notice Names a collateral token of the hub and its representation here; once. Owner only. Emits `CollateralSet`.
    function setCollateral(address hubToken, SpokeCollateral calldata collateral) external;

    /// @notice Fixed at construction: the spoke's number, from 1 up.
    function spokeId() external view returns (uint32);
    /// @notice Fixed at construction: the EIP-712 domain of the hub, which plans are signed for on whatever chain they are used.
    function domainSeparator() external view returns (bytes32);
    /// @notice Fixed at construction: whose quorum signs plans.
    function operatorSet() external view returns (IOperatorSet);
    /// @notice Fixed at construction: the `SpokeEngine` and the `SpokeViews`, whose code runs on the spoke's state.
    function engine() external view returns (address);
    function views() external view returns (address);
}

/// @title ISpokeViews
/// @notice What a spoke tells about its pools, bids and calls.
interface ISpokeViews is ISpokeEvents {
    /// @notice The value that `callCapital` needs at this moment, wei.
    function quoteCall(PlanHeader calldata header, Leg calldata leg) external view returns (uint256 feeWei);

    /// @notice What `claim` would pay, and the indices it wants.
    function claimable(uint256 bidId, address token)
        external
        view
        returns (uint256 amountLocal, uint256 fromCheckpoint, uint256 toCheckpoint);

    /// @notice What `claimSkipped` would pay; zero if nothing.
    function claimableSkipped(uint256 bidId, uint32 gen, uint8 kind) external view returns (uint256 amountLocal);

    function basketParams(uint32 basket) external view returns (SpokeBasket memory);
    function collateral(address hubToken) external view returns (SpokeCollateral memory);
    /// @notice Representations of collateral tokens that are known here.
    function collateralTokens() external view returns (address[] memory);
    /// @notice Hub units drawn by calls whose results are not complete.
    function inFlight(uint32 basket) external view returns (uint128);
    function pool(uint32 basket, uint8 tier) external view returns (PoolState memory);
    /// @notice What waits to enter or leave the pool after this block's time: entries, then exits, each in the order of time.
    function poolBuckets(uint32 basket, uint8 tier) external view returns (PoolBucket[] memory);
    function bid(uint256 bidId) external view returns (BidState memory);
    function call(uint32 basket, uint8 tier, uint32 gen) external view returns (CallState memory);
    function checkpointCount(uint32 basket, uint8 tier, address token) external view returns (uint256);
    /// @notice The block in which the leg was called; 0 if it was not.
    function calledAt(LegId legId) external view returns (uint64 blockNumber);
}

/// @title ILiquiditySpoke
/// @notice Escrows the standby liquidity of LPs, sends it to the hub when a signed plan calls it, and credits what
/// comes home to the bids that were called.
interface ILiquiditySpoke is ISpokeActions, ISpokeViews, IPortReceiver {}
