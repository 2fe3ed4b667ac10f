import type { RunningNode } from './runningNode.js';
import type { SimulatedWorld } from './simulatedWorld.js';

const MAX_CALLS_A_ROUND = 6_000;

/** In so many rounds each chain has a block at least once, as a snapshot for a plan needs it. */
const ROUNDS_TO_A_BLOCK_EVERYWHERE = 3;

/**
 * Every message arrives, chains have a block more, and every step of the node that has something to do runs to its end, with no fault.
 *
 * @param round Counted by who calls. In most rounds those chains alone have a block where something waits for one: a round of all
 *              takes twice as long.
 * @returns whether nothing was done and nothing is left to do.
 */
export async function calmRound(world: SimulatedWorld, node: RunningNode, round: number): Promise<boolean> {
  const beganMs = world.clock.nowMs;
  for (const message of await world.messages(0)) {
    world.log.say(`${message.name} is attested`);
    await message.attest();
  }
  const waiting = await world.chainsWithPending();
  const isWhole = waiting.length === 0 || round % ROUNDS_TO_A_BLOCK_EVERYWHERE === 0;
  const mined = isWhole ? world.chains : waiting;
  await world.mine(mined);
  await runSteps(world, node, { of: mined.map(({ name }) => `follow ${name}`), again: false });
  await runSteps(world, node, { of: ['decide'], again: false });
  const lanes = isWhole ? world.chains : await world.chainsWithWork();
  await runSteps(world, node, { of: lanes.map(({ name }) => `lane ${name}`), again: true });
  return !(await world.hasWork(beganMs));
}

/** @param steps.again Each is begun again as long as there is more to do at once. */
async function runSteps(
  world: SimulatedWorld,
  node: RunningNode,
  { of, again }: { readonly of: readonly string[]; readonly again: boolean },
): Promise<void> {
  for (const task of node.tasks.filter(({ name }) => of.includes(name))) node.begin(task, () => again);
  await world.scheduler.settled();
  await finishSteps(world, node);
}

/** Lets the steps that were begun come to their end; what waits for a block gets one. */
export async function finishSteps(world: SimulatedWorld, node: RunningNode): Promise<void> {
  for (let calls = 0; node.isBusy; calls++) {
    if (calls > MAX_CALLS_A_ROUND) throw new Error(`a round takes more than ${MAX_CALLS_A_ROUND} calls`);
    if ((await world.goOn()) || (await world.scheduler.unlocked())) continue;
    await world.mineWaiting();
    const dueMs = world.scheduler.nextDueMs();
    if (dueMs === null) throw new Error('a step waits for nothing that will happen');
    if (dueMs > world.clock.nowMs) await world.clock.set(dueMs);
  }
}
