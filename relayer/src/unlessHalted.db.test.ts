import { expect, it } from 'vitest';
import { Pulse } from './operate/pulse.js';
import { laneStep } from './tx/lane.js';
import { call, useLane } from './tx/laneFixture.js';
import { seeThrough } from './tx/seeThrough.js';
import { unlessHalted } from './unlessHalted.js';

const { lane, haveRow, rowOf, nonceOf, dueNow } = useLane();

it('keeps a lane from sending anything to a halted chain, and lets it go on afterwards', async () => {
  const key = await haveRow();
  const pulse = new Pulse(['hub', 'spoke'], 0);
  const args = lane({ prepare: () => unlessHalted(pulse, 'hub', () => Promise.resolve(call('0x01'))) });
  pulse.halted('hub', 'endpoints disagree');
  await laneStep(args);
  expect(await rowOf(key)).toMatchObject({ state: 'pending', lastError: 'the chain is halted' });
  expect(await nonceOf()).toBe(0);

  pulse.released('hub');
  pulse.halted('spoke', 'another one does not matter');
  await dueNow();
  await seeThrough(args);
  expect((await rowOf(key)).state).toBe('done');
  expect(await nonceOf()).toBe(1);
});
