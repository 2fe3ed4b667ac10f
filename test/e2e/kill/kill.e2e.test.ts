import { beforeAll, describe, expect, it } from 'vitest';
import { killRun, type KillRun } from './killRun.js';
import { pairRun } from './pairRun.js';
import { randomDelays } from './randomDelays.js';

/** Every step that the two auctions take; at each the node dies once in each of the four moments. */
const STEPS = [
  'commit',
  'call:1',
  'call:2',
  'call:3',
  'carry:layerzero:CapitalDelivered',
  'carry:layerzero:LegRefunded',
  'carry:layerzero:LegSettled',
  'carry:wormhole:CapitalDelivered',
  'carry:wormhole:LegRefunded',
  'carry:wormhole:LegSettled',
  'close',
  'dispatch:1:refunded',
  'dispatch:1:settled',
  'dispatch:2:refunded',
  'dispatch:2:settled',
  'dispatch:3:settled',
  'release',
  'settle',
];

/**
 * The lanes run beside one another: a kill for one step can end the node while another step passes its moment unnoticed. The next run
 * is killed at what is left.
 */
const RUNS_A_STAGE = 3;

/** Seeds of the runs with kills at random moments; one that ever fails stays here. */
const SEEDS = [20_261_122, 7];

let undisturbed: KillRun;
beforeAll(async () => {
  undisturbed = await killRun({ basePort: 19_000, stage: 'none' });
});

it('goes through by itself, in one start', () => {
  expect(undisturbed.starts).toBe(1);
  expect(undisturbed.killedAt).toEqual([]);
  expect(Object.keys(undisturbed.balances).some((name) => name.startsWith('spokeA tETH lp'))).toBe(true);
});

describe.concurrent('two nodes on one database', () => {
  it('of which one is killed and one stands still for a minute end in the same balances, and send nothing twice', async () => {
    const run = await pairRun(19_080);
    expect(run.balances).toEqual(undisturbed.balances);
    expect(run.lanesGivenUp).toBe(3);
    expect(run.sentTwice).toEqual([]);
    for (const { onChain, mined } of Object.values(run.transactions)) expect(mined).toBe(onChain);
  }, 600_000);
});

describe.concurrent('a node that is killed with SIGKILL and started again', () => {
  it.each([
    ['written', 19_010],
    ['signed', 19_020],
    ['sent', 19_030],
    ['mined', 19_040],
  ] as const)(
    'at every step once its row or transaction is %s ends in the same balances',
    async (stage, basePort) => {
      let killedAt: readonly string[] = [];
      for (let runs = 0; runs < RUNS_A_STAGE && killedAt.length < STEPS.length; runs++) {
        const run = await killRun({ basePort, stage, except: killedAt });
        expect(run.starts).toBeGreaterThan(1);
        expect(run.balances).toEqual(undisturbed.balances);
        ({ killedAt } = run);
      }
      expect([...killedAt].sort()).toEqual([...STEPS].sort());
    },
    RUNS_A_STAGE * 300_000,
  );

  it.each(SEEDS.map((seed, index) => [seed, 19_050 + 10 * index] as const))(
    'at random moments (seed %i) ends in the same balances',
    async (seed, basePort) => {
      const run = await killRun({ basePort, stage: 'none', killAfterMs: randomDelays(seed, 12) });
      expect(run.starts).toBeGreaterThan(5);
      expect(run.balances).toEqual(undisturbed.balances);
    },
  );
});
