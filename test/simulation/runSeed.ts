import { describeError } from '@ala/relayer/lib/errors';
import { checkWorld } from './checkWorld.js';
import { disturb } from './disturb.js';
import { drain } from './drain.js';
import type { Breaks } from './relayerNode.js';
import type { SimulatedNetwork } from './simulatedNetwork.js';
import { SimulatedWorld } from './simulatedWorld.js';
import { WorldLog } from './worldLog.js';

export interface SeedResult {
  readonly seed: number;
  /** One sentence for each thing that must hold and does not. */
  readonly problems: readonly string[];
  readonly log: WorldLog;
}

export interface RunSeedOptions {
  readonly breaks?: Breaks;
  readonly onLine?: (line: string) => void;
}

/** Runs one world from its beginning to its rest, and looks at what has become of it. */
export async function runSeed(
  network: SimulatedNetwork,
  seed: number,
  { breaks = {}, onLine }: RunSeedOptions = {},
): Promise<SeedResult> {
  const log = (elapsedMs: () => number): WorldLog => new WorldLog(elapsedMs, onLine);
  const world = new SimulatedWorld({ network, seed, log, breaks });
  try {
    await world.begin();
    await disturb(world);
    const problems = [...(await drain(world))];
    problems.push(...(await checkWorld(network, () => world.readChains())));
    for (const problem of problems) world.log.say(`PROBLEM: ${problem}`);
    return { seed, problems, log: world.log };
  } catch (error) {
    const problem = `the world stopped: ${describeError(error)}`;
    world.log.say(`PROBLEM: ${problem}`);
    return { seed, problems: [problem], log: world.log };
  } finally {
    for (const node of [...world.nodes]) await world.endNode(node, 'ends');
  }
}
