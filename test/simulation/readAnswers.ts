/** Asks the chain itself. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

interface Filter {
  readonly address?: string | readonly string[];
  readonly topics?: readonly (string | readonly string[] | null)[];
  readonly fromBlock?: unknown;
  readonly toBlock?: unknown;
}

interface Log {
  readonly address: string;
  readonly topics: readonly string[];
}

interface Block {
  readonly transactions: readonly unknown[];
}

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
    const [first] = params;
    if (method === 'eth_getBlockByNumber') {
      const number = first === 'latest' ? toHex(head) : first;
      if (isUpTo(head, number)) return this.once(this.ofBlocks, method, [number, ...params.slice(1)]);
    }
    if (method === 'eth_getLogs') {
      const { fromBlock, toBlock, ...filter } = first as Filter;
      const last = toBlock === 'latest' ? toHex(head) : toBlock;
      if (isUpTo(head, fromBlock) && isUpTo(head, last)) return this.logs(Number(fromBlock), Number(last), filter);
    }
    return this.once(this.ofState, method, params);
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

  /** As a node filters them; a block without transactions has none. */
  private async logs(first: number, last: number, filter: Filter): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    for (let number = first; number <= last; number++) {
      const block = toHex(number);
      const { transactions } = (await this.once(this.ofBlocks, 'eth_getBlockByNumber', [block, false])) as Block;
      if (transactions.length === 0) continue;
      const logs = await this.once(this.ofBlocks, 'eth_getLogs', [{ fromBlock: block, toBlock: block }]);
      found.push(...(logs as readonly Log[]).filter((log) => matches(log, filter)));
    }
    return found;
  }

  private once(answers: Map<string, Promise<unknown>>, method: string, params: readonly unknown[]): Promise<unknown> {
    const key = `${method} ${JSON.stringify(params)}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = this.ask(method, params);
    answers.set(key, answer);
    return answer;
  }
}

function matches({ address, topics }: Log, filter: Filter): boolean {
  return (
    isOneOf(address, filter.address) && (filter.topics ?? []).every((wanted, place) => isOneOf(topics[place], wanted))
  );
}

function isOneOf(found: string | undefined, wanted: string | readonly string[] | null | undefined): boolean {
  if (wanted === null || wanted === undefined || (typeof wanted !== 'string' && wanted.length === 0)) return true;
  if (found === undefined) return false;
  return [wanted].flat().some((each) => each.toLowerCase() === found.toLowerCase());
}

function isUpTo(head: number, block: unknown): boolean {
  return typeof block === 'string' && block.startsWith('0x') && Number(block) <= head;
}

function toHex(block: number): string {
  return `0x${block.toString(16)}`;
}
