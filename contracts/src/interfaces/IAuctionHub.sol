// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuctionId, LegId, Plan, PlanHash, Snapshot} from "../libraries/Types.sol";
import {IStagedPause} from "./IStagedPause.sol";

/// @notice Why a correctly signed plan was taken into the chain of plans without reserving anything.
enum LapseReason {
    AuctionClosed,
    AuctionCovered,
    PastDeadline,
    RoundMismatch,
    SnapshotTooOld,
    PastCallBy
}

/// @notice Terms that all markets of a basket share; fixed once created.
/// @param debtToken Hub token that LPs stand by with.
/// @param tierStepBps `premiumBps(i) = tierStepBps * (i + 1)`.
/// @param tierCount 1 to 64.
/// @param unit Coarsest step of the debt token's routes, hub units: debts, bids and draws are multiples of it.
/// @param callWindowSec A plan's `callBy` is at most so far ahead of its commit.
/// @param maxSnapshotAgeSec Oldest snapshot a plan may be cleared on.
/// @param settleWindowSec An unused leg may be released so long after its arrival.
/// @param feeGraceSec So long after a leg's end the operator fee still goes to the operators, then to the dispatcher.
struct BasketParams {
    address debtToken;
    uint16 tierStepBps;
    uint8 tierCount;
    uint128 unit;
    uint32 callWindowSec;
    uint32 maxSnapshotAgeSec;
    uint32 settleWindowSec;
    uint32 feeGraceSec;
}

/// @notice One collateral offered to a basket.
/// @param minLeg Legs below it are not worth their message; debt units.
/// @param maxPremiumBps Dearest tier that may be called.
/// @param priceToleranceBps How far a plan's price may lie from a fresh oracle price.
/// @param maxInFlight Most debt that the market's legs may have in flight, hub units. The owner may change it; what an
/// auction's copy of it says has no meaning.
struct MarketParams {
    uint32 basket;
    address source;
    address collateralToken;
    address oracle;
    uint16 operatorFeeBps;
    uint16 maxPremiumBps;
    uint16 priceToleranceBps;
    uint32 maxDurationSec;
    uint128 minLeg;
    uint128 maxInFlight;
}

/// @notice How one hub token travels to one spoke: exactly one port for each (spoke, token).
/// @param unit Smallest step the bridge carries, hub units.
/// @param timeoutSec A leg expires so long after its plan's `callBy`: three times the route's usual time.
struct Route {
    address port;
    uint128 unit;
    uint32 timeoutSec;
}

enum AuctionStatus {
    None,
    Open,
    Closed
}

/// @notice An auction and its own copy of the market's terms.
/// @param number Auctions are numbered from 1 up, in the order of their opening.
/// @param collateralTaken Collateral given to LPs and operators so far.
/// @param reservedDebt Debt reserved by committed legs that have neither ended nor been used.
/// @param rounds Plans that reserved something so far: the next plan's round.
struct Auction {
    AuctionStatus status;
    uint32 marketId;
    uint32 rounds;
    uint64 openedBlock;
    uint64 deadline;
    uint40 number;
    uint128 debtToCover;
    uint128 debtCovered;
    uint128 maxCollateral;
    uint128 collateralTaken;
    uint128 reservedDebt;
    uint128 reservedCollateral;
    MarketParams terms;
}

/// @notice What a clearing needs of the hub, as of one block.
/// @param debtLeft `min(quote, debtToCover - debtCovered) - reservedDebt`, not yet floored to `unit`.
/// @param collateralLeft `min(quote, maxCollateral - collateralTaken) - reservedCollateral`.
/// @param inFlightLeft What the market may have in flight beyond what it has, debt units.
struct ClearingState {
    bool open;
    uint32 marketId;
    uint32 basket;
    uint32 round;
    uint64 openedBlock;
    uint64 deadline;
    PlanHash head;
    uint256 debtLeft;
    uint256 collateralLeft;
    uint256 inFlightLeft;
    uint256 priceE36;
    uint16 operatorFeeBps;
    uint16 maxPremiumBps;
    uint128 unit;
    uint128 minLeg;
}

/// @notice Where a leg stands on the hub. A leg ends exactly once.
/// @param committed Its plan reserved for it.
/// @param lapsed Its plan lapsed: nothing is reserved and it can only be refunded, but it may be called and counts as in flight.
/// @param arrived Its capital came.
/// @param expired It did not come in time; its reservation is free and what still comes is refunded.
/// @param ended Nothing of it can be used any more: receipts may go out.
/// @param collateralDue,refundDue Receipts that have not been dispatched yet (only meaningful once ended).
struct LegStatus {
    bool committed;
    bool lapsed;
    bool arrived;
    bool expired;
    bool ended;
    bool collateralDue;
    bool refundDue;
    uint32 spoke;
    uint8 lowestTier;
    uint64 arrivedAt;
    uint64 endedAt;
    uint128 reservedDebt;
    uint128 reservedCollateral;
    uint128 credited;
    bytes32 recordHash;
}

/// @notice What became of one fill so far, cumulative over settlements.
/// @param used Debt exchanged, hub units.
/// @param collateral Collateral for the LPs.
struct FillResult {
    uint128 used;
    uint128 collateral;
}

/// @notice An arrived leg, as the events carry it; the hub keeps its hash only:
/// `keccak256(abi.encode(keccak256(message), keccak256(abi.encode(results, fee))))`.
/// @param message The `CapitalDelivered` bytes as they arrived.
/// @param results Empty until the first settlement, then one a fill.
/// @param fee Operator fee taken for this leg so far, collateral token.
struct LegRecord {
    bytes message;
    FillResult[] results;
    uint128 fee;
}

/// @title IAuctionHubEvents
/// @notice What the hub emits, and why it reverts.
interface IAuctionHubEvents {
    event BasketCreated(uint32 indexed basket, BasketParams params);
    event MarketCreated(uint32 indexed marketId, MarketParams params);
    event MaxInFlightSet(uint32 indexed marketId, uint128 maxInFlight);
    event RouteSet(uint32 indexed spoke, address indexed token, Route route);
    event AuctionOpened(
        AuctionId indexed auctionId,
        uint32 indexed marketId,
        uint32 indexed basket,
        uint128 debtToCover,
        uint128 maxCollateral,
        uint64 deadline,
        bytes32 ref
    );
    /// @notice A plan became its basket's head and reserved debt and collateral for its legs.
    event PlanCommitted(AuctionId indexed auctionId, PlanHash indexed planHash, Plan plan, Snapshot snapshot);
    /// @notice A plan became its basket's head but its auction could not take it any more: nothing is reserved, its legs
    /// count as in flight.
    event PlanLapsed(
        AuctionId indexed auctionId, PlanHash indexed planHash, LapseReason reason, Plan plan, Snapshot snapshot
    );
    /// @notice Capital of a leg came. `message` is what `settle` and `releaseLegs` want back.
    event LegArrived(
        LegId indexed legId,
        AuctionId indexed auctionId,
        uint32 indexed spoke,
        bytes32 messageId,
        uint128 credited,
        bytes message
    );
    /// @notice Part or all of a leg was exchanged; `results` and `fee` are cumulative.
    /// @param ended All of it was used: receipts may go out.
    event LegSettled(
        LegId indexed legId,
        AuctionId indexed auctionId,
        uint256 priceE36,
        FillResult[] results,
        uint128 fee,
        bool ended
    );
    /// @notice What the leg has not used goes home as a refund; it has ended.
    event LegReleased(LegId indexed legId, AuctionId indexed auctionId, FillResult[] results, uint128 refund);
    event LegExpired(LegId indexed legId, AuctionId indexed auctionId);
    /// @notice The receipt of kind `kind` (`KIND_LEG_SETTLED` or `KIND_LEG_REFUNDED`) for `legId` left in `messageId`.
    event ReceiptDispatched(
        LegId indexed legId, AuctionId indexed auctionId, bytes32 indexed messageId, uint8 kind, uint128 amount
    );
    event AuctionSettled(AuctionId indexed auctionId, uint128 debtUsed, uint128 collateralOut, uint128 debtCovered);
    event AuctionClosed(AuctionId indexed auctionId, uint128 debtCovered, uint128 collateralTaken);

    error MarketUnknown(uint32 marketId);
    error MarketExists(uint32 marketId);
    error BasketUnknown(uint32 basket);
    error BasketExists(uint32 basket);
    error ParameterInvalid(bytes32 name, uint256 value);
    error RouteUnknown(uint32 spoke, address token);
    error CallerNotSource(address caller, address source);
    error CallerNotPort(address caller, uint32 spoke, address token);
    error CallerMayNotClose(address caller);
    error AmountZero();
    error AmountNotMultipleOfUnit(uint256 amount, uint256 unit);
    error DeadlineOutOfRange(uint64 deadline, uint64 earliest, uint64 latest);
    error AuctionUnknown(AuctionId auctionId);
    error AuctionNotOpen(AuctionId auctionId);
    error BasketMismatch(uint32 expected, uint32 actual);
    error PrevPlanMismatch(PlanHash expected, PlanHash actual);
    error SnapshotHashMismatch(bytes32 expected, bytes32 actual);
    error SnapshotBlockMismatch(uint64 hubBlock, bytes32 expected, bytes32 actual);
    error SnapshotBeforeOpening(uint64 hubBlock, uint64 openedBlock);
    error SnapshotFromFuture(uint64 hubTimestamp, uint64 nowSec);
    error CallByOutOfRange(uint64 callBy, uint64 latest);
    error PriceOutOfTolerance(uint256 planPriceE36, uint256 oraclePriceE36, uint256 toleranceBps);
    error PlanEmpty();
    error LegsNotAscending(uint32 previous, uint32 next);
    error TiersNotAscending(uint8 previous, uint8 next);
    error TierOutOfLadder(uint8 tier, uint8 tierCount);
    error PremiumAboveMaximum(uint256 premiumBps, uint256 maxPremiumBps);
    error PlanExceedsDebt(uint256 planned, uint256 left);
    error PlanExceedsCollateral(uint256 planned, uint256 left);
    error PlanExceedsInFlight(uint256 planned, uint256 left);
    error TooManyLegs(uint256 count, uint256 limit);
    error LegUnknown(LegId legId);
    error LegAlreadyArrived(LegId legId);
    error LegNotCommitted(LegId legId);
    error LegOfOtherSpoke(uint32 expected, uint32 actual);
    error LegNotArrived(LegId legId);
    error LegAlreadyEnded(LegId legId);
    error LegNotEnded(LegId legId);
    error LegNotReleasable(LegId legId, uint64 releasableAt);
    error LegHasExpired(LegId legId);
    error LegNotExpirable(LegId legId, uint64 expirableAt);
    error LegOfOtherAuction(LegId legId, AuctionId expected);
    error LegsNotDistinct(LegId legId);
    error RecordMismatch(LegId legId, bytes32 expected, bytes32 actual);
    error NothingUsable(AuctionId auctionId);
    error ExchangeMismatch(
        uint256 debtExpected, uint256 debtTaken, uint256 collateralExpected, uint256 collateralGiven
    );
    error ReceiptAlreadyDispatched(LegId legId, uint8 kind);
    error ReceiptsMixed(LegId legId);
    error TransferMismatch(address token, uint256 expected, uint256 received);
}

/// @title IAuctionHub
/// @notice Opens auctions for collateral sources, holds the chain of committed plans, exchanges arrived capital for
/// collateral at the oracle price of the exchange plus the tier's premium, and sends the results home.
interface IAuctionHub is IAuctionHubEvents, IStagedPause {
    /// @notice Opens an auction for `debtToCover` against at most `maxCollateral`. The market's source only.
    /// @param debtToCover Multiple of the basket's unit, positive.
    /// @param deadline Seconds; after it anyone may close.
    /// @param ref Anything the source wants to find again in the event.
    function openAuction(uint32 marketId, uint128 debtToCover, uint128 maxCollateral, uint64 deadline, bytes32 ref)
        external
        returns (AuctionId);

    /// @notice Makes a plan signed by a quorum the basket's head and reserves for its legs, or records it as lapsed.
    function commitPlan(Plan calldata plan, Snapshot calldata snapshot, bytes[] calldata signatures) external;

    /// @notice Exchanges arrived and committed legs, cheapest tier first. Anyone. Reverts, changing nothing, when nothing can be used.
    /// @param legs In the order of their spokes, which ties of the last tier go by; several of one spoke in any order.
    function settle(AuctionId auctionId, LegRecord[] calldata legs) external;

    /// @notice Makes refundable what is arrived and unused: at once if the auction is closed, the leg expired or its plan lapsed, else
    /// past the settle window after arrival (also a leg that was never committed). Touches no source, oracle or bridge. Anyone.
    function releaseLegs(LegRecord[] calldata legs) external;

    /// @notice Frees the reservations of legs that did not arrive in time, and their market's limit. Anyone.
    function expireLegs(LegId[] calldata legIds) external;

    /// @notice Closes an auction: the source at any time, anyone once covered or past the deadline.
    function closeAuction(AuctionId auctionId) external;

    /// @notice Sends the results of ended legs of one spoke and one token home in one message. Anyone; pays the bridge.
    /// @param kind `KIND_LEG_SETTLED` or `KIND_LEG_REFUNDED`.
    /// @param refundTo Gets the surplus of the value.
    function dispatchReceipts(uint8 kind, LegRecord[] calldata legs, address refundTo)
        external
        payable
        returns (bytes32 messageId);

    /// @notice The value that `dispatchReceipts` needs at this moment, wei.
    function quoteReceipts(uint8 kind, LegRecord[] calldata legs) external view returns (uint256 feeWei);

    function createBasket(uint32 basket, BasketParams calldata params) external;
    function createMarket(uint32 marketId, MarketParams calldata params) external;
    function setRoute(uint32 spoke, address token, Route calldata route) external;
    /// @notice Changes how much debt a market's legs may have in flight; zero stops its plans. Owner only. Emits `MaxInFlightSet`.
    function setMaxInFlight(uint32 marketId, uint128 maxInFlight) external;

    /// @notice The `ExchangeVault`: the only caller of `ICollateralSource.exchange`.
    function vault() external view returns (address);
    /// @notice The `OperatorSet` whose quorums sign plans and where their fees accrue.
    function operatorSet() external view returns (address);
    function basketParams(uint32 basket) external view returns (BasketParams memory);
    function market(uint32 marketId) external view returns (MarketParams memory);
    /// @notice Debt that legs of the market's plans, committed or lapsed, name which have neither ended nor expired, hub units.
    function inFlight(uint32 marketId) external view returns (uint256);
    function route(uint32 spoke, address token) external view returns (Route memory);
    function headOf(uint32 basket) external view returns (PlanHash);
    function auction(AuctionId auctionId) external view returns (Auction memory);
    function legStatus(LegId legId) external view returns (LegStatus memory);
    /// @notice Legs of the auction that are committed and have neither ended nor expired; at most 64.
    function unresolvedLegs(AuctionId auctionId) external view returns (LegId[] memory);
    /// @notice Inputs of a clearing at this block. Reverts if source or oracle do.
    function clearingState(AuctionId auctionId) external view returns (ClearingState memory);
}
