import type { Provider } from 'ethers';
import { InvalidValueError } from '../errors.js';
import { toPlanHash, type Address, type BasketId, type PlanHash } from '../ids.js';
import { parsePlan, parseSnapshot, type Plan, type Snapshot } from '../plan.js';
import { hubInterface } from './onChain.js';

/** A plan as the hub emitted it, with its place in the basket's chain of plans. */
export interface PlanOnChain {
  readonly planHash: PlanHash;
  readonly plan: Plan;
  /** Null if it has not the form of one: the hub does not look at it. */
  readonly snapshot: Snapshot | null;
  readonly blockNumber: number;
  readonly lapsed: boolean;
}

/** All plans of the hub, in the order in which they became heads. */
export async function readPlansOnChain(
  provider: Provider,
  auctionHub: Address,
  startBlock: number,
): Promise<PlanOnChain[]> {
  const topics = ['PlanCommitted', 'PlanLapsed'].map((name) => hubInterface.getEvent(name)?.topicHash ?? null);
  const logs = await provider.getLogs({
    address: auctionHub,
    fromBlock: startBlock,
    toBlock: 'latest',
    topics: [topics.filter((topic) => topic !== null)],
  });
  return logs.flatMap((log) => {
    const event = hubInterface.parseLog(log);
    if (event === null) return [];
    return [
      {
        planHash: toPlanHash(event.args['planHash']),
        plan: parsePlan(event.args['plan']),
        snapshot: snapshotOrNull(event.args['snapshot']),
        blockNumber: log.blockNumber,
        lapsed: event.name === 'PlanLapsed',
      },
    ];
  });
}

function snapshotOrNull(value: unknown): Snapshot | null {
  try {
    return parseSnapshot(value);
  } catch (error) {
    if (error instanceof InvalidValueError) return null;
    throw error;
  }
}

/** The basket's plans before `planHash`, oldest first. */
export function plansBefore(plans: readonly PlanOnChain[], basket: BasketId, planHash: PlanHash): PlanOnChain[] {
  const chain = plans.filter((plan) => plan.plan.basket === basket);
  return chain.slice(
    0,
    chain.findIndex((plan) => plan.planHash === planHash),
  );
}
