import { concat, keccak256 } from 'ethers';
import { contractArtifact } from '../artifact.js';
import type { ChainClient } from '../chain/client.js';
import { observe, type Observation } from '../chain/observe.js';
import { AddressUnknown, type AddressBook, type CallStep, type DeployStep, type Step } from '../steps/step.js';
import type { Attempt, Journal } from './journal.js';

/**
 * Where a step stands, judged from the chain:
 *   done       the chain shows its outcome;
 *   todo       nothing of it has happened; `note` says what is there instead;
 *   open       its transaction may still be mined;
 *   conflict   the chain shows something else that the step cannot change;
 *   unknown    it cannot be told whether it has happened: somebody has to look.
 */
export type Judgement =
  | { readonly state: 'done' }
  | { readonly state: 'todo'; readonly note?: string }
  | { readonly state: 'open'; readonly attempt: Attempt }
  | { readonly state: 'conflict' | 'unknown'; readonly reason: string };

/** What has become of a transaction; `lost`: its nonce was used, and the chain knows no receipt of it. */
export type Fate =
  | { readonly kind: 'mined' | 'reverted'; readonly blockNumber: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost' };

export interface JudgeContext {
  readonly clients: Readonly<Record<string, ChainClient>>;
  readonly book: AddressBook;
  /** Null before the first start. */
  readonly journal: Journal | null;
}

export function clientOf({ clients }: Pick<JudgeContext, 'clients'>, step: Step): ChainClient {
  const client = clients[step.chain];
  if (client === undefined) throw new Error(`no client for the chain ${step.chain}`);
  return client;
}

/** The nonce is read first: a transaction that used it has a receipt by then, on the same node. */
export async function fateOf(client: ChainClient, deployer: string, { nonce, txHash }: Attempt): Promise<Fate> {
  const used = await client.nonceOf(deployer, 'latest');
  const receipt = await client.receiptOf(txHash);
  if (receipt !== null) {
    return { kind: receipt.succeeded ? 'mined' : 'reverted', blockNumber: receipt.blockNumber };
  }
  return { kind: used > nonce ? 'lost' : 'open' };
}

/** Judges a step; the addresses of deployments that are done must be in the book. */
export async function judge(context: JudgeContext, step: Step): Promise<Judgement> {
  return step.kind === 'deploy' ? judgeDeployment(context, step) : judgeCall(context, step);
}

async function judgeDeployment(context: JudgeContext, step: DeployStep): Promise<Judgement> {
  const attempt = context.journal?.last(step.key);
  if (attempt?.address === undefined) return { state: 'todo' };
  const client = clientOf(context, step);
  if ((await client.codeAt(attempt.address)) !== '0x') {
    const wanted = dataHash(context, step);
    if (wanted === null || wanted === attempt.dataHash) return { state: 'done' };
    const reason = `deployed at ${attempt.address} with other code or arguments than the build and the file now give`;
    return { state: 'conflict', reason };
  }
  return judgeAttempt(context, step, attempt);
}

async function judgeCall(context: JudgeContext, step: CallStep): Promise<Judgement> {
  const client = clientOf(context, step);
  let seen: Observation[];
  try {
    context.book.at(step.on);
    seen = (await Promise.all(step.outcome.map((check) => observe(client, check, context.book.at)))).flat();
  } catch (error) {
    if (error instanceof AddressUnknown) return { state: 'todo' };
    throw error;
  }
  if (seen.every(({ equal }) => equal)) return { state: 'done' };
  if (step.alternative !== undefined) {
    const instead = await observe(client, step.alternative, context.book.at);
    if (instead.every(({ equal }) => equal)) return { state: 'done' };
  }
  const open = await judgeOpen(context, step);
  if (open !== null) return open;
  const different = seen.filter(({ equal, unset }) => !equal && !unset);
  const note = different.map(({ what, actual, expected }) => `${what} is ${actual}, not ${expected}`).join('; ');
  if (different.length > 0 && step.once) return { state: 'conflict', reason: `${note}; it is set once` };
  return note === '' ? { state: 'todo' } : { state: 'todo', note };
}

/** Null unless the journal's last attempt keeps the step from being sent. */
async function judgeOpen(context: JudgeContext, step: Step): Promise<Judgement | null> {
  const attempt = context.journal?.last(step.key);
  if (attempt?.state !== 'intent' && attempt?.state !== 'sent') return null;
  const judged = await judgeAttempt(context, step, attempt);
  return judged.state === 'todo' ? null : judged;
}

async function judgeAttempt(context: JudgeContext, step: Step, attempt: Attempt): Promise<Judgement> {
  if (attempt.state === 'replaced') return { state: 'todo' };
  const fate = await fateOf(clientOf(context, step), context.journal?.deployer ?? '', attempt);
  switch (fate.kind) {
    case 'open':
      return { state: 'open', attempt };
    case 'reverted':
      return { state: 'todo', note: `transaction ${attempt.txHash} reverted` };
    case 'mined':
      if (step.kind === 'call') return { state: 'todo' };
      return {
        state: 'unknown',
        reason: `transaction ${attempt.txHash} succeeded, but ${attempt.address} has no code`,
      };
    case 'lost':
      return {
        state: 'unknown',
        reason:
          `nonce ${attempt.nonce} of ${context.journal?.deployer} was used by another transaction than ${attempt.txHash}, ` +
          'and the chain does not show its outcome: look at it; if it has to be done again, apply with --redo',
      };
  }
}

/** What a step sends: null while it needs an address that is not known. */
export function transactionOf(
  { book }: Pick<JudgeContext, 'book'>,
  step: Step,
): { readonly to: string | null; readonly data: string } | null {
  try {
    if (step.kind === 'deploy') {
      const artifact = contractArtifact(step.artifact);
      return { to: null, data: concat([artifact.bytecode, artifact.interface.encodeDeploy([...step.args(book.at)])]) };
    }
    return { to: book.at(step.on), data: step.interface.encodeFunctionData(step.method, [...step.args(book.at)]) };
  } catch (error) {
    if (error instanceof AddressUnknown) return null;
    throw error;
  }
}

function dataHash(context: JudgeContext, step: Step): string | null {
  const transaction = transactionOf(context, step);
  return transaction === null ? null : keccak256(transaction.data);
}
