import { Interface } from 'ethers';

/**
 * What the checker reads, written down by hand: it shares no code with what it checks. `abi.test.ts` holds these lines
 * against the compiled contracts.
 */
export const HUB = new Interface([
  'event BasketCreated(uint32 indexed basket, (address debtToken, uint16 tierStepBps, uint8 tierCount, uint128 unit, uint32 callWindowSec, uint32 maxSnapshotAgeSec, uint32 settleWindowSec, uint32 feeGraceSec) params)',
  'event MarketCreated(uint32 indexed marketId, (uint32 basket, address source, address collateralToken, address oracle, uint16 operatorFeeBps, uint16 maxPremiumBps, uint16 priceToleranceBps, uint32 maxDurationSec, uint128 minLeg, uint128 maxInFlight) params)',
  'event RouteSet(uint32 indexed spoke, address indexed token, (address port, uint128 unit, uint32 timeoutSec) route)',
  'event AuctionOpened(bytes32 indexed auctionId, uint32 indexed marketId, uint32 indexed basket, uint128 debtToCover, uint128 maxCollateral, uint64 deadline, bytes32 ref)',
  'event LegArrived(bytes32 indexed legId, bytes32 indexed auctionId, uint32 indexed spoke, bytes32 messageId, uint128 credited, bytes message)',
  'event LegSettled(bytes32 indexed legId, bytes32 indexed auctionId, uint256 priceE36, (uint128 used, uint128 collateral)[] results, uint128 fee, bool ended)',
  'event LegReleased(bytes32 indexed legId, bytes32 indexed auctionId, (uint128 used, uint128 collateral)[] results, uint128 refund)',
  'event ReceiptDispatched(bytes32 indexed legId, bytes32 indexed auctionId, bytes32 indexed messageId, uint8 kind, uint128 amount)',
  'event AuctionSettled(bytes32 indexed auctionId, uint128 debtUsed, uint128 collateralOut, uint128 debtCovered)',
]);

export const SPOKE = new Interface([
  'event BidPlaced(uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, uint40 activeAt)',
  'event EntryWithdrawn(uint256 indexed bidId, address indexed owner, uint128 amount, uint128 left)',
  'event WithdrawRequested(uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, (uint256 exitBidId, uint128 exitShares, uint40 exitAt, uint256 remainderBidId, uint128 remainderShares, uint32 gen, uint32 epoch) split)',
  'event Withdrawn(uint256 indexed bidId, address indexed owner, uint128 amount)',
  'event Rebid(uint256 indexed bidId, uint256 indexed newBidId, uint128 amount)',
  'event EntriesUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed activeAt, uint128 amount)',
  'event ExitsUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed exitAt, uint32 epoch, uint128 shares)',
  'event CapitalCalled(bytes32 indexed legId, bytes32 indexed auctionId, bytes32 indexed messageId, uint32 basket, (uint8 tier, uint32 gen, uint128 amount)[] fills, uint64 callBy)',
  'event ResultRecorded(bytes32 indexed legId, uint32 indexed basket, uint8 indexed tier, uint32 gen, uint8 kind, address token, uint128 amount, bool complete)',
  'event Claimed(uint256 indexed bidId, address indexed owner, address indexed token, uint256 amount)',
  'function basketParams(uint32 basket) view returns ((address debtToken, address hubDebtToken, address port, uint8 localDecimals, uint8 hubDecimals, uint16 tierStepBps, uint8 tierCount, uint128 unit, uint128 minBid, uint32 activationDelaySec, uint32 activationBucketSec, uint32 noticeSec, uint32 exitBucketSec, uint32 callTimeoutSec, uint128 maxInFlight) params)',
  'function collateral(address hubToken) view returns ((address token, address port, uint8 localDecimals, uint8 hubDecimals) terms)',
  'function pool(uint32 basket, uint8 tier) view returns ((uint128 assets, uint128 shares, uint32 gens, uint32 finalized, uint32 epoch, uint128 entering) state)',
  'function poolBuckets(uint32 basket, uint8 tier) view returns ((bool isExit, uint40 atSec, uint128 amount, uint128 shares)[] buckets)',
  'function bid(uint256 bidId) view returns ((address owner, uint32 basket, uint8 tier, uint8 kind, uint32 epoch, uint128 shares, uint32 startGen, uint32 endGen, uint128 entering, uint128 standby, uint128 collectable, uint40 activeAt, uint40 exitAt) state)',
  'function call(uint32 basket, uint8 tier, uint32 gen) view returns ((uint40 legTag, uint128 sharesAtCall, uint128 drawn, bool collateralSeen, bool refundSeen, bool complete, bool skipped, address collateralToken, uint128 collateral, uint128 refund) state)',
  'function claimableSkipped(uint256 bidId, uint32 gen, uint8 kind) view returns (uint256 amountLocal)',
  'function inFlight(uint32 basket) view returns (uint128 amount)',
  'function claimable(uint256 bidId, address token) view returns (uint256 amountLocal, uint256 fromCheckpoint, uint256 toCheckpoint)',
]);

export const PORT = new Interface([
  'event TransferSent(uint32 indexed peer, bytes32 indexed messageId, address token, uint256 amountLocal, bytes payload)',
  'event TransferDelivered(uint32 indexed peer, bytes32 indexed messageId, address token, uint256 amountLocal)',
]);

export const OPERATORS = new Interface([
  'event FeesAccrued(uint32 indexed setId, address indexed token, uint256 amount)',
  'event FeesClaimed(uint32 indexed setId, address indexed operator, address indexed token, uint256 amount)',
]);

export const TOKEN = new Interface([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'function symbol() view returns (string text)',
  'function decimals() view returns (uint8 count)',
  'function balanceOf(address owner) view returns (uint256 amount)',
  'function totalSupply() view returns (uint256 amount)',
]);

/** What feeds of Chainlink's kind emit. */
export const FEED = new Interface([
  'event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)',
]);
export const ORACLE = new Interface(['function priceE36() view returns (uint256 price)']);

export const OFT = new Interface([
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
  'event OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)',
]);

export const WORMHOLE_CORE = new Interface([
  'event LogMessagePublished(address indexed sender, uint64 sequence, uint32 nonce, bytes payload, uint8 consistencyLevel)',
]);

export const TOKEN_BRIDGE = new Interface([
  'event TransferRedeemed(uint16 indexed emitterChainId, bytes32 indexed emitterAddress, uint64 indexed sequence)',
]);
