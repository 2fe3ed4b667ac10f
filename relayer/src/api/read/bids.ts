import type { OwnDepth } from '@ala/shared/api/book';
import type { BidAnswer, BidsAnswer, BidState } from '@ala/shared/api/lp';
import { toTier, type Address } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import { entryOf, type BookEntry } from '../../book/bids.js';
import { basketOf, chainNameOf, inSnapshot, type ApiContext } from '../context.js';
import { pageOfRows, readCursor } from '../cursor.js';
import { freshnessOf } from '../live/progress.js';
import { ApiProblem } from '../problems.js';
import { readBidRows, type BidFilter, type BidRow } from './bidRows.js';

export interface BidsArgs extends Omit<BidFilter, 'after'> {
  readonly cursor?: string | undefined;
}

/** The bid's place after the cursor. */
export function afterBid(cursor: string | undefined): { spoke: number; bidId: bigint } | undefined {
  if (cursor === undefined) return undefined;
  const [spoke = 0n, bidId = 0n] = readCursor(cursor, ['integer', 'numeric']);
  return { spoke: Number(spoke), bidId };
}

export async function readBids(context: ApiContext, { cursor, limit, ...filter }: BidsArgs): Promise<BidsAnswer> {
  return inSnapshot(context, async (tx, progress) => {
    const atSec = context.feed.nowSec();
    const found = await readBidRows(tx, { ...filter, after: afterBid(cursor), limit: limit + 1 });
    const { rows, nextCursor } = pageOfRows(found, limit, ({ spoke, bidId }) => [spoke, bidId.toString()]);
    return {
      atSec,
      ...freshnessOf(progress),
      items: rows.map((row) => bidAnswer(context, row, placeInBook(context, row, atSec))),
      nextCursor,
    };
  });
}

function placeInBook({ feed }: ApiContext, row: BidRow, atSec: number): BookEntry | null {
  return entryOf(row, feed.poolOf(row.basket, row.spoke, row.tier, atSec), atSec);
}

function bidAnswer({ deployment }: ApiContext, row: BidRow, entry: BookEntry | null): BidAnswer {
  const state = bidState(row, entry);
  const open = state === 'entering' || state === 'standing' || state === 'leaving';
  const chain = chainNameOf(deployment, row.chainId);
  const { blockNumber, txHash, timestampSec } = row;
  return {
    spoke: row.spoke,
    chain,
    bidId: row.bidId.toString(),
    owner: row.owner,
    basket: row.basket,
    tier: row.tier,
    premiumBps: premiumBps(basketOf(deployment, row.basket), toTier(row.tier)),
    state,
    standbyDebtUnits: (open ? (entry?.standby ?? 0n) : 0n).toString(),
    enteringDebtUnits: (open ? (entry?.entering ?? 0n) : 0n).toString(),
    activeAtSec: row.activeAtSec,
    exitAtSec: row.exitAtSec,
    placed: { chain, blockNumber, txHash, timestampSec },
  };
}

/** Pure: what a bid is, whether or not it is over. */
export function bidState({ closed, kind, left }: BidRow, entry: BookEntry | null): BidState {
  if (closed) return kind === 'exiting' ? 'withdrawn' : 'split';
  if (left === 0n) return 'withdrawn';
  return entry === null ? 'drawn' : entry.state;
}

/** More bids than this are not added up for one answer. */
const MAX_BIDS_ADDED_UP = 5_000;

/** What an owner has in each pool, and how much is called before it. */
export async function readOwnDepth(context: ApiContext, owner: Address, basketId: number): Promise<OwnDepth> {
  const basket = basketOf(context.deployment, basketId);
  return inSnapshot(context, async (tx, progress) => {
    const atSec = context.feed.nowSec();
    const limit = MAX_BIDS_ADDED_UP + 1;
    const rows = await readBidRows(tx, { owner, baskets: [basketId], show: 'open', limit });
    if (rows.length === limit) {
      throw new ApiProblem(422, `more than ${MAX_BIDS_ADDED_UP} open bids: page through /v1/lps/${owner}/bids instead`);
    }
    const own = new Map<string, OwnPool>();
    for (const row of rows) addTo(own, placeInBook(context, row, atSec));
    const pools = [...own.values()].sort((a, b) => a.tier - b.tier || a.spoke - b.spoke);
    const book = context.feed.bookOf(basket, atSec);
    return {
      owner,
      basket: basketId,
      atSec,
      ...freshnessOf(progress),
      ...depthText(pools),
      pools: pools.map((pool) => ({
        tier: pool.tier,
        premiumBps: premiumBps(basket, toTier(pool.tier)),
        spoke: pool.spoke,
        ...depthText([pool]),
        poolStandbyDebtUnits:
          book.tiers.find(({ tier }) => tier === pool.tier)?.pools.find(({ spoke }) => spoke === pool.spoke)
            ?.standbyDebtUnits ?? '0',
        cheaperDebtUnits: sum(
          book.tiers.filter(({ tier }) => tier < pool.tier).map(({ standbyDebtUnits }) => BigInt(standbyDebtUnits)),
        ).toString(),
      })),
    };
  });
}

/** Hub units. */
interface OwnPool {
  readonly tier: number;
  readonly spoke: number;
  standby: bigint;
  leaving: bigint;
  entering: bigint;
}

function addTo(own: Map<string, OwnPool>, entry: BookEntry | null): void {
  if (entry === null || entry.state === 'left') return;
  const key = `${entry.tier}/${entry.spoke}`;
  const pool = own.get(key) ?? { tier: entry.tier, spoke: entry.spoke, standby: 0n, leaving: 0n, entering: 0n };
  pool.standby += entry.standby;
  pool.entering += entry.entering;
  if (entry.state === 'leaving') pool.leaving += entry.standby;
  own.set(key, pool);
}

function depthText(pools: readonly OwnPool[]) {
  return {
    standbyDebtUnits: sum(pools.map(({ standby }) => standby)).toString(),
    leavingDebtUnits: sum(pools.map(({ leaving }) => leaving)).toString(),
    enteringDebtUnits: sum(pools.map(({ entering }) => entering)).toString(),
  };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
