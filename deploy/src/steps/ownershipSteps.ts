import { contractArtifact } from '../artifact.js';
import type { DeployConfig } from '../config/schema.js';
import type { CallStep, DeployStep, StateCheck, Step } from './step.js';

/** Who owns a contract, or is offered it: `owner` or `pendingOwner`. */
export function ownerCheck(
  { key, artifact }: DeployStep,
  method: 'owner' | 'pendingOwner',
  wanted: string,
): StateCheck {
  return {
    on: key,
    interface: contractArtifact(artifact).interface,
    method,
    args: () => [],
    expected: () => ({ [method]: wanted }),
    what: method,
  };
}

/** Offers every contract to the configured owner, who has to accept by himself; nothing if he deploys. */
export function ownershipOffers({ owner }: DeployConfig, steps: readonly Step[], deployer: string): CallStep[] {
  if (owner === deployer) return [];
  return steps
    .filter((step): step is DeployStep => step.kind === 'deploy' && step.owned)
    .map((deployment) => ({
      kind: 'call',
      key: `${deployment.key} transferOwnership`,
      chain: deployment.chain,
      on: deployment.key,
      interface: contractArtifact(deployment.artifact).interface,
      method: 'transferOwnership',
      args: () => [owner],
      outcome: [ownerCheck(deployment, 'pendingOwner', owner)],
      alternative: ownerCheck(deployment, 'owner', owner),
      once: false,
    }));
}
