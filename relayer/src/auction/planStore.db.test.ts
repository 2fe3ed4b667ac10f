import { beforeEach, expect, it } from 'vitest';
import { toAuctionId, toBasketId, toHash, toPlanHash, toSpokeId, toTier, ZERO_PLAN_HASH } from '@ala/shared/ids';
import { outbox, plans } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { intentKey } from '../dispatch/intent.js';
import type { OutboxState } from '../dispatch/outboxState.js';
import { readSignedPlan, storePlan } from './planStore.js';

const database = useOpenDatabase();
beforeEach(async () => {
  await database.db.delete(plans);
  await database.db.delete(outbox);
});

const CALL_BY = 1_000;
const basket = toBasketId(1);
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const planHash = toPlanHash(bytes32(0xab));
const signed = {
  plan: {
    auctionId: toAuctionId(bytes32(0xaa)),
    round: 0,
    basket,
    prevPlan: ZERO_PLAN_HASH,
    priceE36: 2n ** 200n,
    snapshotHash: toHash(bytes32(2)),
    callBy: CALL_BY,
    operatorSetId: 1,
    legs: [{ spoke: toSpokeId(1), fills: [{ tier: toTier(0), amount: 1n }] }],
  },
  snapshot: { hubBlock: 1, hubTimestamp: 900, hubHash: toHash(bytes32(3)), spokes: [] },
  signatures: ['0x01'],
};

async function havePlan(commit: OutboxState = 'pending'): Promise<void> {
  await storePlan(database.db, planHash, signed);
  const key = intentKey({ kind: 'commit', planHash });
  await database.db.insert(outbox).values({ chainId: 1, key, kind: 'commit', payload: {}, state: commit });
}

it('gives back the plan as it was signed', async () => {
  await havePlan();
  expect(await readSignedPlan(database.db, planHash)).toEqual(signed);
});
