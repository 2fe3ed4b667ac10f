import type { RunningNode } from './runningNode.js';
import type { SimulatedWorld } from './simulatedWorld.js';

const MAX_CALLS_A_ROUND = 6_000;

/**
 * Every message arrives, every chain has a block more, and every step of the node runs to its end, with no fault.
 *
 * @returns whether nothing was done and nothing is left to do.
 */
export async function calmRound(world: SimulatedWorld, node: RunningNode): Promise<boolean> {
  const beganMs = world.clock.nowMs;
  for (const message of await world.messages(0)) {
    world.log.say(`${message.name} is attested`);
    await message.attest();
  }
  // A snapshot needs a block of a later second on every chain.
  await world.mine(world.chains);
  for (const kinds of ['follow', 'decide', 'lane']) {
    for (const task of node.tasks.filter(({ name }) => name.startsWith(kinds)))
      node.begin(task, () => kinds === 'lane');
    await world.scheduler.settled();
    await finishSteps(world, node);
  }
  return !(await world.hasWork(beganMs));
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
