import type { DeployStep, Step } from '../steps/step.js';
import { clientOf, fateOf, judge } from './judge.js';
import { adoptAddresses, titleOf } from './plan.js';
import { finishAttempt, sendStep, settled, StepStopped, type SendContext } from './sendStep.js';

export interface ApplyContext extends SendContext {
  /** One readable line a step that was done. */
  readonly say: (line: string) => void;
  /** Steps whose outcome is unknown and that somebody has looked at: they are done anew. */
  readonly redo: readonly string[];
}

export interface ApplyResult {
  /** Transactions that this run has sent or seen to their end. */
  readonly transactions: number;
}

/**
 * Does what is left, one step after the other, each judged from the chain right before it. Every transaction is on disk before
 * it is sent. @throws StepStopped at the first step that cannot go on.
 */
export async function applySteps(context: ApplyContext, steps: readonly Step[]): Promise<ApplyResult> {
  requireKnown(context, steps);
  adoptAddresses(context, steps);
  await redoSteps(context, steps);
  const result = { transactions: 0 };
  // All at once first: what is done already needs not be asked for one after the other.
  const before = await Promise.all(steps.map((step) => judge(context, step)));
  for (const [index, step] of steps.entries()) {
    if (before[index]?.state === 'done') {
      await closeAttempt(context, step);
      continue;
    }
    const transactions = await runStep(context, step);
    result.transactions += transactions;
    const number = `[${String(index + 1).padStart(String(steps.length).length)}/${steps.length}]`;
    const line = `${number} ${step.chain}  ${titleOf(step)}`;
    if (transactions > 0) {
      const { txHash, blockNumber } = context.journal.last(step.key) ?? {};
      const where = step.kind === 'deploy' ? `${context.book.at(step.key)}, ` : '';
      context.say(`${line}: ${where}transaction ${txHash}, block ${blockNumber ?? 'unknown'}`);
    }
  }
  return result;
}

/** An open transaction of a step that the file no longer has would share its nonce with the next one. */
function requireKnown({ journal }: ApplyContext, steps: readonly Step[]): void {
  const known = new Set(steps.map(({ key }) => key));
  for (const key of journal.openSteps()) {
    if (!known.has(key)) throw new StepStopped(key, 'its transaction is open, and the file no longer has this step');
  }
}

async function redoSteps(context: ApplyContext, steps: readonly Step[]): Promise<void> {
  for (const key of context.redo) {
    const step = steps.find((candidate) => candidate.key === key);
    if (step === undefined) throw new StepStopped(key, 'there is no such step');
    const judgement = await judge(context, step);
    if (judgement.state !== 'unknown') throw new StepStopped(key, `nothing to do anew: the step is ${judgement.state}`);
    context.journal.move(key, 'replaced');
  }
}

/** Until the chain shows the step's outcome; sends it at most once. @returns Transactions sent or seen to their end. */
async function runStep(context: ApplyContext, step: Step): Promise<number> {
  const client = clientOf(context, step);
  const { key } = step;
  let touched = false;
  for (;;) {
    const judgement = await judge(context, step);
    switch (judgement.state) {
      case 'done':
        await closeAttempt(context, step);
        if (step.kind === 'deploy') adopt(context, step);
        return touched ? 1 : 0;
      case 'conflict':
      case 'unknown':
        throw new StepStopped(key, `${judgement.state}: ${judgement.reason}`);
      case 'open':
        if (touched) throw new StepStopped(key, 'its transaction is open again: the chain was reorganised');
        touched = true;
        context.say(`going on with ${key}: transaction ${judgement.attempt.txHash} was written down and may be sent`);
        await finishAttempt(context, client, key, judgement.attempt);
        break;
      case 'todo':
        if (touched) throw new StepStopped(key, 'its transaction succeeded, but the chain does not show it');
        touched = true;
        await sendStep(context, client, step);
        if (step.kind === 'deploy') adopt(context, step);
    }
  }
}

function adopt({ book, journal }: ApplyContext, step: DeployStep): void {
  const address = journal.last(step.key)?.address;
  if (address !== undefined) book.add(step, address);
}

/** A step that is done although its attempt was not seen to its end: a kill came between. */
async function closeAttempt(context: ApplyContext, step: Step): Promise<void> {
  const attempt = context.journal.last(step.key);
  if (attempt?.state !== 'intent' && attempt?.state !== 'sent') return;
  const client = clientOf(context, step);
  const seen = await fateOf(client, context.journal.deployer, attempt);
  const fate = seen.kind === 'open' ? seen : await settled(context, client, step.key, attempt);
  if (fate.kind === 'mined' || fate.kind === 'reverted') context.journal.move(step.key, fate.kind, fate.blockNumber);
  // Another transaction brought the outcome about. A contract stands where it should: only this account could put it there.
  else if (fate.kind === 'lost') context.journal.move(step.key, step.kind === 'deploy' ? 'mined' : 'replaced');
}
