import type { SayAmount } from './sayAmount.js';

/** What happened and what to do about it, for people. */
export interface ErrorWords {
  readonly what: string;
  readonly whatToDo: string;
}

/** Arguments of a custom error by their names, as ethers decodes them. */
export type ErrorArgs = Readonly<Record<string, unknown>>;

type Describe = (args: ErrorArgs, say: SayAmount) => ErrorWords;

const text = (args: ErrorArgs, name: string): string => String(args[name]);
const bid = (args: ErrorArgs): string => `bid ${text(args, 'bidId')}`;
const auction = (args: ErrorArgs): string => `auction ${text(args, 'auctionId')}`;
/** A time in seconds as the chain gives it; one beyond the calendar stays a number. */
const at = (args: ErrorArgs, name: string): string => {
  const date = new Date(Number(args[name]) * 1_000);
  return Number.isNaN(date.getTime()) ? text(args, name) : date.toISOString();
};
type Say = (args: ErrorArgs, say: SayAmount) => string;
const both =
  (what: Say, whatToDo: string | Say): Describe =>
  (args, say) => ({ what: what(args, say), whatToDo: typeof whatToDo === 'string' ? whatToDo : whatToDo(args, say) });

const LIST_AGAIN = 'List your bids again: the id may be of another spoke.';
const RELAYER = 'This is part of what a relayer does: nothing of yours has moved.';
const OWNER = 'Only who owns the contracts does this: check what you meant to call.';

/** Errors by which a spoke refuses an LP. Amounts are smallest units: hub units, or the token's own where the name says local. */
const OF_BIDS: Readonly<Record<string, Describe>> = {
  BasketUnknown: both((a) => `the spoke has no basket ${text(a, 'basket')}`, 'Name a basket of this spoke.'),
  TierOutOfLadder: both(
    (a) => `the ladder has no tier ${text(a, 'tier')}: it has ${text(a, 'tierCount')}, from 0 up`,
    (a) => `Name a tier from 0 to ${Number(a['tierCount']) - 1}.`,
  ),
  AmountZero: both(() => 'the amount is zero', 'Name an amount above zero.'),
  AmountBelowMinimum: both(
    (a, say) => `${say.hub(a['amount'])} are below the smallest bid`,
    (a, say) => `Name ${say.hub(a['minimum'])} or more, or withdraw all of it.`,
  ),
  AmountNotMultipleOfUnit: both(
    (a, say) => `${say.hub(a['amount'])} are no multiple of ${say.hub(a['unit'])}, which the bridges carry`,
    (a, say) => `Round the amount to a multiple of ${say.hub(a['unit'])}.`,
  ),
  PoolFull: both(
    (a, say) => `the pool would hold ${say.hub(a['assets'])}, and may hold ${say.hub(a['limit'])}`,
    'Bid less, or in another tier.',
  ),
  BucketFull: both(
    (a, say) => `${say.hub(a['amount'])} would become active at that time, and at most ${say.hub(a['limit'])} may`,
    'Bid less, or some seconds later.',
  ),
  OwnerZero: both(() => 'the bid would belong to nobody', 'Name the address that shall own it.'),
  BalanceTooLow: both(
    (a, say) => `the account has ${say.local(a['balanceLocal'], text(a, 'token'))}`,
    (a, say) => `It needs ${say.local(a['neededLocal'])}: bid less, or bring tokens to this chain first.`,
  ),
  AllowanceTooLow: both(
    (a, say) => `the spoke may take ${say.local(a['allowanceLocal'], text(a, 'token'))}`,
    (a, say) => `Approve ${say.local(a['neededLocal'])} for the spoke, then bid again.`,
  ),
  ERC20InsufficientBalance: both(
    (a, say) => `${text(a, 'sender')} has ${say.local(a['balance'], 'the token')}`,
    (a, say) => `It needs ${say.local(a['needed'])}: name less, or bring tokens first.`,
  ),
  ERC20InsufficientAllowance: both(
    (a, say) => `${text(a, 'spender')} may take ${say.local(a['allowance'], 'the token')}`,
    (a, say) => `Approve ${say.local(a['needed'])} for it, then try again.`,
  ),
  SafeERC20FailedOperation: both(
    (a) => `the token ${text(a, 'token')} refused the transfer`,
    'See whether the token is paused, or has barred this account.',
  ),
  TransferMismatch: both(
    (a) => `${text(a, 'received')} of ${text(a, 'expected')} smallest units of ${text(a, 'token')} arrived`,
    'A token that takes a fee of transfers cannot be bid with.',
  ),
  BidUnknown: both((a) => `there is no ${bid(a)} here`, LIST_AGAIN),
  BidNotOpen: both(
    (a) => `${bid(a)} has closed: it was asked to leave, or a call took all of it`,
    'List your bids: a part may go on under another id, and what it earned is claimed.',
  ),
  BidNotExiting: both(
    (a) => `${bid(a)} is not leaving, or was collected`,
    'Ask for the withdrawal first, then collect the bid that this opens.',
  ),
  ExitVoid: both((a) => `a call took all of ${bid(a)} before it could leave`, 'Claim what the call brought home.'),
  ExitNotDue: both(
    (a) => `${bid(a)} has not left`,
    (a) => `It can be collected from ${at(a, 'exitAt')} on; until then it may be called.`,
  ),
  CallerNotOwner: both(
    (a) => `${bid(a)} belongs to ${text(a, 'owner')}, and ${text(a, 'caller')} asked`,
    "Use the owner's account.",
  ),
  WithdrawExceedsBid: both(
    (a, say) => `${say.hub(a['requested'])} are more than ${bid(a)} stands by with`,
    (a, say) =>
      `${say.hub(a['standby'])} are left: a call may have drawn the rest a moment ago. Withdraw that, or less.`,
  ),
  CheckpointMismatch: both(
    () => 'results came home while the claim was made',
    'Nothing is lost: ask for what can be claimed, and claim again.',
  ),
  NothingToClaim: both(
    (a) => `${bid(a)} has nothing to claim of ${text(a, 'token')}`,
    'It was claimed already, or its result is still on its way: see the open calls of the bid.',
  ),
  CallOfOtherBid: both(
    (a) => `${bid(a)} took part in no call ${text(a, 'gen')}`,
    'See the open calls of the bid for the number.',
  ),
  CallNotSkipped: both((a) => `call ${text(a, 'gen')} was not skipped`, 'Claim it in the ordinary way.'),
  CallComplete: both((a) => `call ${text(a, 'gen')} has its whole result`, 'Claim it in the ordinary way.'),
  CallNotSkippable: both(
    (a) => `call ${text(a, 'gen')} may still come home in time`,
    (a) => `It can be skipped from ${at(a, 'skippableAt')} on.`,
  ),
  CallNotOfLeg: both(
    (a) => `the next unfinished call is ${text(a, 'gen')}, and of another leg`,
    'Skip the oldest unfinished call first.',
  ),
  Paused: both(
    () => 'the contract is paused for this',
    'Withdrawals and claims still work. Wait until the guardian or the owner ends the pause.',
  ),
  CollateralUnknown: both(
    (a) => `the spoke knows no collateral ${text(a, 'hubToken')}`,
    'Name a token of `collateralTokens`.',
  ),
  ReentrancyGuardReentrantCall: both(
    () => 'the token called back into the contract',
    'A token that does so cannot be used here.',
  ),
  SafeCastOverflowedUintDowncast: both(
    (a) => `${text(a, 'value')} is more than the contract can hold`,
    'Name a smaller amount.',
  ),
  UnknownKind: both((a) => `there is no part ${text(a, 'kind')} of a result`, 'Name 2 for collateral, 3 for a refund.'),
};

/** Errors by which the hub or a collateral source refuses a lending protocol. */
const OF_AUCTIONS: Readonly<Record<string, Describe>> = {
  MarketUnknown: both((a) => `the hub has no market ${text(a, 'marketId')}`, 'Name a market of the deployment.'),
  CallerNotSource: both(
    (a) => `auctions of this market are opened by ${text(a, 'source')}`,
    'Call that contract, not the hub.',
  ),
  DeadlineOutOfRange: both(
    (a) => `${at(a, 'deadline')} is no deadline for this market`,
    (a) => `Name one from ${at(a, 'earliest')} to ${at(a, 'latest')}.`,
  ),
  AuctionUnknown: both((a) => `the hub has no ${auction(a)}`, 'Check the id and the deployment.'),
  AuctionNotOpen: both((a) => `${auction(a)} has closed`, 'Nothing is left to do with it.'),
  AuctionUnfinished: both(
    (a) => `${auction(a)} still runs`,
    (a) => `Wait until it is covered, or past ${at(a, 'deadline')}.`,
  ),
  AuctionStillOpen: both((a) => `${auction(a)} is still open`, 'Close it first, or wait for its end.'),
  AuctionHasPlans: both(
    (a) => `${auction(a)} has ${text(a, 'rounds')} plans already`,
    'Capital may be on its way: wait for its deadline.',
  ),
  AuctionOfNoPosition: both((a) => `${auction(a)} locks no position`, 'It was released already.'),
  PositionHealthy: both(
    (a) => `the position of ${text(a, 'borrower')} owes ${text(a, 'debt')}, and may owe ${text(a, 'allowed')}`,
    'It cannot be liquidated at this price.',
  ),
  PositionUnhealthy: both(
    (a) => `the position of ${text(a, 'borrower')} owes ${text(a, 'debt')}, and may owe ${text(a, 'allowed')}`,
    'Repay or add collateral first.',
  ),
  NothingToAuction: both(
    (a) => `an auction could cover ${text(a, 'coverable')} of ${text(a, 'borrower')}, and a leg is ${text(a, 'least')}`,
    'No plan would call capital for so little: it can still be repaid.',
  ),
  PositionLocked: both(
    (a) => `the position of ${text(a, 'borrower')} is in ${auction(a)}`,
    'Wait until that auction has ended, then release the position.',
  ),
  PositionNotLocked: both(
    (a) => `no auction locks the position of ${text(a, 'borrower')}`,
    'Nothing is to be released.',
  ),
  LtvTooHigh: both(
    (a) => `the debt would be ${text(a, 'debt')} of at most ${text(a, 'allowed')}`,
    'Borrow less, or add collateral first.',
  ),
  LiquidityTooLow: both(
    (a) => `the lender has ${text(a, 'liquidity')} of ${text(a, 'requested')}`,
    'Name less, or wait for repayments.',
  ),
  CollateralTooLow: both((a) => `the position has ${text(a, 'collateral')} of ${text(a, 'requested')}`, 'Name less.'),
  CollateralShort: both(
    (a) => `${text(a, 'received')} of ${text(a, 'expected')} collateral arrived`,
    'A token that takes a fee of transfers cannot be auctioned.',
  ),
  EscrowUnknown: both((a) => `there is no escrow of ${auction(a)} here`, 'Check the id and the source.'),
  CallerNotSeller: both((a) => `the escrow is of ${text(a, 'seller')}`, "Use the seller's account."),
  NothingToPay: both((a) => `nothing of ${auction(a)} waits to be paid`, 'It was paid already, or nothing was sold.'),
  AnswerStale: both((a) => `the oracle's price is of ${at(a, 'updatedAt')}, too old`, 'Wait for its next update.'),
  PriceZero: both(() => 'the oracle names zero, which is no price', 'Wait for its next update.'),
  AnswerNotPositive: both(() => 'the oracle has no price', 'Wait for its next update.'),
  AnswerFromFuture: both(() => "the oracle's price is of a later time than the block", 'Wait for the next block.'),
  SequencerDown: both(() => "the chain's sequencer is down, so no price is trusted", 'Wait until it is back.'),
  SequencerUpTooShortly: both(
    () => "the chain's sequencer is back for too short a time to trust a price",
    'Try again in an hour.',
  ),
};

/** Refusals that only calls of relayers, ports, operators and owners meet. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'CallExpired',
      'CallerNotPort',
      'CallerNotVault',
      'CollateralExceedsEscrow',
      'CollateralExceedsPosition',
      'DebtExceedsEscrow',
      'DebtExceedsPosition',
      'FillUnknown',
      'InFlightAboveCap',
      'LegAlreadyCalled',
      'LegEmpty',
      'LegNotInPlan',
      'LegOfOtherSpoke',
      'LegUnknown',
      'PeerNotHub',
      'PoolTooSmall',
      'ReceiptAmountMismatch',
      'TiersNotAscending',
      'TokenMismatch',
      'TokenNotAddress',
      'TooManyFills',
      'UnknownFlags',
      'UnknownVersion',
      'WrongLength',
    ].map((name) => [name, RELAYER]),
  ),
  ...Object.fromEntries(
    [
      'BasketExists',
      'CallerNotGuardian',
      'CollateralExists',
      'DurationZero',
      'LtvInvalid',
      'OwnableInvalidOwner',
      'OwnableUnauthorizedAccount',
      'ParameterInvalid',
      'PauseStageUnknown',
      'PortMismatch',
    ].map((name) => [name, OWNER]),
  ),
};

/** Words for a custom error of ALA's contracts or a token; null for one that no call of the client can meet. */
export function wordsOf(name: string, args: ErrorArgs, shown: string, say: SayAmount): ErrorWords | null {
  const describe = own(OF_BIDS, name) ?? own(OF_AUCTIONS, name);
  if (describe !== undefined) return describe(args, say);
  const whatToDo = own(OF_OTHERS, name);
  return whatToDo === undefined ? null : { what: `the contract refused: ${shown}`, whatToDo };
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
