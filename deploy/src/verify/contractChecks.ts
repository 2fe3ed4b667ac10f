import { keccak256 } from 'ethers';
import { contractArtifact, readImmutables } from '../artifact.js';
import type { ChainClient } from '../chain/client.js';
import { observe } from '../chain/observe.js';
import type { DeployConfig } from '../config/schema.js';
import { ownerCheck, ownerOn, timelockChecks } from '../steps/ownershipSteps.js';
import { timelockKey } from '../steps/keys.js';
import type { AddressBook, DeployStep, Step } from '../steps/step.js';
import { differencesOf, type Difference } from './difference.js';

/** Compares every contract of the deployment, and every setting that a step of it makes, with the file. */
export async function contractDifferences(
  config: DeployConfig,
  steps: readonly Step[],
  book: AddressBook,
  clients: Readonly<Record<string, ChainClient>>,
): Promise<Difference[]> {
  const found = await Promise.all(
    steps.map(async (step) => {
      const client = clients[step.chain];
      if (client === undefined) return [];
      if (step.kind === 'deploy') return deploymentDifferences(config, step, book, client);
      // Ownership is compared whole, with its contract.
      if (step.alternative !== undefined || book.find(step.on) === undefined) return [];
      return (await Promise.all(step.outcome.map((check) => differencesOf(client, check, book.at)))).flat();
    }),
  );
  return found.flat();
}

async function deploymentDifferences(
  config: DeployConfig,
  step: DeployStep,
  book: AddressBook,
  client: ChainClient,
): Promise<Difference[]> {
  if (book.find(step.key) === undefined) {
    const row = { chain: step.chain, contract: step.key, what: 'contract', expected: step.artifact };
    return [{ ...row, actual: 'not deployed, or not known to journal and deployment file' }];
  }
  const contracts = [step, ...step.creates];
  const codes = await Promise.all(contracts.map((contract) => codeDifferences(contract, book, client)));
  const owners = step.owned ? await ownerDifferences(config, step, book, client) : [];
  const checks = step.key === timelockKey(step.chain) ? timelockChecks(config, step.chain, book.at) : [];
  const timelock = await Promise.all(checks.map((check) => differencesOf(client, check, book.at)));
  return [...codes.flat(), ...owners, ...timelock.flat()];
}

type Contract = Pick<DeployStep, 'key' | 'artifact' | 'immutables'>;

/**
 * The code has to be the artifact's, byte by byte, but for the immutables, whose values have to be those that follow from the
 * file. They are compared as a multiset of words: code that is the artifact's takes each value from its own place.
 */
async function codeDifferences(contract: Contract, book: AddressBook, client: ChainClient): Promise<Difference[]> {
  const artifact = contractArtifact(contract.artifact);
  const row = { chain: client.name, contract: contract.key };
  const code = await client.codeAt(book.at(contract.key));
  const words = code === '0x' ? null : readImmutables(artifact, code);
  if (words === null) {
    const actual = code === '0x' ? 'no code' : `code ${keccak256(code)}`;
    return [{ ...row, what: 'code', expected: `${contract.artifact} as built`, actual }];
  }
  const left = [...words];
  const missing = Object.entries(contract.immutables(book.at)).filter(([, expected]) => {
    const place = left.indexOf(expected);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  const others = left.length === 0 ? 'none' : left.join(', ');
  if (missing.length === 0 && left.length > 0) {
    return [{ ...row, what: 'immutables', expected: 'no others', actual: others }];
  }
  return missing.map(([name, expected]) => ({ ...row, what: `immutable ${name}`, expected, actual: others }));
}

async function ownerDifferences(
  config: DeployConfig,
  step: DeployStep,
  book: AddressBook,
  client: ChainClient,
): Promise<Difference[]> {
  const owner = ownerOn(config, step.chain)(book.at);
  const nobody = `0x${'00'.repeat(20)}`;
  const [current] = await observe(
    client,
    ownerCheck(step, 'owner', () => owner),
    book.at,
  );
  const [pending] = await observe(
    client,
    ownerCheck(step, 'pendingOwner', () => nobody),
    book.at,
  );
  const row = { chain: step.chain, contract: step.key };
  const rows: Difference[] = [];
  if (current?.equal === false) {
    const offered = pending?.actual === owner ? ', offered to the owner, who has not accepted' : '';
    rows.push({ ...row, what: 'owner', expected: owner, actual: `${current.actual}${offered}` });
  }
  if (pending?.equal === false && pending.actual !== owner) {
    rows.push({ ...row, what: 'pendingOwner', expected: 'nobody', actual: pending.actual });
  }
  return rows;
}
