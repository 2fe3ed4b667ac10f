import type { LogDescription } from 'ethers';
import { contractArtifact } from '../artifact.js';
import type { ChainClient } from '../chain/client.js';
import type { AddressBook, DeployStep } from '../steps/step.js';
import { readLogs } from './readLogs.js';

/** A contract of the deployment that is on its chain. */
export interface SeenContract {
  readonly step: DeployStep;
  readonly client: ChainClient;
  readonly address: string;
  /** The first block that can hold an event of it. */
  readonly fromBlock: number;
}

/** Null for one that is not known, or not there. */
export async function seeContract(
  step: DeployStep,
  book: AddressBook,
  clients: Readonly<Record<string, ChainClient>>,
  startBlocks: Readonly<Record<string, number>>,
): Promise<SeenContract | null> {
  const [client, address] = [clients[step.chain], book.find(step.key)];
  if (client === undefined || address === undefined || (await client.codeAt(address)) === '0x') return null;
  return { step, client, address, fromBlock: startBlocks[step.chain] ?? 0 };
}

/** Every event of this name that the contract has emitted, in the order of the chain. */
export async function eventsOf(
  { step, client, address, fromBlock }: SeenContract,
  name: string,
): Promise<LogDescription[]> {
  const abi = contractArtifact(step.artifact).interface;
  const event = abi.getEvent(name);
  if (event === null) throw new Error(`${step.artifact} has no event ${name}`);
  const logs = await readLogs(client, address, event.topicHash, fromBlock);
  return logs.flatMap(({ topics, data }) => abi.parseLog({ topics, data }) ?? []);
}
