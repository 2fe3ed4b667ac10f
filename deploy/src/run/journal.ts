import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AlaError } from '@ala/shared/errors';

/**
 * The states of a transaction that a step has made:
 *   intent     it is signed and written down, and may or may not have been sent;
 *   sent       a node has taken it;
 *   mined      it is in a block and succeeded;
 *   reverted   it is in a block and did nothing;
 *   replaced   another transaction used its nonce: it can never happen.
 */
const attempt = z.strictObject({
  state: z.enum(['intent', 'sent', 'mined', 'reverted', 'replaced']),
  nonce: z.int().min(0),
  txHash: z.string(),
  /** The signed transaction: sending it again can never do twice what it does. */
  raw: z.string(),
  /** Where the contract of a deployment is or will be. */
  address: z.string().optional(),
  /** Hash of what was sent: creation code with its arguments, or the call's data. */
  dataHash: z.string(),
  blockNumber: z.int().optional(),
});

const journalShape = z.strictObject({
  version: z.literal(1),
  network: z.string(),
  deployer: z.string(),
  chainIds: z.record(z.string(), z.int()),
  /** All attempts of each step, the last one being the one that counts. */
  steps: z.record(z.string(), z.array(attempt)),
});

export type Attempt = z.infer<typeof attempt>;
type Content = z.infer<typeof journalShape>;

export class JournalError extends AlaError {}

/** What a deployment has done and is about to do; on disk before it happens. */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly content: Content,
  ) {}

  /** The journal beside a deployment's file. */
  static pathFor(configPath: string): string {
    return `${configPath.replace(/\.(ya?ml|json)$/, '')}.journal.json`;
  }

  static load(path: string): Journal | null {
    if (!existsSync(path)) return null;
    let parsed;
    try {
      parsed = journalShape.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      throw new JournalError(`the journal ${path} is not readable: ${String(cause)}`, { cause });
    }
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new JournalError(`the journal ${path} is not one: ${problems.join('; ')}`);
    }
    return new Journal(path, parsed.data);
  }

  /** A journal that stands on disk with its first attempt. */
  static begin(path: string, of: Pick<Content, 'network' | 'deployer' | 'chainIds'>): Journal {
    return new Journal(path, { version: 1, ...of, steps: {} });
  }

  get deployer(): string {
    return this.content.deployer;
  }

  /** @throws JournalError when the journal is of another network, deployer or chain: its addresses mean nothing here. */
  requireFor(of: { network: string; deployer?: string; chainIds: Readonly<Record<string, number>> }): void {
    const { network, deployer, chainIds } = this.content;
    const problems: string[] = [];
    if (network !== of.network) problems.push(`it is of the network ${network}, not ${of.network}`);
    if (of.deployer !== undefined && deployer !== of.deployer) {
      problems.push(`its deployer is ${deployer}, the key given is of ${of.deployer}`);
    }
    for (const [chain, chainId] of Object.entries(chainIds)) {
      const wanted = of.chainIds[chain];
      if (wanted !== undefined && wanted !== chainId) problems.push(`its chain ${chain} is ${chainId}, not ${wanted}`);
    }
    if (problems.length > 0) throw new JournalError(`the journal ${this.path} cannot be used: ${problems.join('; ')}`);
    for (const [chain, chainId] of Object.entries(of.chainIds)) this.content.chainIds[chain] ??= chainId;
  }

  /** Steps whose last transaction may still be mined. */
  openSteps(): string[] {
    return Object.keys(this.content.steps).filter((step) => ['intent', 'sent'].includes(this.last(step)?.state ?? ''));
  }

  /** The first block on each chain that a step of the journal is in. */
  firstBlock(isOnChain: (step: string) => boolean): number | undefined {
    const blocks = Object.keys(this.content.steps)
      .filter(isOnChain)
      .flatMap((step) => this.last(step)?.blockNumber ?? []);
    return blocks.length === 0 ? undefined : Math.min(...blocks);
  }

  last(step: string): Attempt | undefined {
    return this.content.steps[step]?.at(-1);
  }

  add(step: string, attempted: Attempt): void {
    (this.content.steps[step] ??= []).push(attempted);
    this.write();
  }

  /** Moves the step's last attempt to its next state. */
  move(step: string, state: Attempt['state'], blockNumber?: number): void {
    const last = this.last(step);
    if (last === undefined) throw new JournalError(`the journal ${this.path} has no attempt of ${step}`);
    last.state = state;
    if (blockNumber !== undefined) last.blockNumber = blockNumber;
    this.write();
  }

  /** Whole and durable, or as it was: a reader never finds half of it. */
  private write(): void {
    const draft = `${this.path}.draft`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(file, `${JSON.stringify(this.content, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.path);
    const folder = openSync(dirname(this.path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}
