/** Asks the chain itself. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

/**
 * What a chain has answered, for as long as it would answer the same: nodes ask for the same again and again, and a chain changes only
 * when the world says so.
 */
export class ReadAnswers {
  /** Of blocks and the logs in them; true until blocks are taken back. */
  private readonly ofBlocks = new Map<string, Promise<unknown>>();
  /** Of everything else; true until anything happens. */
  private readonly ofState = new Map<string, Promise<unknown>>();

  constructor(private readonly ask: Ask) {}

  /** @param head The newest block. */
  read(method: string, params: readonly unknown[], head: number): Promise<unknown> {
    const key = `${method} ${JSON.stringify(params)}`;
    const answers = isOfBlocks(method, params, head) ? this.ofBlocks : this.ofState;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = this.ask(method, params);
    answers.set(key, answer);
    return answer;
  }

  /** There is a block more, or a transaction waits for one. */
  changed(): void {
    this.ofState.clear();
  }

  /** Blocks were taken back. */
  rolledBack(): void {
    this.ofBlocks.clear();
    this.ofState.clear();
  }
}

function isOfBlocks(method: string, [first]: readonly unknown[], head: number): boolean {
  if (method === 'eth_getBlockByNumber') return isUpTo(head, first);
  if (method !== 'eth_getLogs') return false;
  return isUpTo(head, (first as { readonly toBlock?: unknown }).toBlock);
}

function isUpTo(head: number, block: unknown): boolean {
  return typeof block === 'string' && block.startsWith('0x') && Number(block) <= head;
}
