import { getAddress, type Interface, type LogDescription, type TransactionDescription } from 'ethers';
import { contractArtifact } from '../artifact.js';
import type { ChainClient } from '../chain/client.js';
import { timelockKey } from '../steps/keys.js';
import { timelockRoles } from '../steps/ownershipSteps.js';
import type { AddressBook, DeployStep, Step } from '../steps/step.js';
import type { DeployConfig } from '../config/schema.js';
import type { Difference } from './difference.js';
import { eventsOf, seeContract, type SeenContract } from './seenContract.js';

/** States of an announced call, as `getOperationState` counts them; the others are over, or never were. */
const OPEN_STATES = new Map([
  [1n, 'waits'],
  [2n, 'can be executed'],
]);

/**
 * What timelocks hold beyond the file: accounts that have been given a role, and announcements that can still be executed. Roles
 * cannot be listed, so the events tell who to ask for. An announcement is a difference to come: who verifies before a bid
 * is to see it.
 */
export async function timelockDifferences(
  config: DeployConfig,
  steps: readonly Step[],
  book: AddressBook,
  clients: Readonly<Record<string, ChainClient>>,
  startBlocks: Readonly<Record<string, number>>,
): Promise<Difference[]> {
  const timelocks = steps.filter(
    (step): step is DeployStep => step.kind === 'deploy' && step.key === timelockKey(step.chain),
  );
  const found = await Promise.all(
    timelocks.map(async (step) => {
      const timelock = await seeContract(step, book, clients, startBlocks);
      if (timelock === null) return [];
      const [roles, announced] = await Promise.all([
        roleDifferences(config, timelock),
        announcementDifferences(steps, book, timelock),
      ]);
      return [...roles, ...announced];
    }),
  );
  return found.flat();
}

async function roleDifferences(config: DeployConfig, timelock: SeenContract): Promise<Difference[]> {
  const roles = timelockRoles(config, timelock.address);
  const granted = (await eventsOf(timelock, 'RoleGranted')).map(({ args }) => ({
    role: String(args['role']),
    account: getAddress(String(args['account'])),
  }));
  const rows = await Promise.all(
    unique(granted).map(async ({ role, account }): Promise<Difference[]> => {
      const known = roles.find(({ topic }) => topic === role);
      if (known !== undefined && getAddress(known.holder) === account) return [];
      if ((await view(timelock, 'hasRole', [role, account])) !== true) return [];
      const what = `${known?.name ?? `role ${role}`} ${account}`;
      return [difference(timelock, what, 'not there', 'set')];
    }),
  );
  return rows.flat();
}

async function announcementDifferences(
  steps: readonly Step[],
  book: AddressBook,
  timelock: SeenContract,
): Promise<Difference[]> {
  const calls = await eventsOf(timelock, 'CallScheduled');
  const ids = [...new Set(calls.map(({ args }) => String(args['id'])))];
  const rows = await Promise.all(
    ids.map(async (operation): Promise<Difference[]> => {
      const state = OPEN_STATES.get((await view(timelock, 'getOperationState', [operation])) as bigint);
      if (state === undefined) return [];
      const readyAt = (await view(timelock, 'getTimestamp', [operation])) as bigint;
      // Announced anew after it had lapsed, a call has several events that say the same.
      const parts = unique(
        calls.filter(({ args }) => args['id'] === operation).map((call) => describe(steps, book, call)),
      );
      const when = new Date(Number(readyAt) * 1_000).toISOString();
      return [difference(timelock, `announcement ${operation}`, 'none', `${state}, from ${when}: ${parts.join('; ')}`)];
    }),
  );
  return rows.flat();
}

/** The announced call in words, if it is to a contract of the deployment. */
function describe(steps: readonly Step[], book: AddressBook, { args }: LogDescription): string {
  const [target, data] = [getAddress(String(args['target'])), String(args['data'])];
  const step = steps.find(
    (each): each is DeployStep => each.kind === 'deploy' && book.find(each.key)?.toLowerCase() === target.toLowerCase(),
  );
  const call = step === undefined ? null : parsedCall(step, data);
  if (step === undefined || call === null) return `${step?.key ?? target} ${data}`;
  return `${step.key} ${call.name}(${call.args.map(String).join(', ')})`;
}

/** Null for data that is no call of the contract: it is shown as it is. */
function parsedCall({ artifact }: DeployStep, data: string): TransactionDescription | null {
  try {
    return contractArtifact(artifact).interface.parseTransaction({ data });
  } catch {
    return null;
  }
}

async function view({ client, address }: SeenContract, method: string, args: readonly unknown[]): Promise<unknown> {
  const answer = await client.call({ to: address, data: abi().encodeFunctionData(method, [...args]) });
  if (!('data' in answer)) throw new Error(`${method} of the timelock ${address} reverts`);
  return abi().decodeFunctionResult(method, answer.data)[0];
}

function abi(): Interface {
  return contractArtifact('Timelock').interface;
}

function difference({ client, step }: SeenContract, what: string, expected: string, actual: string): Difference {
  return { chain: client.name, contract: step.key, what, expected, actual };
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
