import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ClientError } from '@ala/shared/client/clientError';
import { hubOnChain, spokeOnChain, type ContractOnChain, type SpokeOnChain } from '@ala/shared/client/onChain';
import type { BasketDeployment, Deployment } from '@ala/shared/deployment';
import { InvalidValueError } from '@ala/shared/errors';
import { toBasketId } from '@ala/shared/ids';
import { openChains, type Chain } from '../chain/chain.js';
import { ConfigError, readDeployment } from '../config/config.js';
import { endingOf } from './ending.js';
import { progress } from './terminal.js';

export interface NetworkOptions {
  readonly deployment: string;
  readonly json?: boolean;
}

/** The chains of a deployment file; each is asked for its chain id before it is used. */
export interface OpenNetwork {
  readonly deployment: Deployment;
  readonly chains: readonly Chain[];
  spoke(id: number): Promise<SpokeOnChain>;
  hub(): Promise<ContractOnChain>;
}

/** The options of every command that reads the chains. */
export function networkOptions(command: Command): Command {
  return command
    .option(
      '--deployment <file>',
      'addresses of the network',
      process.env['ALA_DEPLOYMENT'] ?? '.ala/devnet/deployment.json',
    )
    .option('--json', 'JSON instead of text');
}

/** @throws ConfigError if the deployment file cannot be used. */
export async function onNetwork(options: NetworkOptions, work: (network: OpenNetwork) => Promise<void>): Promise<void> {
  const problems: string[] = [];
  const deployment = readDeployment(resolve(options.deployment), problems);
  if (deployment === null) throw new ConfigError(problems);
  const chains = openChains(deployment);
  const named = (name: string): Chain => {
    const chain = chains.find((each) => each.name === name);
    if (chain === undefined) throw new InvalidValueError('chain', name, 'a chain of the deployment file');
    return chain;
  };
  const checked = async <Contract extends ContractOnChain>(contract: Contract): Promise<Contract> => {
    const chain = named(contract.chain);
    try {
      await Promise.all(chain.endpoints.map((endpoint) => endpoint.identify()));
    } catch (error) {
      const { kind, what, whatToDo } = endingOf(error);
      throw new ClientError({ kind, what: `${chain.name}: ${what}`, whatToDo }, { cause: error });
    }
    return contract;
  };
  const providerOf = (name: string) => named(name).provider;
  try {
    await work({
      deployment,
      chains,
      spoke: async (id) => checked(spokeOnChain(deployment, id, providerOf)),
      hub: async () => checked(hubOnChain(deployment, providerOf)),
    });
  } finally {
    for (const chain of chains) chain.provider.destroy();
  }
}

/** What each spoke answers. One that does not is named, the others count, and the status says so at the end. */
export async function fromSpokes<Answer>(
  network: OpenNetwork,
  ids: readonly number[],
  read: (spoke: SpokeOnChain) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = await Promise.allSettled(ids.map(async (id) => read(await network.spoke(id))));
  return answers.flatMap((answer, index) => {
    if (answer.status === 'fulfilled') return [answer.value];
    const { what, whatToDo, status } = endingOf(answer.reason);
    progress(`ala: spoke ${ids[index]} is left out: ${what}. ${whatToDo}`);
    process.exitCode = status;
    return [];
  });
}

export function basketOf({ baskets }: Deployment, text: string): BasketDeployment {
  const id = toBasketId(text);
  const basket = baskets.find((each) => each.id === id);
  if (basket === undefined) throw new InvalidValueError('basket', text, 'a basket of the deployment file');
  return basket;
}
