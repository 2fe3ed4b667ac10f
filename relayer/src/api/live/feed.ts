import type { Logger } from 'pino';
import type { Book } from '@ala/shared/api/book';
import type { ChainProgress } from '@ala/shared/api/chains';
import type { StreamEvent } from '@ala/shared/api/events';
import type { BasketDeployment, Deployment } from '@ala/shared/deployment';
import { rollPool } from '@ala/shared/pool';
import type { PoolNow } from '../../book/bids.js';
import { PoolBook } from '../../book/poolBook.js';
import { listen } from '../../db/announce.js';
import type { Db } from '../../db/client.js';
import { childOf } from '../../lib/childSignal.js';
import { describeError, UnavailableError } from '../../lib/errors.js';
import { backoffMs, pause } from '../../lib/retry.js';
import { bookAnswer } from './bookAnswer.js';
import { EventLog } from './eventLog.js';
import { moveEvents, progressEvents } from './moveEvents.js';
import { progressOf, type ReadBlock } from './progress.js';
import { readMove, type FollowedPools, type Move } from './readMove.js';

export interface FeedArgs {
  readonly db: Db;
  /** For the connection that listens. */
  readonly databaseUrl: string;
  readonly deployment: Deployment;
  readonly maxChainLagSec: number;
  readonly log: Logger;
}

/** The rows are looked at so often even if nobody announces anything. */
const LOOK_EVERY_MS = 1_000;
/** Announcements that come within it are looked at together. */
const GATHER_MS = 25;
const KEPT_EVENTS = 10_000;

interface BuiltBook {
  readonly book: Book;
  /** From then on it is another one, though no block says so. */
  readonly dueSec: number | null;
}

/** What the API keeps in memory of the database: the pools, how far each chain is, and what has moved of late. */
export class Feed {
  readonly events = new EventLog(KEPT_EVENTS);
  readonly pools = new PoolBook();
  /** The newest blocks by chain id; a chain that was not looked at yet has none. */
  private readonly blocks = new Map<number, readonly ReadBlock[]>();
  private readonly books = new Map<number, BuiltBook>();
  /** As it was last told. */
  private told: readonly ChainProgress[] = [];
  private moved = 0;
  private effectsMoved = false;
  private looked = false;
  private wake: () => void = () => undefined;

  constructor(private readonly args: FeedArgs) {}

  /** Another number after every change of what answers are made from. */
  get version(): number {
    return this.moved;
  }

  /** The time of the chains: this machine's, or that of the newest block where a chain's clock is ahead, as a devnet's may be. */
  nowSec(): number {
    const newestSec = [...this.lastBlocks().values()].map(({ timestampSec }) => timestampSec);
    return Math.max(Math.floor(Date.now() / 1_000), ...newestSec);
  }

  /** @throws UnavailableError until the database was looked at for the first time. */
  bookOf(basket: BasketDeployment, nowSec: number): Book {
    if (!this.looked) throw new UnavailableError('the book is being read: ask again in a moment');
    const built = this.books.get(basket.id);
    if (built !== undefined && (built.dueSec === null || nowSec < built.dueSec)) return built.book;
    const { deployment } = this.args;
    const progress = this.progress(nowSec);
    const book = bookAnswer({ deployment, basket, spokes: this.pools.spokesOf(basket.id), progress, nowSec });
    this.books.set(basket.id, { book, dueSec: this.pools.nextDueSec(basket.id, nowSec) });
    return book;
  }

  /** A pool once everything that is due at `nowSec` has entered or left it; undefined for one that nothing is known of. */
  poolOf(basket: number, spoke: number, tier: number, nowSec: number): PoolNow | undefined {
    const pool = this.pools.poolOf(basket, spoke, tier);
    return pool === undefined ? undefined : { ...rollPool(pool, nowSec), epoch: pool.epoch };
  }

  progress(nowSec: number): ChainProgress[] {
    const { deployment, maxChainLagSec } = this.args;
    return progressOf(deployment, this.lastBlocks(), nowSec, maxChainLagSec);
  }

  /** Follows the database until the signal is aborted; what fails is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.listenUntil(signal), this.lookUntil(signal)]);
  }

  private async lookUntil(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      try {
        await this.look(Math.floor(Date.now() / 1_000));
        if (failures > 0) this.args.log.info('the API follows the database again');
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1)
          this.args.log.warn({ cause: describeError(error) }, 'the API cannot read the database, retrying');
      }
      const idle = childOf(signal);
      await Promise.race([
        woken,
        pause(failures === 0 ? LOOK_EVERY_MS : backoffMs({ firstMs: 250, maxMs: 5_000 }, failures), idle.signal),
      ]);
      idle.abort();
      idle.release();
      await pause(GATHER_MS, signal);
    }
  }

  private async listenUntil(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        const listening = await listen(this.args.databaseUrl, ({ topic }) => {
          if (topic === 'effects') this.effectsMoved = true;
          this.wake();
        });
        failures = 0;
        const stop = (): void => void listening.close();
        signal.addEventListener('abort', stop, { once: true });
        try {
          // It may have been aborted while the connection was made.
          signal.throwIfAborted();
          await listening.ended;
        } finally {
          signal.removeEventListener('abort', stop);
          await listening.close();
        }
      } catch {
        // Whoever looks at the rows says that the database is not there.
        failures += 1;
      }
      await pause(backoffMs({ firstMs: 250, maxMs: 5_000 }, Math.max(1, failures)), signal);
    }
  }

  private async look(nowSec: number): Promise<void> {
    const events: StreamEvent[] = [];
    const readOn = new Set<string>();
    try {
      for (const { name, chainId } of this.args.deployment.chains) {
        const pools = this.poolsOn(name, chainId);
        const move = await readMove(this.args.db, pools, this.blocks.get(chainId) ?? []);
        if (move === null) continue;
        events.push(...moveEvents(name, move, this.take(pools, move)));
        readOn.add(name);
      }
      this.looked = true;
    } finally {
      // Also without the database: a chain that is not read any more falls behind.
      const before = this.told;
      this.told = this.progress(nowSec);
      events.push(...progressEvents(this.told, readOn, before));
      if (this.effectsMoved) events.push({ type: 'effects' });
      this.effectsMoved = false;
      if (events.length > 0 || readOn.size > 0) this.changed();
      this.events.append(events);
    }
  }

  /** Returns the baskets whose books are others now. */
  private take({ chainId, spokes }: FollowedPools, { blocks, pools: { which, rows } }: Move): Set<number> {
    const baskets = which === 'all' ? this.pools.forget(new Set(spokes)) : new Set<number>();
    for (const basket of this.pools.take(rows)) baskets.add(basket);
    this.blocks.set(chainId, blocks);
    return baskets;
  }

  private poolsOn(chain: string, chainId: number): FollowedPools {
    const { baskets, spokes } = this.args.deployment;
    return {
      chainId,
      baskets: baskets.map(({ id }) => id),
      spokes: spokes.filter((spoke) => spoke.chain === chain).map(({ id }) => id),
    };
  }

  private changed(): void {
    this.moved += 1;
    this.books.clear();
  }

  private lastBlocks(): Map<number, ReadBlock> {
    return new Map(
      [...this.blocks].flatMap(([chainId, blocks]) => {
        const last = blocks.at(-1);
        return last === undefined ? [] : [[chainId, last] as const];
      }),
    );
  }
}
