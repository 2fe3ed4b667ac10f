import { desc, eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import { chainErrorOf } from '@ala/shared/chainErrors';
import type { AuctionId, BasketId, ChainId } from '@ala/shared/ids';
import type { Db } from '../db/client.js';
import { blocks } from '../db/chainTables.js';
import { enqueueDue } from '../dispatch/outbox.js';
import { describeError } from '../lib/errors.js';
import type { AuctionView } from './auctionView.js';
import { clearRound, type ClearRoundArgs } from './clearRound.js';
import { finishAuction } from './finishAuction.js';
import { isOver, nextSteps, wantsCapital } from './nextSteps.js';
import { readActiveAuctions } from './readAuctions.js';
import { storeRound } from './storeRound.js';

export interface DecideArgs {
  readonly db: Db;
  readonly log: Logger;
  readonly hubChainId: ChainId;
  /** What `clearRound` needs, by basket; an auction of another basket is not ours. */
  readonly roundArgs: (auction: AuctionView) => ClearRoundArgs | null;
  /** Told of the keys of new outbox rows, after they are durable. */
  readonly onWritten: (keys: readonly string[]) => void | Promise<void>;
  /** Auctions that could not be decided on when last looked at; kept by the caller, so that it is said once. */
  readonly failing: Set<AuctionId>;
}

/** An auction whose deadline is this long past can no longer be changed by a reorg. */
const FINISH_AFTER_SEC = 24 * 3_600;

/**
 * Looks at every auction that is not finished and writes down what has to be done. Safe to run at any time, any number of
 * times. An auction that fails (its oracle, say) does not keep the others from going on.
 */
export async function decide(args: DecideArgs): Promise<void> {
  const { db, log, failing } = args;
  // Read before the auctions: all of its events are in them.
  const newest = await newestBlock(db, args.hubChainId);
  if (newest === null) return;
  const waiting = new Set<BasketId>();
  for (const auction of await readActiveAuctions(db)) {
    const { auctionId } = auction;
    try {
      await decideOn(args, auction, newest, waiting);
      if (failing.delete(auctionId)) log.info({ auctionId }, 'deciding on the auction again');
    } catch (error) {
      if (!failing.has(auctionId)) {
        const cause = chainErrorOf(error)?.text ?? describeError(error);
        log.warn({ auctionId, cause }, 'cannot decide on the auction, retrying');
      }
      failing.add(auctionId);
    }
  }
}

/** @param waiting baskets in which no plan can be signed before the last one is through, which need not be asked for each of their auctions */
async function decideOn(
  args: DecideArgs,
  auction: AuctionView,
  newest: NewestBlock,
  waiting: Set<BasketId>,
): Promise<void> {
  const { db } = args;
  const roundArgs = args.roundArgs(auction);
  if (roundArgs === null) return;
  const nowSec = newest.timestampSec;
  const keys = await enqueueDue(db, nextSteps(auction, roundArgs.terms, nowSec), newest.number);
  if (keys.length > 0) await args.onWritten(keys);
  const { basket } = auction;
  if (wantsCapital(auction, nowSec) && !waiting.has(basket) && (await openRound(args, roundArgs)) === 'waits')
    waiting.add(basket);
  if (isOver(auction) && nowSec > auction.deadlineSec + FINISH_AFTER_SEC) await finishAuction(db, auction.auctionId);
}

/** @returns `waits` if the basket's next plan has to wait for the commit of one that is signed, by this call or before. */
async function openRound({ db, log, onWritten }: DecideArgs, roundArgs: ClearRoundArgs): Promise<'waits' | null> {
  const round = await clearRound(roundArgs);
  if (round === null) return null;
  if (round === 'planBefore') return 'waits';
  const keys = await storeRound(db, round, roundArgs.terms.callWindowSec);
  if (keys === null) return 'waits';
  const { auctionId, round: number, legs } = round.signed.plan;
  log.info({ auctionId, planHash: round.planHash, round: number, legs: legs.length }, 'plan signed');
  await onWritten(keys);
  return 'waits';
}

interface NewestBlock {
  readonly number: number;
  readonly timestampSec: number;
}

async function newestBlock(db: Db, chainId: ChainId): Promise<NewestBlock | null> {
  const [row] = await db
    .select({ number: blocks.number, timestampSec: blocks.timestampSec })
    .from(blocks)
    .where(eq(blocks.chainId, chainId))
    .orderBy(desc(blocks.number))
    .limit(1);
  return row ?? null;
}
