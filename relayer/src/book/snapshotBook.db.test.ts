import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { toBasketId, toHash, toSpokeId } from '@ala/shared/ids';
import { apply, FAR, header, SPOKE } from '../api/testChains.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { undoBlocks } from '../ingest/apply.js';
import { spokeAt } from './pools.js';
import { SnapshotBook } from './snapshotBook.js';

const database = useOpenDatabase();
const basket = toBasketId(1);
const spoke = toSpokeId(SPOKE);
beforeEach(() => undoBlocks(database.db, FAR, 0));

const newBook = (): SnapshotBook => new SnapshotBook([basket], new Map([[spoke, FAR]]));
const sideAt = (block: { number: number; hash: string }, book: SnapshotBook) =>
  book.at(database.db, basket, [{ chainId: FAR, ...block }]);
const whole = ({ pools, inFlight }: Awaited<ReturnType<typeof spokeAt>>) => ({
  inFlight,
  pools: pools.map(({ tier, epoch, assets, shares, entries, exits }) => ({
    tier,
    epoch,
    assets,
    shares,
    entries,
    exits,
  })),
});

/** A chain that grows and is replaced from some block on; what was rolled is never waited for again. */
class GrowingChain {
  private readonly hashes = [header(0, 0).hash];
  private made = 0;

  get head(): number {
    return this.hashes.length - 1;
  }

  blockAt(number: number) {
    return { number, hash: this.hashes[number]! };
  }

  async grow(events: readonly (readonly [string, readonly unknown[]])[]): Promise<void> {
    const number = this.head + 1;
    const hash = toHash(`0x${(++this.made).toString(16).padStart(64, '0')}`);
    await apply(database, FAR, { number, hash, parentHash: this.hashes[number - 1]!, timestampSec: number }, events);
    this.hashes.push(hash);
  }

  async fork(keep: number): Promise<void> {
    await undoBlocks(database.db, FAR, keep);
    this.hashes.length = keep + 1;
  }
}

const tier = fc.integer({ min: 0, max: 2 });
const amount = fc.bigInt({ min: 0n, max: 3n });
const later = fc.integer({ min: 1, max: 9 });
const eventOf = (number: number) =>
  fc.oneof(
    fc.tuple(tier, amount).map(([t, a]) => ['PoolUpdated', [1, t, a, a, number, number % 3, number]] as const),
    fc.tuple(tier, later, amount).map(([t, after, a]) => ['EntriesUpdated', [1, t, number + after, a]] as const),
    fc
      .tuple(tier, later, amount)
      .map(([t, after, a]) => ['ExitsUpdated', [1, t, number + after, number % 3, a]] as const),
    amount.map((a) => ['InFlightUpdated', [1, a, 9n]] as const),
  );
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('grow' as const), seed: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const), depth: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leadOn' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), back: fc.integer({ min: 0, max: 3 }) }) },
);

it('says of every block what the rows say, wherever it stood before, and over every fork', async () => {
  let looks = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 30 }), async (steps) => {
      await undoBlocks(database.db, FAR, 0);
      const chain = new GrowingChain();
      const book = newBook();
      for (const todo of steps) {
        if (todo.do === 'grow') {
          const { seed } = todo;
          await chain.grow(fc.sample(fc.array(eventOf(chain.head + 1), { maxLength: 6 }), { seed, numRuns: 1 })[0]!);
        } else if (todo.do === 'fork') await chain.fork(Math.max(0, chain.head - todo.depth));
        else if (todo.do === 'leadOn') await book.leadOn(database.db);
        else if (chain.head > 0) {
          const block = chain.blockAt(Math.max(1, chain.head - todo.back));
          const found = (await sideAt(block, book))?.get(spoke);
          expect(found && whole(found)).toEqual(await spokeAt(database.db, basket, spoke, block.number));
          looks += 1;
        }
      }
    }),
    { numRuns: 15 },
  );
  expect(looks).toBeGreaterThan(30);
});

it('says nothing of a block that a reorg has taken, and goes on from the one in its place', async () => {
  const chain = new GrowingChain();
  const book = newBook();
  await chain.grow([['PoolUpdated', [1, 0, 5n, 5n, 0, 0, 1]]]);
  await chain.grow([['PoolUpdated', [1, 0, 7n, 7n, 0, 0, 2]]]);
  const gone = chain.blockAt(2);
  expect((await sideAt(gone, book))?.get(spoke)?.pools).toMatchObject([{ assets: 7n }]);
  await chain.fork(1);
  expect(await sideAt(gone, book)).toBeNull();
  await chain.grow([]);
  expect(await sideAt(gone, book)).toBeNull();
  expect((await sideAt(chain.blockAt(2), book))?.get(spoke)?.pools).toMatchObject([{ assets: 5n }]);
});

it('is led on while nobody asks, a little behind the newest block', async () => {
  const chain = new GrowingChain();
  const book = newBook();
  for (let n = 0; n < 70; n++) await chain.grow(n === 1 ? [['InFlightUpdated', [1, 1n, 9n]]] : []);
  await book.leadOn(database.db);
  // Block 2 is not read again, though it is the one that says so.
  await database.pool.query('delete from in_flights');
  expect((await sideAt(chain.blockAt(70), book))?.get(spoke)?.inFlight).toEqual({ amount: 1n, max: 9n });
});
