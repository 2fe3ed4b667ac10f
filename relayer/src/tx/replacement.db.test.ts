import { eq } from 'drizzle-orm';
import { Transaction } from 'ethers';
import { expect, it } from 'vitest';
import { txAttempts } from '../db/ownTables.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { LeaseLostError } from './lease.js';
import { target } from './laneFixture.js';
import { seeThrough } from './seeThrough.js';
import type { EffectStage } from './stage.js';
import { dies, GWEI, isDone, useTestLane } from './testLane.js';

const lanes = useTestLane();
const { rpc, mine, setBaseFee, lane, attempts, row, dueNow, isPooled, minedCount, stepUntilReplaced } = lanes;
const dieAt = (when: EffectStage) => (stage: EffectStage) => (stage === when ? dies() : undefined);

async function stepFor(args: LaneArgs, forMs: number): Promise<void> {
  for (const untilMs = Date.now() + forMs; Date.now() < untilMs;) await laneStep(args);
}

/** A first attempt that no block takes, and its successor, stored and not sent. */
async function replaced() {
  await stepUntilReplaced(lane());
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

  await seeThrough(lane({ prepare: dies, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('pending');
  expect(await attempts()).toMatchObject([
    { open: false, succeeded: false, minedBlock: null },
    { open: false, succeeded: true },
  ]);
  await seeThrough(lane({ prepare: isDone }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(1);
});

it('stores no replacement once another node has its lease', async () => {
  let fenced = 0;
  const lost = new LeaseLostError({ name: 'lane', term: 1n });
  const fence = () => (++fenced === 1 ? Promise.resolve() : Promise.reject(lost));
  await expect(stepUntilReplaced({ ...lane(), fence })).rejects.toBe(lost);
  expect(await attempts()).toHaveLength(1);
});

it('sends a replacement that it had stored before it died, and signs no other', async () => {
  await expect(
    stepUntilReplaced(
      lane({ onStage: async (stage) => stage === 'signed' && (await attempts()).length === 2 && dies() }),
    ),
  ).rejects.toThrow('killed');
  const [first, second] = await attempts();
  expect([await isPooled(first!.hash), await isPooled(second!.hash)]).toEqual([true, false]);
  await seeThrough(lane({ prepare: dies, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await lanes.chain.provider.getTransactionReceipt(second!.hash))?.status).toBe(1);
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
  await seeThrough(lane({ prepare: dies }));
  expect(await attempts()).toMatchObject([{ succeeded: true }, { open: false, succeeded: false, minedBlock: null }]);
  expect((await row()).minedBlock).not.toBeNull();
  await seeThrough(lane({ prepare: isDone }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(1);
});

/** The node's pool has another transaction of the signer's first nonce, which offers more. */
async function dearerOfTheSameNonce(): Promise<void> {
  const other = await lanes.wallet.signTransaction({
    type: 2,
    chainId: lanes.chain.chainId,
    nonce: 0,
    to: target,
    gasLimit: 50_000,
    maxFeePerGas: 6n * GWEI,
    maxPriorityFeePerGas: 2n * GWEI,
  });
  await rpc('eth_sendRawTransaction', [other]);
}

it('does not send again and again what another transaction of its nonce outbids', async () => {
  await dearerOfTheSameNonce();
  const patient = { ...lane(), replaceAfterMs: 600_000 };
  await laneStep(patient);
  expect([await laneStep(patient), await laneStep(patient)]).toEqual(['waiting', 'waiting']);
  expect((await row()).state).toBe('signed');
});

it('offers more until it outbids another transaction of its nonce', async () => {
  await dearerOfTheSameNonce();
  const stages: EffectStage[] = [];
  const outbids = async (stage: EffectStage) => {
    stages.push(stage);
    if (stage === 'sent') await mine();
  };
  const outbidding = lane({ onStage: outbids });
  while ((await minedCount()) === 0) await laneStep(outbidding);
  await seeThrough(outbidding);
  expect(stages.filter((stage) => stage === 'signed').length).toBeGreaterThan(2);
  expect(stages.slice(-2)).toEqual(['sent', 'mined']);
  expect((await attempts()).filter(({ succeeded }) => succeeded === true)).toHaveLength(1);
});

it('gives up a lineage whose nonce a foreign transaction took, and takes the next nonce', async () => {
  await replaced();
  await rpc('anvil_dropAllTransactions');
  const foreign = { to: target, nonce: 0, gasLimit: 50_000, gasPrice: 10n * GWEI, chainId: lanes.chain.chainId };
  await rpc('eth_sendRawTransaction', [await lanes.wallet.signTransaction(foreign)]);
  await mine();
  await seeThrough(lane({ prepare: dies }));
  expect(await row()).toMatchObject({ state: 'pending', lastError: 'nonce was used elsewhere' });
  expect((await attempts()).every(({ open, minedBlock }) => !open && minedBlock === null)).toBe(true);
  await dueNow();
  await seeThrough(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(2);
});

it('sends again what a node has dropped', async () => {
  const { second } = await replaced();
  await rpc('anvil_dropAllTransactions');
  await seeThrough(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await lanes.chain.provider.getTransactionReceipt(second.hash))?.status).toBe(1);
});

it('replaces what the node does not take because the base fee has risen above it', async () => {
  const risesAfterSigning = (stage: EffectStage) => (stage === 'signed' ? setBaseFee(50n * GWEI) : undefined);
  await expect(laneStep(lane({ onStage: risesAfterSigning }))).rejects.toThrow('base fee');
  const waiting = lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) });
  // Refused until it is late enough to be replaced.
  while ((await minedCount()) === 0) await laneStep(waiting).catch(() => undefined);
  await seeThrough(waiting);
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
  await seeThrough(lane({ ...cap, onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect(await minedCount()).toBe(1);
});

it('offers no more than the cap', async () => {
  const cap = { maxFeePerGasWei: 4n * GWEI };
  const capped = lane(cap);
  await stepUntilReplaced(capped);
  // As often as it takes for the cap to leave no room.
  for (let count = 0; (await attempts()).length > count; count = (await attempts()).length) await stepFor(capped, 200);
  const fees = (await attempts()).map(({ raw }) => Transaction.from(raw).maxFeePerGas!);
  expect(fees.length).toBeGreaterThan(1);
  expect(fees.every((fee) => fee <= cap.maxFeePerGasWei)).toBe(true);
  await mine();
  await seeThrough(lane({ ...cap, prepare: dies }));
  expect(await minedCount()).toBe(1);
});

it('waits, without blaming the effect, while the base fee is above the cap', async () => {
  await setBaseFee(30n * GWEI);
  await laneStep(lane({ maxFeePerGasWei: 20n * GWEI }));
  expect(await row()).toMatchObject({ state: 'pending', attempts: 0 });
  expect((await row()).lastError).toContain('maxFeePerGasGwei');
  expect(lanes.told.fees).toHaveLength(1);
  expect(lanes.told.fees[0]![0]).toBeGreaterThan(20n * GWEI);
  expect(await attempts()).toEqual([]);
  await dueNow();
  await seeThrough(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
});

it('signs nothing that the signer cannot pay for, and says what it takes', async () => {
  await rpc('anvil_setBalance', [lanes.wallet.address, '0x1']);
  await laneStep(lane());
  expect(await row()).toMatchObject({ state: 'pending', attempts: 0 });
  expect(await attempts()).toEqual([]);
  expect(lanes.told.balances).toMatchObject([[1n, expect.any(BigInt)]]);
  await rpc('anvil_setBalance', [lanes.wallet.address, `0x${lanes.told.balances[0]![1].toString(16)}`]);
  await dueNow();
  await seeThrough(lane({ onStage: (stage) => (stage === 'sent' ? mine() : undefined) }));
  expect((await row()).state).toBe('done');
});

it('replaces an attempt once only: a node that lost the lane meanwhile fails', async () => {
  const { first, second } = await replaced();
  await expect(
    lanes.db.insert(txAttempts).values({ ...second, id: undefined, hash: `0x${'ee'.repeat(32)}` }),
  ).rejects.toThrow();
  expect(await lanes.db.$count(txAttempts, eq(txAttempts.replaces, first.id))).toBe(1);
});

/** The moments of an effect that takes three attempts, in their order. */
const MOMENTS = ['signed 1', 'sent 1', 'signed 2', 'sent 2', 'signed 3', 'sent 3', 'mined 3'] as const;

it.each(MOMENTS)('goes on from a death at "%s" with one nonce, and sends nothing twice', async (moment) => {
  const reached: string[] = [];
  const untilDeath = async (stage: EffectStage) => {
    reached.push(`${stage} ${(await attempts()).length}`);
    if (reached.at(-1) === moment) dies();
    if (reached.at(-1) === 'sent 3') await mine();
  };
  const args = lane({ onStage: untilDeath });
  const died = async (): Promise<void> => {
    for (;;) await laneStep(args);
  };
  await expect(died()).rejects.toThrow('killed');
  expect(reached).toEqual(MOMENTS.slice(0, MOMENTS.indexOf(moment) + 1));

  // Started again. Until a block has the call, the chain does not show the effect.
  const before = await attempts();
  const prepare: LaneArgs['prepare'] = async (of) => ((await minedCount()) > 0 ? isDone(of) : dies());
  const minesWhatIsSent = (stage: EffectStage) => (stage === 'sent' ? mine() : undefined);
  const recovered = lane({ prepare, onStage: minesWhatIsSent });
  for (let turn = 1; turn <= 3 && (await row()).state !== 'done'; turn++) await seeThrough(recovered);
  expect((await row()).state).toBe('done');
  const after = await attempts();
  expect(new Set(after.map(({ nonce }) => nonce))).toEqual(new Set([0]));
  expect(after.slice(0, before.length).map(({ raw }) => raw)).toEqual(before.map(({ raw }) => raw));
  expect(after.filter(({ succeeded }) => succeeded === true)).toHaveLength(1);
  expect(after.some(({ open }) => open)).toBe(false);
  expect(await minedCount()).toBe(1);
});
