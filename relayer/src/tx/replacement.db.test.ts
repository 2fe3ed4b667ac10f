import { asc, eq } from 'drizzle-orm';
import { Transaction, Wallet } from 'ethers';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { toAddress, toLegId } from '@ala/shared/ids';
import { openDatabase, type Database } from '../db/client.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import { enqueue } from '../dispatch/outbox.js';
import type { Preparation } from '../dispatch/preparation.js';
import { systemClock } from '../lib/clock.js';
import { keySigner } from './keySigner.js';
import { laneStep } from './lane.js';
import { LeaseLostError } from './lease.js';
import type { LaneArgs } from './laneArgs.js';
import type { EffectStage } from './stage.js';
import { startTestAnvil, type TestAnvil } from './testAnvil.js';

const testDatabase = useTestDatabase();
let database: Database;
let anvil: TestAnvil;
beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  anvil = await startTestAnvil();
});
afterAll(async () => {
  await anvil.close();
  await database.close();
});

const GWEI = 10n ** 9n;
const target = toAddress(`0x${'7a'.repeat(20)}`);
const rpc = (method: string, params: unknown[] = []): Promise<unknown> => anvil.chain.provider.send(method, params);
const mine = () => rpc('evm_mine');
const setBaseFee = async (wei: bigint) => {
  await rpc('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
  await mine();
};

/** A wallet, and with it a lane, of each test's own, on a chain that mines when it is told to. */
let wallet: Wallet;
let told: { readonly fees: [bigint, bigint][]; readonly balances: [bigint, bigint][] };
beforeEach(async () => {
  await database.db.delete(txAttempts);
  await database.db.delete(outbox);
  wallet = new Wallet(Wallet.createRandom().privateKey);
  told = { fees: [], balances: [] };
  await rpc('anvil_dropAllTransactions');
  await rpc('evm_setAutomine', [false]);
  await rpc('anvil_setBalance', [wallet.address, '0x56bc75e2d63100000']);
  await setBaseFee(GWEI);
  const intent = { kind: 'expire' as const, legId: toLegId(`0x${'01'.padStart(64, '0')}`) };
  await enqueue(database.db, [{ chainId: anvil.chain.chainId, auctionId: null, intent }]);
});

const call: Preparation = {
  status: 'send',
  call: { to: target, data: '0x01', valueWei: 0n, finalErrors: [], oneOfSeveral: false },
};

interface LaneChange {
  readonly maxFeePerGasWei?: bigint;
  readonly prepare?: LaneArgs['prepare'];
  readonly onStage?: (stage: EffectStage) => unknown;
}

function lane({ maxFeePerGasWei = 500n * GWEI, prepare, onStage }: LaneChange = {}): LaneArgs {
  return {
    chain: anvil.chain,
    signer: keySigner(wallet.privateKey),
    maxFeePerGasWei,
    replaceAfterMs: 50,
    dryRun: false,
    observer: {
      fees: (baseFeeWei, capWei) => told.fees.push([baseFeeWei, capWei]),
      balance: (balanceWei, neededWei) => told.balances.push([balanceWei, neededWei]),
    },
    db: database.db,
    fence: () => Promise.resolve(),
    log: pino({ enabled: false }),
    signal: new AbortController().signal,
    clock: systemClock,
    prepare: prepare ?? (() => Promise.resolve(call)),
    onStage: async (stage) => {
      await onStage?.(stage);
    },
  };
}

const attempts = () => database.db.select().from(txAttempts).orderBy(asc(txAttempts.id));
const row = async () => (await database.db.select().from(outbox))[0]!;
const dueNow = () => database.db.update(outbox).set({ runAt: new Date(0) });
const isDone: LaneArgs['prepare'] = () => Promise.resolve({ status: 'done' });
const dies = (): never => {
  throw new Error('killed');
};
const dieAt = (when: EffectStage) => (stage: EffectStage) => (stage === when ? dies() : undefined);
const isPooled = async (hash: string) => (await anvil.chain.provider.getTransaction(hash))?.blockNumber === null;
/** How many transactions of the wallet a block has. */
const minedCount = () => anvil.chain.provider.getTransactionCount(wallet.address);

/** A first attempt that no block takes, and its successor, stored and not sent. */
async function replaced() {
  await laneStep(lane());
  const [first, second] = await attempts();
  return { first: first!, second: second! };
}

it('replaces what waits too long: the same call and nonce, dearer, stored before it is sent', async () => {
  const { first, second } = await replaced();
  expect(second).toMatchObject({ replaces: first.id, nonce: first.nonce, outboxId: first.outboxId, open: true });
  const [older, newer] = [first, second].map(({ raw }) => Transaction.from(raw));
  expect([newer!.to, newer!.data, newer!.gasLimit]).toEqual([older!.to, older!.data, older!.gasLimit]);
  expect(newer!.maxFeePerGas! * 1_000n).toBeGreaterThanOrEqual(older!.maxFeePerGas! * 1_125n);
  expect(newer!.maxPriorityFeePerGas! * 1_000n).toBeGreaterThanOrEqual(older!.maxPriorityFeePerGas! * 1_125n);
  expect([await isPooled(first.hash), await isPooled(second.hash)]).toEqual([true, false]);

  await laneStep(lane({ prepare: dies, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('pending');
  expect(await attempts()).toMatchObject([
    { open: false, succeeded: false, minedBlock: null },
    { open: false, succeeded: true },
  ]);
  await laneStep(lane({ prepare: isDone }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(1);
});

it('stores no replacement once another node has its lease', async () => {
  let fenced = 0;
  const lost = new LeaseLostError({ name: 'lane', term: 1n });
  const fence = () => (++fenced === 1 ? Promise.resolve() : Promise.reject(lost));
  await expect(laneStep({ ...lane(), fence })).rejects.toBe(lost);
  expect(await attempts()).toHaveLength(1);
});

it('sends a replacement that it had stored before it died, and signs no other', async () => {
  await expect(
    laneStep(lane({ onStage: async (stage) => stage === 'signed' && (await attempts()).length === 2 && dies() })),
  ).rejects.toThrow('killed');
  const [first, second] = await attempts();
  expect([await isPooled(first!.hash), await isPooled(second!.hash)]).toEqual([true, false]);
  await laneStep(lane({ prepare: dies, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await anvil.chain.provider.getTransactionReceipt(second!.hash))?.status).toBe(1);
  expect(await attempts()).toHaveLength(2);
  expect(await minedCount()).toBe(1);
});

it.each(['before', 'after'])('knows an older attempt that is mined %s the replacement was to be sent', async (when) => {
  const { first, second } = await replaced();
  if (when === 'before') await mine();
  else {
    // A node that never got the replacement mines what it has.
    await expect(laneStep(lane({ onStage: dieAt('sent') }))).rejects.toThrow('killed');
    await rpc('anvil_dropTransaction', [second.hash]);
    await rpc('eth_sendRawTransaction', [first.raw]);
    await mine();
  }
  await laneStep(lane({ prepare: dies }));
  expect(await attempts()).toMatchObject([{ succeeded: true }, { open: false, succeeded: false, minedBlock: null }]);
  expect((await row()).minedBlock).not.toBeNull();
  await laneStep(lane({ prepare: isDone }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(1);
});

it('offers more until it outbids another transaction of its nonce', async () => {
  const other = await wallet.signTransaction({
    type: 2,
    chainId: anvil.chain.chainId,
    nonce: 0,
    to: target,
    gasLimit: 50_000,
    maxFeePerGas: 6n * GWEI,
    maxPriorityFeePerGas: 2n * GWEI,
  });
  await rpc('eth_sendRawTransaction', [other]);
  const stages: EffectStage[] = [];
  const outbids = async (stage: EffectStage) => {
    stages.push(stage);
    if (stage === 'sent') await mine();
  };
  for (let step = 1; step <= 30 && (await minedCount()) === 0; step++) await laneStep(lane({ onStage: outbids }));
  expect(stages.filter((stage) => stage === 'signed').length).toBeGreaterThan(2);
  expect(stages.slice(-2)).toEqual(['sent', 'mined']);
  expect((await attempts()).filter(({ succeeded }) => succeeded === true)).toHaveLength(1);
});

it('gives up a lineage whose nonce a foreign transaction took, and takes the next nonce', async () => {
  await replaced();
  await rpc('anvil_dropAllTransactions');
  const foreign = { to: target, nonce: 0, gasLimit: 50_000, gasPrice: 10n * GWEI, chainId: anvil.chain.chainId };
  await rpc('eth_sendRawTransaction', [await wallet.signTransaction(foreign)]);
  await mine();
  await laneStep(lane({ prepare: dies }));
  expect(await row()).toMatchObject({ state: 'pending', lastError: 'nonce was used elsewhere' });
  expect((await attempts()).every(({ open, minedBlock }) => !open && minedBlock === null)).toBe(true);
  await dueNow();
  await laneStep(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(2);
});

it('sends again what a node has dropped', async () => {
  const { second } = await replaced();
  await rpc('anvil_dropAllTransactions');
  await laneStep(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await anvil.chain.provider.getTransactionReceipt(second.hash))?.status).toBe(1);
});

it('replaces what the node does not take because the base fee has risen above it', async () => {
  const risesAfterSigning = (stage: EffectStage) => (stage === 'signed' ? setBaseFee(50n * GWEI) : undefined);
  const outcomes: boolean[] = [];
  for (let step = 1; step <= 5 && (await minedCount()) === 0; step++) {
    const onStage = step === 1 ? risesAfterSigning : (stage: EffectStage) => (stage === 'sent' ? mine() : undefined);
    outcomes.push(await laneStep(lane({ onStage })));
  }
  const all = await attempts();
  expect(all).toHaveLength(2);
  expect(all[1]).toMatchObject({ replaces: all[0]!.id, succeeded: true });
});

it('fails, for the lane to wait, when the cap leaves no room for what the node would take', async () => {
  const risesAfterSigning = (stage: EffectStage) => (stage === 'signed' ? setBaseFee(50n * GWEI) : undefined);
  const cap = { maxFeePerGasWei: 4n * GWEI };
  await expect(laneStep(lane({ ...cap, onStage: risesAfterSigning }))).rejects.toThrow();
  await expect(laneStep(lane(cap))).rejects.toThrow();
  expect(await attempts()).toHaveLength(1);
  expect((await row()).state).toBe('signed');
  await setBaseFee(GWEI);
  await laneStep(lane({ ...cap, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect(await minedCount()).toBe(1);
});

it('offers no more than the cap', async () => {
  const cap = { maxFeePerGasWei: 4n * GWEI };
  for (let step = 1; step <= 6; step++) await laneStep(lane(cap));
  const fees = (await attempts()).map(({ raw }) => Transaction.from(raw).maxFeePerGas!);
  expect(fees.length).toBeGreaterThan(1);
  expect(fees.every((fee) => fee <= cap.maxFeePerGasWei)).toBe(true);
  await mine();
  await laneStep(lane({ ...cap, prepare: dies }));
  expect(await minedCount()).toBe(1);
});

it('waits, without blaming the effect, while the base fee is above the cap', async () => {
  await setBaseFee(30n * GWEI);
  await laneStep(lane({ maxFeePerGasWei: 20n * GWEI }));
  expect(await row()).toMatchObject({ state: 'pending', attempts: 0 });
  expect((await row()).lastError).toContain('maxFeePerGasGwei');
  expect(told.fees).toHaveLength(1);
  expect(told.fees[0]![0]).toBeGreaterThan(20n * GWEI);
  expect(await attempts()).toEqual([]);
  await dueNow();
  await laneStep(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
});

it('signs nothing that the signer cannot pay for, and says what it takes', async () => {
  await rpc('anvil_setBalance', [wallet.address, '0x1']);
  await laneStep(lane());
  expect(await row()).toMatchObject({ state: 'pending', attempts: 0 });
  expect(await attempts()).toEqual([]);
  expect(told.balances).toMatchObject([[1n, expect.any(BigInt)]]);
  await rpc('anvil_setBalance', [wallet.address, `0x${told.balances[0]![1].toString(16)}`]);
  await dueNow();
  await laneStep(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
});

it('replaces an attempt once only: a node that lost the lane meanwhile fails', async () => {
  const { first, second } = await replaced();
  await expect(
    database.db.insert(txAttempts).values({ ...second, id: undefined, hash: `0x${'ee'.repeat(32)}` }),
  ).rejects.toThrow();
  expect(await database.db.$count(txAttempts, eq(txAttempts.replaces, first.id))).toBe(1);
});
