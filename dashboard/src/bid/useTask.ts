import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Explanation } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import type { SayAmount } from '@ala/shared/client/sayAmount';
import type { OnStep, Step } from '@ala/shared/client/sendCall';

export interface TaskState {
  readonly busy: boolean;
  /** Transactions that were sent, the oldest first. */
  readonly steps: readonly Step[];
  readonly failure: Explanation | null;
  /** What was brought about, in words. */
  readonly done: string | null;
}

export interface Task {
  readonly state: TaskState;
  readonly run: (work: (onStep: OnStep) => Promise<string>) => Promise<void>;
}

const IDLE: TaskState = { busy: false, steps: [], failure: null, done: null };

/**
 * One action of the user's at a time: its transactions, and how it ended. What the chains show is asked for again afterwards.
 * @param say How a failure says amounts.
 */
export function useTask(say?: SayAmount): Task {
  const [state, setState] = useState<TaskState>(IDLE);
  const client = useQueryClient();
  const run = async (work: (onStep: OnStep) => Promise<string>): Promise<void> => {
    setState({ ...IDLE, busy: true });
    try {
      const done = await work((step) => setState((before) => ({ ...before, steps: [...before.steps, step] })));
      setState((before) => ({ ...before, busy: false, done }));
    } catch (error) {
      setState((before) => ({ ...before, busy: false, failure: explainError(error, say) }));
    }
    await client.invalidateQueries();
  };
  return { state, run };
}
