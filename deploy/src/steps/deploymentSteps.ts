import type { DeployConfig } from '../config/schema.js';
import { basketCreation, hubDeployments, marketSteps, routeSteps } from './hubSteps.js';
import { operatorSteps } from './operatorSteps.js';
import { guardianSteps, ownershipOffers, timelockDeployments } from './ownershipSteps.js';
import { portDeployments, portWiring } from './portSteps.js';
import { spokeDeployments, spokeTermsSteps } from './spokeSteps.js';
import type { Step } from './step.js';

/**
 * Everything that a deployment consists of, in the order in which it can be done: each step needs only addresses of
 * contracts deployed by steps before it. The owner of all contracts is the deployer until the end.
 */
export function deploymentSteps(config: DeployConfig, deployer: string): Step[] {
  const chains = [...new Set([config.hub, ...config.spokes.map((spoke) => spoke.chain)])];
  const steps = [
    ...chains.flatMap((chain) => timelockDeployments(config, chain)),
    ...chains.flatMap((chain) => operatorSteps(config, chain, deployer)),
    ...hubDeployments(config, deployer),
    ...config.spokes.flatMap((spoke) => spokeDeployments(config, spoke, deployer)),
    ...config.spokes.flatMap((spoke) => portDeployments(config, spoke, deployer)),
    ...config.spokes.flatMap((spoke) => portWiring(config, spoke)),
    ...config.spokes.flatMap((spoke) => spokeTermsSteps(config, spoke)),
    ...config.spokes.flatMap((spoke) => routeSteps(config, spoke)),
    ...config.baskets.map((basket) => basketCreation(config, basket)),
    ...config.markets.flatMap((market) => marketSteps(config, market)),
    ...guardianSteps(config),
  ];
  return [...steps, ...ownershipOffers(config, steps, deployer)];
}
