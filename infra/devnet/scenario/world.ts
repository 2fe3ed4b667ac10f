import type { Interface } from 'ethers';
import type { Deployment, SpokeDeployment } from '@ala/shared/deployment';
import { toTier } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import type { DeployedAla } from '../ala/deployAla.js';
import type { AlaTerms } from '../ala/terms.js';
import type { ChainName } from '../chain/chainSpec.js';
import { alaCode } from '../chain/contractCode.js';
import type { Devnet, DevnetChain } from '../devnet.js';
import { ETHER, type Position } from './positions.js';

/** One readable step of a scenario. */
export interface ScenarioStep {
  readonly elapsedMs: number;
  readonly chain: ChainName | 'all';
  readonly stage: string;
  readonly text: string;
}

/** Everything that the steps of a scenario act on. */
export interface World {
  readonly devnet: Devnet;
  readonly deployment: Deployment;
  readonly terms: AlaTerms;
  readonly say: (chain: ScenarioStep['chain'], stage: string, text: string) => void;
}

export function openWorld(devnet: Devnet, ala: DeployedAla, onStep: (step: ScenarioStep) => void): World {
  const startedAtMs = performance.now();
  return {
    devnet,
    deployment: ala.deployment,
    terms: ala.terms,
    say: (chain, stage, text) => onStep({ elapsedMs: Math.round(performance.now() - startedAtMs), chain, stage, text }),
  };
}

export const ABI = {
  get token(): Interface {
    return alaCode('TestToken').interface;
  },
  get hub(): Interface {
    return alaCode('AuctionHub').interface;
  },
  get engine(): Interface {
    return alaCode('HubEngine').interface;
  },
  get spoke(): Interface {
    return alaCode('LiquiditySpoke').interface;
  },
  get lender(): Interface {
    return alaCode('ExampleLender').interface;
  },
  get feed(): Interface {
    return alaCode('DevnetPriceFeed').interface;
  },
};

/** Reads one view. */
export async function view(
  chain: DevnetChain,
  to: string,
  contract: Interface,
  method: string,
  args: readonly unknown[] = [],
): Promise<unknown> {
  const data = contract.encodeFunctionData(method, args);
  const result = contract.decodeFunctionResult(method, await chain.provider.call({ to, data }));
  return result.length === 1 ? (result[0] as unknown) : result;
}

/** The chain that a spoke stands on. */
export function chainOfSpoke(world: World, spoke: SpokeDeployment): DevnetChain {
  return world.devnet.chains[spoke.chain as ChainName];
}

export function spokeById(world: World, id: number): SpokeDeployment {
  const spoke = world.deployment.spokes.find((candidate) => (candidate.id as number) === id);
  if (!spoke) throw new Error(`the deployment has no spoke ${id}`);
  return spoke;
}

/** The basket, and one of its two markets. */
export function marketOf({ deployment }: World, { index }: Pick<Position, 'index'> = ETHER) {
  const [basket, market] = [deployment.baskets[0], deployment.markets[index]];
  if (!basket || !market) throw new Error(`the deployment has no market ${index}`);
  return { basket, market };
}

/** The premium of a tier as people read it. */
export function premiumOf(world: World, tier: number): string {
  return `${(premiumBps(marketOf(world).basket, toTier(tier)) / 100).toFixed(2)} %`;
}
