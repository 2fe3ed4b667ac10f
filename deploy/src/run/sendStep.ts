import { getCreateAddress, keccak256, Transaction, type Wallet } from 'ethers';
import { setTimeout as pause } from 'node:timers/promises';
import { AlaError } from '@ala/shared/errors';
import { contractArtifact } from '../artifact.js';
import { CallReverted, describeRevert, type ChainClient } from '../chain/client.js';
import type { Step } from '../steps/step.js';
import { fateOf, transactionOf, type Fate, type JudgeContext } from './judge.js';
import type { Attempt, Journal } from './journal.js';

/** A step that cannot go on by itself; the message says what to do. */
export class StepStopped extends AlaError {
  constructor(step: string, reason: string, options?: { cause?: unknown }) {
    super(`${step}: ${reason}`, options);
  }
}

/** When a transaction's next state is on disk, and `broadcast`: a node has it, and the journal does not say so yet. */
export type Moment = 'intent' | 'broadcast' | 'sent' | 'mined';

export interface SendContext extends JudgeContext {
  readonly journal: Journal;
  readonly wallet: Wallet;
  /** Confirmations that count as done, by chain. */
  readonly confirmations: Readonly<Record<string, number>>;
  readonly receiptTimeoutMs: number;
  readonly pollMs: number;
  /** Is told each moment when it has come. */
  readonly atMoment: (step: string, moment: Moment) => void;
}

/** What is left for safety between the estimate and what the transaction may use. */
const GAS_MARGIN_PERCENT = 25n;

/** Signs and writes down a step's transaction, then sends it and waits for it. Nothing is written when it would revert. */
export async function sendStep(context: SendContext, client: ChainClient, step: Step): Promise<void> {
  const { key } = step;
  const request = transactionOf(context, step);
  if (request === null) throw new StepStopped(key, 'an address that it needs is not known: is its deployment done?');
  const { wallet, journal } = context;
  const gas = await estimate(client, step, { from: wallet.address, ...request });
  const [nonce, price] = await Promise.all([client.nonceOf(wallet.address, 'pending'), client.gasPrice()]);
  const raw = await wallet.signTransaction({
    type: 2,
    chainId: client.chainId,
    nonce,
    to: request.to,
    data: request.data,
    gasLimit: (gas * (100n + GAS_MARGIN_PERCENT)) / 100n,
    ...price,
  });
  const attempt: Attempt = {
    state: 'intent',
    nonce,
    txHash: Transaction.from(raw).hash ?? '',
    raw,
    dataHash: keccak256(request.data),
    ...(step.kind === 'deploy' && { address: getCreateAddress({ from: wallet.address, nonce }) }),
  };
  journal.add(key, attempt);
  context.atMoment(key, 'intent');
  await finishAttempt(context, client, key, attempt);
}

async function estimate(
  client: ChainClient,
  step: Step,
  request: { from: string; to: string | null; data: string },
): Promise<bigint> {
  try {
    return await client.estimateGas(request);
  } catch (error) {
    if (!(error instanceof CallReverted)) throw error;
    const contract = step.kind === 'deploy' ? contractArtifact(step.artifact).interface : step.interface;
    const reason = describeRevert(error.data, contract);
    const notOurs = reason.startsWith('OwnableUnauthorizedAccount')
      ? `; the contract's owner has to send it: to ${request.to ?? ''}, data ${request.data}`
      : '';
    throw new StepStopped(step.key, `nothing was sent, because it would revert: ${reason}${notOurs}`, { cause: error });
  }
}

/**
 * Brings a transaction that is written down to its end: sends the very same one (again), which can never do twice what it does,
 * and waits until it is in a block. Returns also when another transaction has taken its nonce: the caller judges anew.
 */
export async function finishAttempt(
  context: SendContext,
  client: ChainClient,
  key: string,
  attempt: Attempt,
): Promise<void> {
  const { journal } = context;
  try {
    await client.broadcast(attempt.raw);
  } catch (cause) {
    // A node refuses what it has already; whether it has it is a better question than what its words mean.
    const { kind } = await fateOf(client, journal.deployer, attempt);
    if (kind === 'open' && !(await client.knows(attempt.txHash))) {
      const reason = `the node did not take transaction ${attempt.txHash}; apply again sends the same one`;
      throw new StepStopped(key, `${reason} (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
    }
  }
  if (attempt.state === 'intent') {
    context.atMoment(key, 'broadcast');
    journal.move(key, 'sent');
    context.atMoment(key, 'sent');
  }
  const fate = await settled(context, client, key, attempt);
  if (fate.kind === 'mined') {
    journal.move(key, 'mined', fate.blockNumber);
    context.atMoment(key, 'mined');
  } else if (fate.kind === 'reverted') {
    journal.move(key, 'reverted', fate.blockNumber);
    throw new StepStopped(
      key,
      `transaction ${attempt.txHash} reverted in block ${fate.blockNumber}; apply again tries anew`,
    );
  }
}

/** What has become of it, once it has the confirmations that its chain asks for. */
export async function settled(context: SendContext, client: ChainClient, key: string, attempt: Attempt): Promise<Fate> {
  const deadlineMs = Date.now() + context.receiptTimeoutMs;
  const confirmations = context.confirmations[client.name] ?? 1;
  for (;;) {
    const fate = await fateOf(client, context.journal.deployer, attempt);
    if (fate.kind === 'lost') return fate;
    if (fate.kind !== 'open') {
      if ((await client.head()) - fate.blockNumber + 1 >= confirmations) return fate;
    }
    if (Date.now() >= deadlineMs) {
      const seen = fate.kind === 'open' ? 'not in a block' : 'not confirmed';
      throw new StepStopped(key, `transaction ${attempt.txHash} is ${seen} yet; apply again goes on waiting`);
    }
    await pause(context.pollMs);
  }
}
