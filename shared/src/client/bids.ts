import { zeroPadValue, type Result } from 'ethers';
import { toAddress, toBasketId, toTier, type Address, type BasketId, type Tier } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '../messageCodec.js';
import type { BidTerms } from './bidTerms.js';
import { ClientError } from './clientError.js';
import { readSpokeEvent, topicOf } from './events.js';
import { readLogs, readView, spokeInterface, type SpokeOnChain } from './onChain.js';

/**
 * - `entering`: not active until `activeAtSec`. `standing`: can be called. `leaving`: can be called until `exitAtSec`.
 * - `left`: waits to be collected. `over`: closed, or a call took all of it; what it has earned can still be claimed.
 */
export type BidState = 'entering' | 'standing' | 'leaving' | 'left' | 'over';

/** What `claim` pays of a token, and the indices that it wants. */
export interface Claimable {
  readonly token: Address;
  /** In the token's own units on the spoke's chain. */
  readonly amountLocal: bigint;
  readonly fromCheckpoint: bigint;
  readonly toCheckpoint: bigint;
}

/** What `claimSkipped` pays of one part of a skipped call's result. */
export interface SkippedClaim {
  readonly part: SkippedPart;
  readonly token: Address;
  /** In the token's own units on the spoke's chain. */
  readonly amountLocal: bigint;
}

export type SkippedPart = 'collateral' | 'refund';

/** A call that a bid took part in and whose result is not home, or can only be claimed by `claimSkipped`. */
export interface OpenCall {
  readonly gen: number;
  /** The bid's part of what was drawn, hub units, rounded down. */
  readonly drawn: bigint;
  readonly complete: boolean;
  readonly skipped: boolean;
  /** Empty unless the call was skipped and something of its result is home and not claimed. */
  readonly skippedClaims: readonly SkippedClaim[];
}

/** Of the message that brings each part home, as the spoke names it. */
export const KIND_OF_PART: Readonly<Record<SkippedPart, number>> = {
  collateral: KIND_LEG_SETTLED,
  refund: KIND_LEG_REFUNDED,
};

/** All about one bid at a block; amounts in hub units but for `claimable`. */
export interface OwnBid {
  readonly bidId: bigint;
  readonly owner: Address;
  readonly basket: BasketId;
  readonly tier: Tier;
  readonly state: BidState;
  readonly standby: bigint;
  readonly entering: bigint;
  /** What `withdraw` pays. */
  readonly collectable: bigint;
  readonly activeAtSec: number | null;
  readonly exitAtSec: number | null;
  /** Only tokens with something to claim: refunds in the debt token, and collateral. */
  readonly claimable: readonly Claimable[];
  readonly openCalls: readonly OpenCall[];
}

type ReadSpoke = (method: string, args?: readonly unknown[]) => Promise<Result>;

const KINDS = ['entering', 'remainder', 'exiting', 'collected'] as const;
const OPEN_END = 0xffff_ffff;
/** Older ones of a bid are looked at when the newer are home. */
const MOST_OPEN_CALLS = 64;

/** Every bid of an owner on a spoke, closed ones as well, the oldest first; all of one block. */
export async function listBids(spoke: SpokeOnChain, owner: Address): Promise<OwnBid[]> {
  const block = await spoke.provider.getBlockNumber();
  const ids = await bidIdsOf(spoke, owner, block);
  return Promise.all(ids.map((bidId) => readBid(spoke, bidId, block)));
}

/**
 * One bid at a block, or now.
 * @throws ClientError if there is none.
 */
export async function readBid(spoke: SpokeOnChain, bidId: bigint, block?: number): Promise<OwnBid> {
  const at = block ?? (await spoke.provider.getBlockNumber());
  const read: ReadSpoke = (method, args = []) =>
    readView(spoke.provider, { ...spoke, abi: spokeInterface }, method, args, at);
  const [[state], [collaterals]] = await Promise.all([read('bid', [bidId]), read('collateralTokens')]);
  const fields = state as Result;
  const owner = toAddress(fields['owner']);
  if (BigInt(owner) === 0n) {
    const what = `spoke ${spoke.spokeId} has no bid ${bidId}`;
    throw new ClientError({ kind: 'input', what, whatToDo: 'List your bids: the id may be of another spoke.' });
  }
  const basket = toBasketId(fields['basket']);
  const [params] = await read('basketParams', [basket]);
  const debtToken = String((params as Result)['debtToken']);
  const tokens = [...new Set([debtToken, ...(collaterals as string[])])];
  const [claims, openCalls] = await Promise.all([
    Promise.all(tokens.map(async (token) => claimableOf(token, await read('claimable', [bidId, token])))),
    readOpenCalls(read, bidId, fields, toAddress(debtToken)),
  ]);
  return {
    ...describe(bidId, owner, basket, fields),
    claimable: claims.filter(({ amountLocal }) => amountLocal > 0n),
    openCalls,
  };
}

function describe(bidId: bigint, owner: Address, basket: BasketId, fields: Result) {
  const uint = (name: string): bigint => parseUint(name, fields[name]);
  const seconds = (name: string): number | null => parseSmallUint(name, fields[name]) || null;
  const amounts = { standby: uint('standby'), entering: uint('entering'), collectable: uint('collectable') };
  return {
    bidId,
    owner,
    basket,
    tier: toTier(fields['tier']),
    state: bidState(KINDS[Number(fields['kind'])] ?? 'collected', amounts),
    ...amounts,
    activeAtSec: seconds('activeAt'),
    exitAtSec: seconds('exitAt'),
  };
}

/** What `rebid` stands by with: the debt that came back unused and is not claimed; null if there is none. */
export function refundOf({ claimable }: OwnBid, { debtToken }: Pick<BidTerms, 'debtToken'>): Claimable | null {
  return claimable.find(({ token }) => token === debtToken) ?? null;
}

/** What the amounts of a bid say of it. */
export function bidState(
  kind: (typeof KINDS)[number],
  { standby, entering, collectable }: Pick<OwnBid, 'standby' | 'entering' | 'collectable'>,
): BidState {
  if (kind === 'collected') return 'over';
  if (entering > 0n) return 'entering';
  if (kind === 'exiting') return collectable > 0n ? 'left' : standby > 0n ? 'leaving' : 'over';
  return standby > 0n ? 'standing' : 'over';
}

function claimableOf(token: string, answer: Result): Claimable {
  return {
    token: toAddress(token),
    amountLocal: parseUint('amountLocal', answer['amountLocal']),
    fromCheckpoint: parseUint('fromCheckpoint', answer['fromCheckpoint']),
    toCheckpoint: parseUint('toCheckpoint', answer['toCheckpoint']),
  };
}

/** Calls from the pool's first unfinished one on, and skipped ones before it. */
async function readOpenCalls(read: ReadSpoke, bidId: bigint, bid: Result, debtToken: Address): Promise<OpenCall[]> {
  const [shares, startGen] = [parseUint('shares', bid['shares']), parseSmallUint('startGen', bid['startGen'])];
  if (shares === 0n) return [];
  const [pool] = await read('pool', [bid['basket'], bid['tier']]);
  const gens = parseSmallUint('gens', (pool as Result)['gens']);
  const finalized = parseSmallUint('finalized', (pool as Result)['finalized']);
  const end = Math.min(parseSmallUint('endGen', bid['endGen']), gens, OPEN_END);
  const first = Math.max(startGen, end - MOST_OPEN_CALLS);
  const made = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  const calls = await Promise.all(
    made.map(async (gen): Promise<OpenCall> => {
      const [call] = await read('call', [bid['basket'], bid['tier'], gen]);
      const fields = call as Result;
      const drawn = (parseUint('drawn', fields['drawn']) * shares) / parseUint('shares', fields['sharesAtCall']);
      const [complete, skipped] = [Boolean(fields['complete']), Boolean(fields['skipped'])];
      const tokens = { collateral: toAddress(fields['collateralToken']), refund: debtToken };
      const skippedClaims = skipped ? await readSkippedClaims(read, bidId, gen, tokens) : [];
      return { gen, drawn, complete, skipped, skippedClaims };
    }),
  );
  return calls.filter((call) => (call.gen >= finalized || call.skipped) && !isOver(call));
}

function isOver({ skipped, complete, skippedClaims }: OpenCall): boolean {
  return skipped && complete && skippedClaims.length === 0;
}

async function readSkippedClaims(
  read: ReadSpoke,
  bidId: bigint,
  gen: number,
  tokens: Readonly<Record<SkippedPart, Address>>,
): Promise<SkippedClaim[]> {
  const parts: readonly SkippedPart[] = ['collateral', 'refund'];
  const claims = await Promise.all(
    parts.map(async (part): Promise<SkippedClaim> => {
      const answer = await read('claimableSkipped', [bidId, gen, KIND_OF_PART[part]]);
      return { part, token: tokens[part], amountLocal: parseUint('amountLocal', answer['amountLocal']) };
    }),
  );
  return claims.filter(({ amountLocal }) => amountLocal > 0n);
}

/** Ids that the spoke's events give to the owner: deposits, rebids, and the two halves of a withdrawal. */
async function bidIdsOf(spoke: SpokeOnChain, owner: Address, toBlock: number): Promise<bigint[]> {
  const events = ['BidPlaced', 'WithdrawRequested'].map((name) => topicOf(spokeInterface, name));
  const logs = await readLogs(spoke, [events, null, zeroPadValue(owner, 32)], toBlock);
  const ids = logs.flatMap((log) => {
    const event = readSpokeEvent(log);
    if (event?.name === 'BidPlaced') return [event.bidId];
    if (event?.name !== 'WithdrawRequested') return [];
    return event.remainderBidId === null ? [event.exitBidId] : [event.exitBidId, event.remainderBidId];
  });
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
}
