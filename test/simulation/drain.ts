import { calmRound, finishSteps } from './calm.js';
import type { RunningNode } from './runningNode.js';
import type { SimulatedWorld } from './simulatedWorld.js';

/** Of a pool that most of is about to leave, round after round can call a part of what stays, one every few seconds until the deadline. */
const ROUNDS_TO_DEADLINE = 240;
const MAX_ROUNDS = ROUNDS_TO_DEADLINE + 80;
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
  // A reorg may have taken back what a witness had said.
  for (const message of await world.messages(0, true)) await message.attest();
  // What fails now has begun in the trouble.
  node.takeProblems();
  let quietRounds = 0;
  let leastMs = SHORTEST_MS;
  for (let round = 0; round < MAX_ROUNDS && quietRounds < QUIET_ROUNDS; round++) {
    const before = world.sentByNodes;
    const isQuiet = await calmRound(world, node, round);
    quietRounds = isQuiet ? quietRounds + 1 : 0;
    // Where nothing but time helps it passes faster and faster.
    leastMs = world.sentByNodes === before ? Math.min(2 * leastMs, LONGEST_MS) : SHORTEST_MS;
    await world.clock.advance(isQuiet ? QUIET_MS : await world.untilNextDueMs(leastMs, LONGEST_MS));
  }
  if (quietRounds < QUIET_ROUNDS)
    return [...node.takeProblems(), `there was still something to do after ${MAX_ROUNDS} rounds`];
  await world.clock.advance(FINISH_MS);
  await calmRound(world, node, 0);
  return node.takeProblems();
}

async function oneNode(world: SimulatedWorld): Promise<RunningNode> {
  const [node = world.startNode(), ...others] = world.nodes;
  for (const other of others) await world.endNode(other, 'is killed');
  return node;
}
