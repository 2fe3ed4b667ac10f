import { calmRound } from './calm.js';
import { MAX_REORG } from './simulatedChain.js';
import type { SimulatedWorld } from './simulatedWorld.js';

/** How far an auction has come when the trouble begins. */
const MOST_CALM_ROUNDS = 6;
const FEWEST_STEPS = 100;
const MOST_STEPS = 500;
/** Of what happens, this part is the calls that nodes are about to make. */
const CALLS = 0.82;
const LONGEST_TICK_MS = 4_000;
const LONGEST_JUMP_MS = 90_000;

/** Lets everything happen in any order, and go wrong, for a while. */
export async function disturb(world: SimulatedWorld): Promise<void> {
  const { random } = world;
  const steps = random.between(FEWEST_STEPS, MOST_STEPS);
  const wildness = random.next();
  const node = world.startNode();
  await world.openFirstAuctions();
  await tick(world);
  for (let round = random.between(0, MOST_CALM_ROUNDS); round > 0; round--) {
    await calmRound(world, node, round);
    await world.clock.advance(random.between(1_000, LONGEST_TICK_MS));
  }
  // What was attested in calm is as deep from here on as a bridge waits for.
  for (let blocks = 0; blocks < MAX_REORG; blocks++) await world.mine(world.chains);
  if (random.chance(0.6)) world.startNode();
  world.log.say('trouble begins');
  for (let step = 0; step < steps; step++) {
    const ready = world.scheduler.ready(world.clock.nowMs);
    if (ready.length > 0 && random.chance(CALLS)) await world.release(random.oneOf(ready), world.rates);
    else await somethingElse(world, wildness);
  }
}

async function somethingElse(world: SimulatedWorld, wildness: number): Promise<void> {
  const { random } = world;
  const roll = random.next();
  if (world.nodes.length === 0) return void world.startNode();
  if (roll < 0.46) return beginStep(world);
  if (roll < 0.7) return tick(world);
  if (roll < 0.81) return carry(world);
  if (roll < 0.87) return world.actions.anything();
  if (random.chance(wildness)) await trouble(world);
}

async function beginStep(world: SimulatedWorld): Promise<void> {
  const node = world.random.oneOf(world.nodes);
  const { idleTasks } = node;
  if (idleTasks.length === 0) return;
  await world.step(node, world.random.oneOf(idleTasks));
}

/** Time passes, and some chains have a block more. */
async function tick(world: SimulatedWorld): Promise<void> {
  const { random } = world;
  await world.clock.advance(random.between(500, LONGEST_TICK_MS));
  await world.mine(world.chains.filter(() => random.chance(0.7)));
}

/** A witness speaks, or repeats itself; somebody else delivers. Which message it is of is anybody's guess. */
async function carry(world: SimulatedWorld): Promise<void> {
  const { random } = world;
  const repeats = random.chance(0.2);
  const messages = await world.messages(MAX_REORG, repeats);
  if (messages.length === 0) return;
  const message = random.oneOf(messages);
  world.log.say(`${message.name} is attested${repeats ? ' (again, maybe)' : ''}`);
  await message.attest();
  if (!random.chance(0.25)) return;
  world.log.say(`${message.name} is delivered by somebody else`);
  await message.deliver();
}

async function trouble(world: SimulatedWorld): Promise<void> {
  const { random } = world;
  const kind = random.oneOf(['reorg', 'reorg', 'crash', 'start', 'lease', 'drop', 'jump'] as const);
  switch (kind) {
    case 'reorg': {
      const chain = random.oneOf(world.chains);
      const depth = random.between(1, MAX_REORG);
      world.log.say(`${chain.name} loses its newest ${depth} blocks`);
      return chain.reorganise(depth, world.clock.nowSec, random);
    }
    case 'crash':
      return world.endNode(random.oneOf(world.nodes), 'is killed');
    case 'start':
      if (world.nodes.length < 2) world.startNode();
      return;
    case 'lease':
      return world.expireLeases();
    case 'drop': {
      const chain = random.oneOf(world.chains);
      world.log.say(`${chain.name} forgets what waits for a block`);
      return chain.dropPending();
    }
    case 'jump': {
      const byMs = random.between(10_000, LONGEST_JUMP_MS);
      world.log.say(`nothing happens for ${byMs} ms`);
      return world.clock.advance(byMs);
    }
  }
}
