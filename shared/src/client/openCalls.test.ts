import type { Result } from 'ethers';
import { expect, it } from 'vitest';
import { toAddress, toBasketId, toLegId, toTier } from '../ids.js';
import { readCalls, type Calls, type ReadSpoke, type Skip } from './openCalls.js';

const debtToken = toAddress(`0x${'0d'.repeat(20)}`);
const collateralToken = toAddress(`0x${'0c'.repeat(20)}`);
const OPEN = 0xffff_ffffn;

interface Pool {
  /** Of each call whether its result is home, or the pool went on without it. */
  readonly calls: readonly ('away' | 'home' | 'skipped' | 'skippedHome')[];
  readonly finalized: number;
  readonly startGen?: number;
  readonly endGen?: bigint;
}

/** What a client sees of a bid that has half of its pool. Skipped results that are home are refunds of 7, not claimed. */
function callsOf({ calls, finalized, startGen = 0, endGen = OPEN }: Pool): Promise<Calls> {
  const read: ReadSpoke = (method, args = []) => {
    if (method === 'pool') return answer([{ gens: BigInt(calls.length), finalized: BigInt(finalized) }]);
    if (method === 'claimableSkipped') {
      const isHome = calls[Number(args[1])] === 'skippedHome' && args[2] === 3;
      return answer({ amountLocal: isHome ? 7n : 0n });
    }
    const state = calls[Number(args[2])];
    const [complete, skipped] = [state === 'home' || state === 'skippedHome', state?.startsWith('skipped')];
    return answer([{ drawn: 100n, sharesAtCall: 10n, complete, skipped, collateralToken }]);
  };
  const skips = calls.flatMap((state, gen): Skip[] =>
    state.startsWith('skipped')
      ? [{ name: 'CallSkipped', legId: toLegId(`0x${'00'.repeat(32)}`), basket: toBasketId(1), tier: toTier(2), gen }]
      : [],
  );
  const bid = { basket: 1n, tier: 2n, shares: 5n, startGen: BigInt(startGen), endGen } as unknown as Result;
  return readCalls(read, 4n, { bid, debtToken, skips });
}

function answer(fields: object): Promise<Result> {
  return Promise.resolve(fields as Result);
}

const gensOf = ({ openCalls }: Calls): number[] => openCalls.map(({ gen }) => gen);

it('shows calls from the first on that is not credited, with what the bid gave to each', async () => {
  const calls = await callsOf({ calls: ['home', 'away', 'home'], finalized: 1 });
  expect(calls.openCalls).toMatchObject([
    { gen: 1, drawn: 50n, complete: false },
    { gen: 2, drawn: 50n, complete: true },
  ]);
  expect(calls.finalizable).toBe(0);
});

it('counts what is home and waits for nothing but being credited, also of calls before the bid', async () => {
  const calls = await callsOf({ calls: ['home', 'home', 'home', 'away', 'home'], finalized: 0, startGen: 2 });
  expect(calls.finalizable).toBe(3);
  expect(gensOf(calls)).toEqual([2, 3, 4]);
  expect(await callsOf({ calls: ['home', 'home'], finalized: 0, endGen: 1n })).toMatchObject({ finalizable: 1 });
  expect(await callsOf({ calls: ['home', 'away'], finalized: 0, startGen: 1 })).toMatchObject({ finalizable: 0 });
});

it('shows a skipped call however long ago, until all of it is home and claimed', async () => {
  const later = Array.from({ length: 100 }, () => 'home' as const);
  const calls = await callsOf({ calls: ['skippedHome', 'skipped', ...later], finalized: 102 });
  expect(calls.openCalls).toMatchObject([
    { gen: 0, skipped: true, skippedClaims: [{ part: 'refund', token: debtToken, amountLocal: 7n }] },
    { gen: 1, skipped: true, complete: false, skippedClaims: [] },
  ]);
  expect(gensOf(await callsOf({ calls: ['skippedHome'], finalized: 1, startGen: 1 }))).toEqual([]);
});
