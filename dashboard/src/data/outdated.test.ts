import { expect, it } from 'vitest';
import { keys } from './keys.js';
import { outdatedBy } from './outdated.js';

it('has only what an event may have changed asked for again', () => {
  expect(outdatedBy({ type: 'book', basket: 1 })).toEqual([keys.book]);
  expect(outdatedBy({ type: 'effects' })).toEqual([keys.operate, keys.auction]);
});

it('has everything asked for again when blocks were replaced or events missed', () => {
  expect(outdatedBy({ type: 'reset' })).toBeNull();
  expect(outdatedBy({ type: 'reorg', chain: 'hub', keptBlock: 3 })).toBeNull();
});
