import { NO_FAULTS } from './faults.js';
import type { RunningNode } from './runningNode.js';
import type { SimulatedWorld } from './simulatedWorld.js';

const MAX_ROUNDS = 80;
const MAX_CALLS_A_ROUND = 6_000;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Longer than any deadline, window and timeout of the terms together, in two rounds. */
const QUIET_MS = 400_000;
const QUIET_ROUNDS = 2;
/** An auction is finished with a day after its deadline. */
const FINISH_MS = 25 * 3_600_000;

/**
 * Everything goes well from here on, until nothing is left to do. One node is left, and every message arrives.
 *
 * @returns what keeps the world from coming to rest, or failed though nothing was wrong.
 */
export async function drain(world: SimulatedWorld): Promise<readonly string[]> {
  world.log.say('faults end');
  const node = await oneNode(world);
  await finishSteps(world, node);
  // What fails now has begun in the trouble.
  node.takeProblems();
  let quietRounds = 0;
  for (let round = 0; round < MAX_ROUNDS && quietRounds < QUIET_ROUNDS; round++) {
    const isQuiet = await calmRound(world, node);
    quietRounds = isQuiet ? quietRounds + 1 : 0;
    await world.clock.advance(isQuiet ? QUIET_MS : await world.untilNextDueMs(SHORTEST_MS, LONGEST_MS));
  }
  if (quietRounds < QUIET_ROUNDS) return [...node.takeProblems(), `there was still something to do after ${MAX_ROUNDS} rounds`];
  await world.clock.advance(FINISH_MS);
  await calmRound(world, node);
  return node.takeProblems();
}

async function oneNode(world: SimulatedWorld): Promise<RunningNode> {
  if (world.nodes.length === 0) world.startNode();
  const [node, ...others] = world.nodes;
  if (node === undefined) throw new Error('no node was started');
  for (const other of others) await world.endNode(other, 'is killed');
  return node;
}

/** @returns whether nothing was done and nothing is left to do. */
async function calmRound(world: SimulatedWorld, node: RunningNode): Promise<boolean> {
  const beganMs = world.clock.nowMs;
  for (const message of await world.messages(0)) {
    world.log.say(`${message.name} is attested`);
    await message.attest();
  }
  // A snapshot needs a block of a later second on every chain.
  await world.mine(world.chains);
  for (const kinds of ['follow', 'decide', 'lane']) {
    for (const task of node.tasks.filter(({ name }) => name.startsWith(kinds))) node.begin(task, () => kinds === 'lane');
    await world.scheduler.settled();
    await finishSteps(world, node);
  }
  return !(await world.hasWork(beganMs));
}

/** Lets the steps that were begun come to their end; what waits for a block gets one. */
async function finishSteps(world: SimulatedWorld, node: RunningNode): Promise<void> {
  for (let calls = 0; node.isBusy; calls++) {
    if (calls > MAX_CALLS_A_ROUND) throw new Error(`a round takes more than ${MAX_CALLS_A_ROUND} calls`);
    const [next] = world.scheduler.ready(world.clock.nowMs);
    if (next !== undefined) {
      await world.release(next, NO_FAULTS);
      continue;
    }
    await world.mineWaiting();
    const dueMs = world.scheduler.nextDueMs();
    if (dueMs === null) throw new Error('a step waits for nothing that will happen');
    if (dueMs > world.clock.nowMs) await world.clock.set(dueMs);
  }
}
