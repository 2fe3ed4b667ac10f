import type { Db, Tx } from '../db/client.js';
import { enqueue } from '../dispatch/outbox.js';
import type { ClearedRound } from './clearRound.js';
import { lockBasket, readCommittedPlans, storePlan } from './planStore.js';
import { readTip, type PlanTip } from './planTip.js';

/**
 * Stores the plan, and the rows that send it: a node that dies here goes on from both or from neither.
 * @returns the keys of the rows; null, and nothing is stored, if the basket's next plan goes elsewhere by now, or would have to count more.
 */
export async function storeRound(
  db: Db,
  round: ClearedRound,
  callWindowSec: number,
): Promise<readonly string[] | null> {
  const { planHash, signed, intents } = round;
  const { basket, prevPlan } = signed.plan;
  return db.transaction(async (tx) => {
    // Of two nodes on one database only one signs on top of `prevPlan`; and the chain of plans may have moved on meanwhile.
    await lockBasket(tx, basket);
    const tip = await readTip(tx, basket, { nowSec: signed.snapshot.hubTimestamp, callWindowSec });
    if (tip?.prevPlan !== prevPlan || !(await countsAll(tx, round, tip))) return null;
    await storePlan(tx, planHash, signed);
    return enqueue(tx, intents);
  });
}

/** False if a reorg has hidden a plan from whoever cleared the round, and it is there again. */
async function countsAll(tx: Tx, { signed, counted, sinceSec }: ClearedRound, { ahead }: PlanTip): Promise<boolean> {
  const { plan, snapshot } = signed;
  const committed = await readCommittedPlans(tx, plan.basket, snapshot.hubBlock, sinceSec);
  return [...committed, ...ahead].every(({ planHash }) => counted.has(planHash));
}
