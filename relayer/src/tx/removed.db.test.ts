import { asc, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { outbox } from '../db/ownTables.js';
import { undoBlocks } from '../ingest/apply.js';
import { laneStep } from './lane.js';
import { call } from './laneFixture.js';
import { seeThrough } from './seeThrough.js';
import type { EffectStage } from './stage.js';
import { dies, GWEI, isDone, useTestLane } from './testLane.js';

const lanes = useTestLane();
const { rpc, mine, setBaseFee, lane, attempts, row, dueNow, minedCount, stepUntilReplaced } = lanes;
const outboxRows = () => lanes.db.select().from(outbox).orderBy(asc(outbox.id));
const minesWhatIsSent = (stage: EffectStage) => (stage === 'sent' ? mine() : undefined);

/** A reorg removes the newest block, and nobody has its transactions any more; fees are what they were. */
async function removeNewestBlock(): Promise<void> {
  const newest = await lanes.chain.provider.getBlockNumber();
  await rpc('anvil_reorg', [1, []]);
  await undoBlocks(lanes.db, lanes.chain.chainId, newest - 1);
  await setBaseFee(GWEI);
}

it('sends what a reorg has removed once more, also where it is signed byte for byte the same', async () => {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const [first] = await attempts();
  await removeNewestBlock();
  expect(await minedCount()).toBe(0);
  expect(await attempts()).toMatchObject([{ hash: first!.hash, open: false, succeeded: false, minedBlock: null }]);
  expect((await row()).state).toBe('pending');

  await seeThrough(lane({ onStage: minesWhatIsSent }));
  expect(await row()).toMatchObject({ state: 'done', lastError: null });
  expect(await attempts()).toMatchObject([{ id: first!.id, hash: first!.hash, open: false, succeeded: true }]);
  expect(await minedCount()).toBe(1);
});

it('replaces such a transaction again, at the fees of the day', async () => {
  await stepUntilReplaced(lane());
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const before = await attempts();
  expect(before).toMatchObject([{ succeeded: false }, { succeeded: true, replaces: before[0]!.id }]);
  await removeNewestBlock();
  let signed = 0;
  const feesRise = (stage: EffectStage) => (stage === 'signed' && ++signed === 1 ? setBaseFee(3n * GWEI) : undefined);
  await stepUntilReplaced(lane({ onStage: feesRise }));
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const after = await attempts();
  expect(after).toMatchObject([
    { hash: before[0]!.hash, replaces: null, succeeded: false },
    { hash: before[1]!.hash, replaces: null, succeeded: false },
    { replaces: before[0]!.id, succeeded: true },
  ]);
  expect(await minedCount()).toBe(1);
});

it('knows a removed transaction that comes back by itself, and has the effect once', async () => {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const [first] = await attempts();
  await removeNewestBlock();
  await setBaseFee(2n * GWEI);
  const comesBack = async (stage: EffectStage) => {
    if (stage !== 'signed') return;
    await rpc('eth_sendRawTransaction', [first!.raw]);
    await mine();
  };
  await seeThrough(lane({ onStage: comesBack }));
  expect(await row()).toMatchObject({ state: 'pending', lastError: 'nonce was used elsewhere' });
  await dueNow();
  await seeThrough(lane({ prepare: isDone, onStage: dies }));
  expect((await row()).state).toBe('done');
  expect(await minedCount()).toBe(1);
});

/** One transaction of two was mined and is removed by a reorg, and its effect is wanted no more; the other one waits behind its nonce. */
async function waitsBehindAHole(): Promise<void> {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  await lanes.haveRow(2);
  await laneStep(lane({ prepare: () => Promise.resolve(call('0x02')) }));
  await removeNewestBlock();
  await lanes.db.update(outbox).set({ state: 'obsolete' }).where(eq(outbox.state, 'pending'));
  expect(await attempts()).toMatchObject([
    { nonce: 0, open: false },
    { nonce: 1, open: true },
  ]);
}

it('takes a nonce that a reorg has set free for what waits behind it, where nothing else is due', async () => {
  await waitsBehindAHole();
  const asked = lane({ prepare: isDone, onStage: minesWhatIsSent });
  await seeThrough(asked);
  await seeThrough(asked);
  expect(await minedCount()).toBe(2);
  const [, waited, filling, ...others] = await attempts();
  expect([waited, filling, others]).toMatchObject([
    { nonce: 1, open: false, succeeded: true },
    { nonce: 0, open: false, succeeded: true, outboxId: waited!.outboxId },
    [],
  ]);
  expect(await outboxRows()).toMatchObject([{ state: 'obsolete' }, { state: 'done' }]);
});

it('goes on when what a reorg has removed comes back after its nonce was taken for another call', async () => {
  await waitsBehindAHole();
  const [removed] = await attempts();
  const comesBack = async (stage: EffectStage) => {
    if (stage !== 'signed') return;
    await rpc('eth_sendRawTransaction', [removed!.raw]);
    await mine();
  };
  const asked = lane({ prepare: isDone, onStage: comesBack });
  await seeThrough(asked);
  await mine();
  await seeThrough(asked);
  await seeThrough(asked);
  expect(await minedCount()).toBe(2);
  expect((await attempts()).slice(1)).toMatchObject([
    { nonce: 1, open: false, succeeded: true },
    { nonce: 0, open: false, succeeded: false, minedBlock: null },
  ]);
  expect(await outboxRows()).toMatchObject([{ state: 'obsolete' }, { state: 'done' }]);
});
