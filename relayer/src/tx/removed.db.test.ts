import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { outbox } from '../db/ownTables.js';
import { undoBlocks } from '../ingest/apply.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { target } from './laneFixture.js';
import { seeThrough } from './seeThrough.js';
import type { EffectStage } from './stage.js';
import { dies, GWEI, isDone, useTestLane } from './testLane.js';

const lanes = useTestLane();
const { rpc, mine, setBaseFee, lane, attempts, row, minedCount, stepUntilReplaced } = lanes;
const minesWhatIsSent = (stage: EffectStage) => (stage === 'sent' ? mine() : undefined);

/** A reorg removes the newest block, and nobody has its transactions any more; fees are what they were. */
async function removeNewestBlock(): Promise<void> {
  const newest = await lanes.chain.provider.getBlockNumber();
  await rpc('anvil_reorg', [1, []]);
  await undoBlocks(lanes.db, lanes.chain.chainId, newest - 1);
  await setBaseFee(GWEI);
}

/** What a lane must not need in order to bring a removed transaction back. */
const signsNothing = (stage: EffectStage) => (stage === 'signed' ? dies() : minesWhatIsSent(stage));

it('sends what a reorg has removed once more, the very same bytes, though the effect is not asked for again', async () => {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const [first] = await attempts();
  expect(first).toMatchObject({ open: false, succeeded: true });
  await removeNewestBlock();
  expect(await minedCount()).toBe(0);
  expect(await attempts()).toMatchObject([{ hash: first!.hash, open: true, succeeded: null, minedBlock: null }]);
  expect((await row()).state).toBe('pending');

  const rest = lane({ onStage: signsNothing, prepare: isDone });
  await seeThrough(rest);
  await seeThrough(rest);
  expect((await row()).state).toBe('done');
  expect(await attempts()).toMatchObject([{ id: first!.id, hash: first!.hash, open: false, succeeded: true }]);
  expect(await minedCount()).toBe(1);
});

it('replaces such a transaction again, at the fees of the day', async () => {
  await stepUntilReplaced(lane());
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const before = await attempts();
  expect(before).toMatchObject([{ succeeded: false }, { succeeded: true, replaces: before[0]!.id }]);
  await removeNewestBlock();
  await setBaseFee(100n * GWEI);
  await stepUntilReplaced(lane());
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  expect(await attempts()).toMatchObject([
    { hash: before[0]!.hash, succeeded: false },
    { hash: before[1]!.hash, succeeded: false, replaces: before[0]!.id },
    { replaces: before[1]!.id, succeeded: true },
  ]);
  expect(await minedCount()).toBe(1);
});

it('knows a removed transaction that comes back by itself, and has the effect once', async () => {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  const [first] = await attempts();
  await removeNewestBlock();
  await rpc('eth_sendRawTransaction', [first!.raw]);
  await mine();
  const rest = lane({ onStage: signsNothing, prepare: isDone });
  await seeThrough(rest);
  await seeThrough(rest);
  expect((await row()).state).toBe('done');
  expect(await attempts()).toMatchObject([{ id: first!.id, open: false, succeeded: true }]);
  expect(await minedCount()).toBe(1);
});

it('brings back what a reorg has removed below others that wait for it, with no effect due that would fill its nonce', async () => {
  await seeThrough(lane({ onStage: minesWhatIsSent }));
  await lanes.haveRow(2);
  // Signed and sent, not mined.
  await laneStep(lane());
  expect(await attempts()).toMatchObject([{ nonce: 0 }, { nonce: 1, open: true }]);
  await removeNewestBlock();
  await lanes.db.update(outbox).set({ state: 'obsolete' }).where(eq(outbox.state, 'pending'));
  await seeThrough(lane({ onStage: signsNothing, prepare: isDone }));
  expect(await attempts()).toMatchObject([{ succeeded: true }, { succeeded: true }]);
  expect(await minedCount()).toBe(2);
});

it('ends two transactions of one effect that a reorg has set beside each other', async () => {
  const several: LaneArgs['prepare'] = () =>
    Promise.resolve({
      status: 'send',
      call: { to: target, data: '0x', valueWei: 0n, finalErrors: [], oneOfSeveral: true },
    });
  const sending = lane({ prepare: several, onStage: minesWhatIsSent });
  await seeThrough(sending);
  // The second of several; a block has it only after the first is gone.
  await laneStep(lane({ prepare: several }));
  await removeNewestBlock();
  expect(await attempts()).toMatchObject([
    { nonce: 0, open: true },
    { nonce: 1, open: true },
  ]);
  await seeThrough(lane({ prepare: isDone, onStage: signsNothing }));
  expect(await attempts()).toMatchObject([{ succeeded: true }, { succeeded: true }]);
  await seeThrough(lane({ prepare: isDone }));
  expect((await row()).state).toBe('done');
});
