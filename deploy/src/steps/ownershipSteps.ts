import { id } from 'ethers';
import { contractArtifact } from '../artifact.js';
import type { DeployConfig } from '../config/schema.js';
import { AUCTION_HUB, spokeKey, timelockKey } from './keys.js';
import { callStep, deployStep } from './makeStep.js';
import type { AddressOf, CallStep, DeployStep, StateCheck, Step } from './step.js';

/** Who owns a contract, or is offered it: `owner` or `pendingOwner`. */
export function ownerCheck(
  { key, artifact }: DeployStep,
  method: 'owner' | 'pendingOwner',
  wanted: (at: AddressOf) => string,
): StateCheck {
  return {
    on: key,
    interface: contractArtifact(artifact).interface,
    method,
    args: () => [],
    expected: (at) => ({ [method]: wanted(at) }),
    what: method,
  };
}

/** Who owns a chain's contracts in the end: its timelock if the file asks for one. */
export function ownerOn({ owner, timelock }: DeployConfig, chain: string): (at: AddressOf) => string {
  return (at) => (timelock === undefined ? owner : at(timelockKey(chain)));
}

/** The timelock of a chain, to which the owner proposes; none if the file asks for none. */
export function timelockDeployments({ owner, timelock }: DeployConfig, chain: string): DeployStep[] {
  if (timelock === undefined) return [];
  const args = () => [owner, timelock.delaySec];
  return [deployStep({ key: timelockKey(chain), chain, artifact: 'Timelock', args, owned: false })];
}

/** One of a timelock's roles, and the one account that has it. */
interface TimelockRole {
  readonly name: string;
  readonly topic: string;
  readonly holder: string;
}

/** The owner proposes and cancels, anyone executes, nobody but the timelock itself gives roles. */
export function timelockRoles({ owner }: DeployConfig, timelock: string): TimelockRole[] {
  const anyone = `0x${'00'.repeat(20)}`;
  return [
    { name: 'proposer', topic: id('PROPOSER_ROLE'), holder: owner },
    { name: 'canceller', topic: id('CANCELLER_ROLE'), holder: owner },
    { name: 'executor', topic: id('EXECUTOR_ROLE'), holder: anyone },
    { name: 'administrator', topic: `0x${'00'.repeat(32)}`, holder: timelock },
  ];
}

/** What a chain's timelock was made with, and can only change by an announced call of its own. */
export function timelockChecks(config: DeployConfig, chain: string, at: AddressOf): StateCheck[] {
  const { timelock } = config;
  if (timelock === undefined) return [];
  const key = timelockKey(chain);
  const on = { on: key, interface: contractArtifact('Timelock').interface };
  return [
    {
      ...on,
      method: 'getMinDelay',
      args: () => [],
      expected: () => ({ delaySec: BigInt(timelock.delaySec) }),
      what: 'delay',
    },
    ...timelockRoles(config, at(key)).map(({ name, topic, holder }) => ({
      ...on,
      method: 'hasRole',
      args: () => [topic, holder],
      expected: () => ({ has: true }),
      what: `${name} ${holder}`,
    })),
  ];
}

/** Names who may pause the hub and each spoke beside the owner. */
export function guardianSteps({ guardian, hub, spokes }: DeployConfig): CallStep[] {
  if (guardian === undefined) return [];
  const on = [
    { on: AUCTION_HUB, artifact: 'AuctionHub', chain: hub },
    ...spokes.map(({ id: spoke, chain }) => ({ on: spokeKey(spoke), artifact: 'LiquiditySpoke', chain })),
  ];
  return on.map((target) =>
    callStep({
      ...target,
      method: 'setGuardian',
      args: () => [guardian],
      once: false,
      view: { method: 'guardian' },
      expected: () => ({ guardian }),
    }),
  );
}

/** Offers every contract to its owner, who has to accept by himself; nothing if he deploys. */
export function ownershipOffers(config: DeployConfig, steps: readonly Step[], deployer: string): CallStep[] {
  if (config.timelock === undefined && config.owner === deployer) return [];
  return steps
    .filter((step): step is DeployStep => step.kind === 'deploy' && step.owned)
    .map((deployment) => {
      const owner = ownerOn(config, deployment.chain);
      return {
        kind: 'call',
        key: `${deployment.key} transferOwnership`,
        chain: deployment.chain,
        on: deployment.key,
        interface: contractArtifact(deployment.artifact).interface,
        method: 'transferOwnership',
        args: (at) => [owner(at)],
        outcome: [ownerCheck(deployment, 'pendingOwner', owner)],
        alternative: ownerCheck(deployment, 'owner', owner),
        once: false,
      };
    });
}
