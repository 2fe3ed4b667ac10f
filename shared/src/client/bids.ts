import { zeroPadValue, type Result } from 'ethers';
import { toAddress, toBasketId, toTier, type Address, type BasketId, type Tier } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { toHubUnits, type BidTerms } from './bidTerms.js';
import { ClientError } from './clientError.js';
import { readSpokeEvent, topicOf } from './events.js';
import { readLogs, readView, spokeInterface, type SpokeOnChain } from './onChain.js';
import { readCalls, readSkips, type OpenCall, type ReadSpoke, type Skip } from './openCalls.js';

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
  /** How many calls of its pool are home and wait for `finalizeCalls` alone to be credited; 0 if none of them is the bid's. */
  readonly finalizable: number;
}

const KINDS = ['entering', 'remainder', 'exiting', 'collected'] as const;

/** Every bid of an owner on a spoke, closed ones as well, the oldest first; all of one block. */
export async function listBids(spoke: SpokeOnChain, owner: Address): Promise<OwnBid[]> {
  const block = await spoke.provider.getBlockNumber();
  const [ids, skips] = await Promise.all([bidIdsOf(spoke, owner, block), readSkips(spoke, block)]);
  return Promise.all(ids.map((bidId) => readBidAt(spoke, bidId, { block, skips })));
}

/**
 * One bid at a block, or now.
 * @throws ClientError if there is none.
 */
export async function readBid(spoke: SpokeOnChain, bidId: bigint, block?: number): Promise<OwnBid> {
  const at = block ?? (await spoke.provider.getBlockNumber());
  return readBidAt(spoke, bidId, { block: at, skips: await readSkips(spoke, at) });
}

interface At {
  readonly block: number;
  /** Up to that block. */
  readonly skips: readonly Skip[];
}

async function readBidAt(spoke: SpokeOnChain, bidId: bigint, { block, skips }: At): Promise<OwnBid> {
  const read: ReadSpoke = (method, args = []) =>
    readView(spoke.provider, { ...spoke, abi: spokeInterface }, method, args, block);
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
  const [claims, calls] = await Promise.all([
    Promise.all(tokens.map(async (token) => claimableOf(token, await read('claimable', [bidId, token])))),
    readCalls(read, bidId, { bid: fields, debtToken: toAddress(debtToken), skips }),
  ]);
  return {
    ...describe(bidId, owner, basket, fields),
    claimable: claims.filter(({ amountLocal }) => amountLocal > 0n),
    ...calls,
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

/** What `rebid` stands by with: the debt that came back unused and is not claimed; null if it is less than the smallest bid. */
export function refundOf({ claimable }: Pick<OwnBid, 'claimable'>, terms: BidTerms): Claimable | null {
  const refund = claimable.find(({ token }) => token === terms.debtToken);
  return refund !== undefined && toHubUnits(terms, refund.amountLocal) >= terms.minBid ? refund : null;
}

/** All of a bid that `requestWithdraw` takes, hub units: what can be paid in the spoke's own units. */
export function leavable(
  { standby, entering }: Pick<OwnBid, 'standby' | 'entering'>,
  { hubDecimals, localDecimals }: Pick<BidTerms, 'hubDecimals' | 'localDecimals'>,
): bigint {
  const all = standby + entering;
  return all - (all % 10n ** BigInt(Math.max(0, hubDecimals - localDecimals)));
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
