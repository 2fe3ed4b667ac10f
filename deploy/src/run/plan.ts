import type { Step } from '../steps/step.js';
import { judge, transactionOf, type JudgeContext, type Judgement } from './judge.js';

/** A step with where it stands, and what it would send where that is known already. */
export interface PlannedStep {
  readonly key: string;
  readonly chain: string;
  readonly title: string;
  readonly judgement: Judgement;
  readonly to: string | null;
  readonly data: string | null;
}

/** Judges every step without sending anything. */
export async function planSteps(context: JudgeContext, steps: readonly Step[]): Promise<PlannedStep[]> {
  // Deployments first: the addresses of what is done make the calls judgeable.
  adoptAddresses(context, steps);
  return Promise.all(
    steps.map(async (step) => {
      const judgement = await judge(context, step);
      const transaction = judgement.state === 'done' ? null : transactionOf(context, step);
      const { key, chain } = step;
      return {
        key,
        chain,
        title: titleOf(step),
        judgement,
        to: transaction?.to ?? null,
        data: transaction?.data ?? null,
      };
    }),
  );
}

/** Puts the addresses that the journal knows into the book; whether something stands there is judged step by step. */
export function adoptAddresses(
  { journal, book }: Pick<JudgeContext, 'journal' | 'book'>,
  steps: readonly Step[],
): void {
  for (const step of steps) {
    if (step.kind !== 'deploy') continue;
    const attempt = journal?.last(step.key);
    const lost = attempt?.state === 'reverted' || attempt?.state === 'replaced';
    if (attempt?.address !== undefined && !lost) book.add(step, attempt.address);
  }
}

/** What a step does, in a few words. */
export function titleOf(step: Step): string {
  return step.kind === 'deploy' ? `deploy ${step.artifact} as ${step.key}` : step.key;
}

/** One line a step that is left, in order; then how many are done. */
export function describePlan(planned: readonly PlannedStep[]): string {
  const left = planned.filter(({ judgement }) => judgement.state !== 'done');
  const width = Math.max(0, ...left.map(({ chain }) => chain.length));
  const lines = left.map(({ chain, title, judgement }, index) => {
    const number = String(index + 1).padStart(4);
    return `${number}  ${chain.padEnd(width)}  ${title}${remark(judgement)}`;
  });
  return [...lines, `${left.length} steps to do, ${planned.length - left.length} done`].join('\n');
}

function remark(judgement: Judgement): string {
  switch (judgement.state) {
    case 'done':
      return '';
    case 'todo':
      return judgement.note === undefined ? '' : `  (${judgement.note})`;
    case 'open':
      return `  (open: transaction ${judgement.attempt.txHash} may still be mined)`;
    case 'conflict':
    case 'unknown':
      return `  (${judgement.state}: ${judgement.reason})`;
  }
}
