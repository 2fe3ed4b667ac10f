import { expect, it } from 'vitest';
import { unlessSilent } from './unlessSilent.js';

it('waits for an answer, and does without one that does not come', async () => {
  expect(await unlessSilent(3_600_000, () => Promise.resolve({ status: 'done' }))).toEqual({ status: 'done' });
  const failure = new Error('refused');
  await expect(unlessSilent(3_600_000, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await unlessSilent(1, () => new Promise(() => undefined))).toMatchObject({ status: 'notReady' });
});
