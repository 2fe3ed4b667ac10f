import { eq } from 'drizzle-orm';
import { Interface, type TransactionLike } from 'ethers';
import { describe, expect, it } from 'vitest';
import { toAddress, toHash } from '@ala/shared/ids';
import type { Tx } from '../db/client.js';
import { leases, outbox, txAttempts } from '../db/ownTables.js';
import type { Preparation } from '../dispatch/preparation.js';
import { UnavailableError } from '../lib/errors.js';
import { Wake } from '../lib/wake.js';
import { hasAttempts, storeAttempts } from './attempts.js';
import { openExternalSigner } from './externalSigner.js';
import { laneStep } from './lane.js';
import { call, ECHO_REVERT, target, useLane } from './laneFixture.js';
import { LeaseLostError } from './lease.js';
import { runLane } from './runLane.js';
import { seeThrough } from './seeThrough.js';
import type { EffectStage } from './stage.js';

const used = useLane();
const { lane, haveRow, rowOf, rpc, setCode, nonceOf, dueNow } = used;
const errors = new Interface([
  'error CallExpired(uint64 callBy, uint64 nowSec)',
  'error NothingUsable(bytes32 auctionId)',
]);
const expired = errors.encodeErrorResult('CallExpired', [5, 6]);
const never = () => Promise.reject(new Error('was asked'));

describe('a lane', () => {
  it('has nothing to do without a row', async () => {
    expect(await seeThrough(lane())).toBe(false);
  });

  it('signs, sends and waits for the block, and says each moment', async () => {
    const key = await haveRow();
    const stages: string[] = [];
    expect(await seeThrough(lane({ onStage: (stage) => stages.push(stage) }))).toBe(true);
    expect(stages).toEqual(['signed', 'sent', 'mined']);
    const { state, minedBlock, minedHash } = await rowOf(key);
    expect(state).toBe('done');
    expect((await used.chain.provider.getBlock(minedBlock!))?.hash).toBe(minedHash);
  });

  it('sends what it had signed before it died, the same bytes, and asks nobody before', async () => {
    const key = await haveRow();
    await expect(seeThrough(lane({ onStage: never }))).rejects.toThrow('was asked');
    expect((await rowOf(key)).state).toBe('signed');
    expect(await nonceOf()).toBe(0);
    const [signed] = await used.database.db.select().from(txAttempts);
    await seeThrough(lane({ prepare: never }));
    expect((await used.chain.provider.getTransactionReceipt(signed!.hash))?.status).toBe(1);
    await seeThrough(lane({ prepare: () => Promise.resolve({ status: 'done' }) }));
    expect((await rowOf(key)).state).toBe('done');
    expect([await nonceOf(), await used.database.db.$count(txAttempts)]).toEqual([1, 1]);
  });

  it('goes on from what was mined while it was dead', async () => {
    const key = await haveRow();
    const dieAt = (when: EffectStage) => (stage: EffectStage) => (stage === when ? never() : undefined);
    await expect(seeThrough(lane({ onStage: dieAt('sent') }))).rejects.toThrow();
    await seeThrough(lane({ prepare: never }));
    await seeThrough(lane({ prepare: () => Promise.resolve({ status: 'done' }) }));
    expect((await rowOf(key)).state).toBe('done');
    expect(await nonceOf()).toBe(1);
  });

  it('tries again, later, what was mined and reverted', async () => {
    const key = await haveRow();
    await seeThrough(lane({ onStage: (stage) => (stage === 'signed' ? setCode(ECHO_REVERT) : undefined) }));
    expect(await rowOf(key)).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastError: 'transaction was mined and reverted',
    });
    expect(await seeThrough(lane())).toBe(false);
    await setCode('0x');
    await dueNow();
    await seeThrough(lane());
    expect((await rowOf(key)).state).toBe('done');
  });

  it('takes the next nonce when another sender has used its own', async () => {
    const key = await haveRow();
    const other = async () => {
      const request: TransactionLike = {
        to: target,
        nonce: 0,
        gasLimit: 50_000,
        gasPrice: 10n ** 10n,
        chainId: 31_337,
      };
      const raw = await used.wallet.signTransaction(request);
      await rpc('eth_sendRawTransaction', [raw]);
    };
    await seeThrough(lane({ onStage: (stage) => (stage === 'signed' ? other() : undefined) }));
    expect((await rowOf(key)).state).toBe('pending');
    await dueNow();
    await seeThrough(lane());
    expect((await rowOf(key)).state).toBe('done');
    expect(await nonceOf()).toBe(2);
  });

  it('sends what an external signer has signed, and waits for one that does not answer', async () => {
    const { provider, chainId, deployment } = used.chain;
    // Anvil signs for its own accounts.
    const [account] = (await rpc('eth_accounts', [])) as string[];
    const address = toAddress(account!.toLowerCase());
    const key = await haveRow();
    const gone = openExternalSigner({ url: 'http://127.0.0.1:1', address, chainId });
    await seeThrough(lane({ signer: gone }));
    expect(await rowOf(key)).toMatchObject({ state: 'pending', attempts: 1 });
    expect((await rowOf(key)).lastError).toContain('does not answer');
    await dueNow();
    await seeThrough(lane({ signer: openExternalSigner({ url: deployment.rpcUrl, address, chainId }) }));
    expect((await rowOf(key)).state).toBe('done');
    expect(await provider.getTransactionCount(address)).toBe(1);
  });

  it('signs nothing that the chain refuses, and says so once', async () => {
    const key = await haveRow();
    await setCode(ECHO_REVERT);
    const lines: string[] = [];
    for (let time = 1; time <= 3; time++) {
      await seeThrough(lane({ prepare: () => Promise.resolve(call(expired)), lines }));
      await dueNow();
    }
    expect(await rowOf(key)).toMatchObject({
      state: 'pending',
      attempts: 3,
      lastError: 'CallExpired(callBy=5, nowSec=6)',
    });
    expect(await used.database.db.$count(txAttempts)).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([40, 20, 20]);
    await setCode('0x');
    await seeThrough(lane());
    expect((await rowOf(key)).state).toBe('done');
  });

  it('takes it for news, not for a problem, that nothing can be used yet', async () => {
    await haveRow();
    await setCode(ECHO_REVERT);
    const lines: string[] = [];
    const nothing = errors.encodeErrorResult('NothingUsable', [`0x${'0a'.repeat(32)}`]);
    await seeThrough(lane({ prepare: () => Promise.resolve(call(nothing)), lines }));
    expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([30]);
  });

  it('gives up what can never be had any more', async () => {
    const key = await haveRow();
    await setCode(ECHO_REVERT);
    await seeThrough(lane({ prepare: () => Promise.resolve(call(expired, ['CallExpired'])) }));
    const { state, lastError, minedHash } = await rowOf(key);
    expect([state, lastError]).toEqual(['obsolete', 'CallExpired(callBy=5, nowSec=6)']);
    expect(minedHash).not.toBeNull();
  });
});

it('ends what the database says is of no use only while it still says so, with the row in hand', async () => {
  const key = await haveRow();
  const obsolete = (still: boolean) => {
    const isStill = async (tx: Tx): Promise<boolean> => {
      // Nobody else may move it now.
      const others = used.database.db
        .select()
        .from(outbox)
        .where(eq(outbox.key, key))
        .for('update', { skipLocked: true });
      expect(await others).toEqual([]);
      expect(await tx.select().from(outbox).where(eq(outbox.key, key))).toHaveLength(1);
      return still;
    };
    return lane({ prepare: () => Promise.resolve({ status: 'obsolete', reason: 'its message is gone', isStill }) });
  };
  await seeThrough(obsolete(false));
  expect((await rowOf(key)).state).toBe('pending');
  await seeThrough(obsolete(true));
  expect(await rowOf(key)).toMatchObject({ state: 'obsolete', lastError: 'its message is gone' });
});

it('simulates and says once what it would send in a dry run, and sends nothing', async () => {
  const key = await haveRow();
  const lines: string[] = [];
  for (let time = 0; time < 2; time++) {
    await seeThrough({ ...lane({ lines }), dryRun: true });
    await dueNow();
  }
  expect(lines.filter((line) => line.includes('"level":30') && line.includes('dry run: would send'))).toHaveLength(1);
  expect((await rowOf(key)).state).toBe('pending');
  await setCode(ECHO_REVERT);
  await seeThrough({ ...lane({ lines, prepare: () => Promise.resolve(call(expired)) }), dryRun: true });
  expect((await rowOf(key)).lastError).toBe('CallExpired(callBy=5, nowSec=6)');
  expect([await nonceOf(), await hasAttempts(used.database.db)]).toEqual([0, false]);
  await dueNow();
  await setCode('0x');
  await seeThrough(lane());
  expect(await hasAttempts(used.database.db)).toBe(true);
});

it('lets only one of two nodes touch a lane, and the other take over', async () => {
  const keys = await Promise.all([1, 2, 3].map(haveRow));
  const stops = [new AbortController(), new AbortController()];
  const bothAsked = async () => {
    const { rows } = await used.database.pool.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'ala-lane' and query like '%leases%'`,
    );
    return rows.length === 2;
  };
  const actedBy: number[] = [];
  const running = stops.map(({ signal }, node) =>
    runLane({
      ...lane({
        onStage: async (stage, keys) => {
          actedBy.push(...keys.map(() => node));
          // Else the first might be through before the second has even asked.
          if (stage === 'signed' && !stops.some(({ signal: other }) => other.aborted))
            await expect.poll(bothAsked, { timeout: 10_000 }).toBe(true);
        },
      }),
      signal,
      databaseUrl: used.databaseUrl,
      idleMs: 10,
      due: new Wake(),
      onFailure: () => undefined,
    }),
  );
  const allDone = async () => (await Promise.all(keys.map(rowOf))).every(({ state }) => state === 'done');
  await expect.poll(allDone, { timeout: 10_000 }).toBe(true);
  const leader = actedBy[0]!;
  expect(actedBy).toEqual(Array.from({ length: 9 }, () => leader));
  stops[leader]!.abort();
  await running[leader];
  keys.push(await haveRow(4));
  await expect.poll(allDone, { timeout: 10_000 }).toBe(true);
  expect(actedBy.slice(9)).toEqual(Array.from({ length: 3 }, () => 1 - leader));
  stops[1 - leader]!.abort();
  await Promise.all(running);
});

it('takes up what is written as soon as it is told, without waiting for its next look', async () => {
  const stop = new AbortController();
  const due = new Wake();
  const running = runLane({
    ...lane(),
    signal: stop.signal,
    databaseUrl: used.databaseUrl,
    // Longer than the test may take: only the wake ends the pause.
    idleMs: 3_600_000,
    due,
    onFailure: () => undefined,
  });
  const isDone = async (key: string) => (await rowOf(key)).state === 'done';
  // One or the other may come while the lane is at work; not all of them.
  for (const n of [1, 2, 3, 4]) {
    const key = await haveRow(n);
    due.notify();
    await expect.poll(() => isDone(key), { timeout: 10_000 }).toBe(true);
  }
  stop.abort();
  await running;
});

it('stores nothing once another node has its lease, and leaves the row alone', async () => {
  const key = await haveRow();
  const lost = new LeaseLostError({ name: 'lane', term: 1n });
  await expect(seeThrough({ ...lane(), fence: () => Promise.reject(lost) })).rejects.toBe(lost);
  const { state, attempts, lastError } = await rowOf(key);
  expect([state, attempts, lastError]).toEqual(['pending', 0, null]);
  expect(await used.database.db.select().from(txAttempts)).toEqual([]);
});

it("writes nothing of a nonce that was used elsewhere once another node has its lease: it may be that node's attempt", async () => {
  const key = await haveRow();
  const lost = new LeaseLostError({ name: 'lane', term: 1n });
  await expect(
    seeThrough(lane({ onStage: (stage) => (stage === 'signed' ? useNonce() : undefined) })),
  ).rejects.toThrow();
  const stale = { ...lane(), fence: () => Promise.reject(lost) };
  await expect(seeThrough(stale)).rejects.toBe(lost);
  expect((await rowOf(key)).state).toBe('signed');
  expect(await used.database.db.select().from(txAttempts)).toMatchObject([{ open: true }]);
  await seeThrough(lane());
  expect((await rowOf(key)).state).toBe('pending');

  async function useNonce(): Promise<void> {
    const sent = await used.wallet.connect(used.chain.provider).sendTransaction({ to: target, value: 1n });
    await sent.wait();
    throw new Error('died');
  }
});

it.each(['pending', 'done', 'obsolete'] as const)(
  'ends what it had signed also if the row was set to %s beside it',
  async (state) => {
    const key = await haveRow();
    const dies = (stage: EffectStage) => {
      if (stage === 'signed') throw new Error('died');
    };
    await expect(seeThrough(lane({ onStage: dies }))).rejects.toThrow('died');
    await used.database.db.update(outbox).set({ state });
    await seeThrough(lane());
    expect((await rowOf(key)).state).toBe('pending');
    expect(await used.database.db.select().from(txAttempts)).toMatchObject([{ open: false, succeeded: true }]);
  },
);

it('leaves a row alone whose attempt another node has stored since it looked', async () => {
  const key = await haveRow();
  await used.database.db.update(outbox).set({ state: 'signed' });
  let looked = 0;
  const { chainId } = used.chain;
  const fence = async () => {
    if (++looked > 1) return;
    const [row] = await used.database.db.select().from(outbox);
    const attempt = { outboxId: row!.id, chainId, sender: lane().signer.address, nonce: 9, replaces: null };
    await storeAttempts(used.database.db, [{ ...attempt, hash: toHash(`0x${'77'.repeat(32)}`), raw: '0x01' }]);
  };
  await laneStep({ ...lane({ prepare: never }), fence });
  expect([looked, (await rowOf(key)).state]).toEqual([1, 'signed']);
});

it.each([
  ['its answer comes', (answer: (preparation: Preparation) => void) => answer(call('0x01'))],
  ['its request has timed out', (_: unknown, fail: (error: Error) => void) => fail(new UnavailableError('too late'))],
])('is taken over from a node that stands still, which sends nothing when it goes on and %s', async (_, wake) => {
  const key = await haveRow();
  const stops = [new AbortController(), new AbortController()];
  const goOn: { first?: () => void } = {};
  const signedBy: number[] = [];
  const lines: string[] = [];
  const start = (node: number, prepare: () => Promise<Preparation>) =>
    runLane({
      ...lane({ prepare, lines, onStage: (stage) => (stage === 'signed' ? signedBy.push(node) : undefined) }),
      signal: stops[node]!.signal,
      databaseUrl: used.databaseUrl,
      idleMs: 10,
      due: new Wake(),
      onFailure: () => undefined,
    });
  const first = start(0, () => new Promise((resolve, reject) => (goOn.first = () => wake(resolve, reject))));
  await expect.poll(() => goOn.first).toBeDefined();
  const second = start(1, () => Promise.resolve(call('0x02')));
  await used.database.db.update(leases).set({ expiresAt: new Date(0) });
  await expect.poll(async () => (await rowOf(key)).state, { timeout: 10_000 }).toBe('done');
  goOn.first?.();
  await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('lane given up, standing by');
  expect(signedBy).toEqual([1]);
  expect(await used.database.db.select().from(txAttempts)).toHaveLength(1);
  for (const stop of stops) stop.abort();
  await Promise.all([first, second]);
});
