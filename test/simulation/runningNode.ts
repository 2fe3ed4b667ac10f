import { describeError } from '@ala/relayer/lib/errors';
import type { Task } from './relayerNode.js';
import type { SimulatedProcess } from './simulatedProcess.js';
import type { WorldLog } from './worldLog.js';

/** A node whose steps are begun one by one; any number of them is under way at a time, but each at most once. */
export class RunningNode {
  private readonly busy = new Set<string>();
  /** Problems of steps since the last time that somebody took them. */
  private problems: string[] = [];

  constructor(
    readonly process: SimulatedProcess,
    readonly tasks: readonly Task[],
    private readonly log: WorldLog,
  ) {}

  get idleTasks(): readonly Task[] {
    return this.tasks.filter(({ name }) => !this.busy.has(name));
  }

  get isBusy(): boolean {
    return this.busy.size > 0;
  }

  /** Begins one step; it goes on as the scheduler lets it. Asked by `again` whether the next one follows at once. */
  begin({ name, step }: Task, again: () => boolean = () => false): void {
    this.busy.add(name);
    const work = async (): Promise<void> => {
      try {
        while ((await step()) && again());
      } catch (error) {
        const problem = `${this.process.name} ${name}: ${describeError(error)}`;
        this.problems.push(problem);
        this.log.say(problem);
      } finally {
        this.busy.delete(name);
      }
    };
    void work();
  }

  takeProblems(): readonly string[] {
    return this.problems.splice(0);
  }
}
