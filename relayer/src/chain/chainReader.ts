import type { Address, Hash } from '@ala/shared/ids';
import { ChainHaltedError, InconsistentReadError, LogsLeftOutError, LogsRefusedError } from '../lib/errors.js';
import { FIRST_RANGE, nextRange } from './blockRange.js';
import type { Chain } from './chain.js';
import { byHealth } from './endpointHealth.js';
import { disagreesSince, lasts, type DisagreesSince } from './agreement.js';
import { readHeader, readLatest, type BlockId, type Header } from './header.js';
import { checkNoneLeftOut, suspectBlocks } from './leftOutLogs.js';
import { readFinalBlock, type Finality } from './finality.js';
import { readAnnounced, readChain, type ChainUpdate } from './readChain.js';
import type { RpcEndpoint } from './rpcEndpoint.js';

/** Where reading stands. */
export interface ReadFrom {
  readonly nextBlock: number;
  /** The newest stored headers, newest first: enough of them to find a fork. */
  readonly stored: readonly Header[];
  /** The newest stored block that is final; null if none is known to be. */
  readonly final: BlockId | null;
}

export interface ChainReaderArgs {
  readonly chain: Chain;
  readonly addresses: readonly Address[];
  readonly finality: Finality;
  /** The operator lets blocks above this one be undone though they were final when reading began; null: none. */
  readonly acceptReorgTo: number | null;
}

type Blocks = Extract<ChainUpdate, { readonly type: 'blocks' }>;

/** With the newest final block as of these blocks. */
export type NewBlocks = Blocks & { readonly finalBlock: number | null };

/** What is to be done with the database. */
export type Reading = Exclude<ChainUpdate, Blocks> | NewBlocks;

/** A reorg between two requests explains one reading that does not fit together, or two; of so many in a row the endpoint is the cause. */
export const INCONSISTENT_IN_A_ROW = 3;

/** How often endpoints are compared. */
const COMPARE_MS = 10_000;

/** Reads a chain from one of its endpoints at a time. What it remembers makes it faster, and is not needed to go on. */
export class ChainReader {
  private range = FIRST_RANGE;
  private comparedAtMs = -Infinity;
  private disagreement: { readonly since: DisagreesSince; readonly says: string } = { since: null, says: '' };

  private ahead: {
    readonly nextBlock: number;
    readonly after: Hash;
    readonly reading: Promise<Reading | null>;
  } | null = null;
  /** The newest stored block, as far as this reader knows; null if the database has to be asked. */
  private tip: Header | null = null;
  private inconsistent: { readonly of: RpcEndpoint; readonly times: number } | null = null;
  /** Final when reading began: the only one that the operator can have meant. Undefined before, null once it is over. */
  private finalAtStart: BlockId | null | undefined;
  private seen: { readonly block: number; readonly head: number } | null = null;

  constructor(private readonly args: ChainReaderArgs) {}

  /** The last block that was read, and the head of the chain at that time; null before the first. */
  get position(): { readonly block: number; readonly head: number } | null {
    return this.seen;
  }

  /**
   * What is to be done with the database now.
   * @throws ChainHaltedError if endpoints disagree for long, all of them leave logs out, or none of them has what was final.
   */
  async read(from: ReadFrom, nowMs = Date.now()): Promise<Reading> {
    const newest = from.stored[0];
    this.tip = null;
    if (this.finalAtStart === undefined) this.finalAtStart = from.final;
    this.watchAgreement(newest, nowMs);
    const reading = (await this.takeAhead(from)) ?? (await this.readFromAny(from, nowMs));
    // On top of another final block nothing of what the operator has accepted is left to be undone.
    if (reading.type === 'blocks' && from.final?.hash !== this.finalAtStart?.hash) this.finalAtStart = null;
    if (reading.type === 'blocks') this.seen = { block: lastOf(reading).number, head: reading.head };
    if (reading.type === 'idle' && newest !== undefined) this.tip = newest;
    return reading;
  }

  /**
   * The one block above what was stored last, if it is the one that a WebSocket has told of: in one request and without the database, for
   * whoever applies blocks finds out if another node has changed it. Null if there is anything else to be seen: `read` sees it.
   * @throws ChainHaltedError if endpoints disagree for long.
   */
  async readAnnounced(announced: BlockId, nowMs = Date.now()): Promise<NewBlocks | null> {
    const { tip: newest } = this;
    const [endpoint] = byHealth(this.args.chain.endpoints, nowMs);
    this.tip = null;
    if (newest === null || endpoint === undefined) return null;
    this.watchAgreement(newest, nowMs);
    const { addresses, finality } = this.args;
    try {
      const [update, finalBlock] = await Promise.all([
        readAnnounced({ provider: endpoint, addresses, newest, announced }),
        readFinalBlock(endpoint, finality, announced.number),
      ]);
      if (update === null) return null;
      endpoint.behind(0);
      await this.checkWhole(endpoint, update);
      this.seen = { block: announced.number, head: announced.number };
      return { ...update, finalBlock };
    } catch {
      // `read` runs into it again if it lasts, and knows what to do about it.
      return null;
    }
  }

  /** These blocks are stored, and the last of them is the newest that is. */
  stored(blocks: Blocks): void {
    this.tip = lastOf(blocks);
  }

  /** Beside the reading: an endpoint that hangs must not hold it up. */
  private watchAgreement(newest: Header | undefined, nowMs: number): void {
    if (newest !== undefined && nowMs - this.comparedAtMs >= COMPARE_MS) void this.compare(newest, nowMs);
    if (lasts(this.disagreement.since, nowMs)) throw new ChainHaltedError(this.disagreement.says);
  }

  /** Reads what follows these blocks while they are written. */
  readAhead(blocks: Blocks): void {
    const { number, hash } = lastOf(blocks);
    const nextBlock = number + 1;
    const reading = this.readFromAny({ nextBlock, stored: [...blocks.headers].reverse(), final: null }, Date.now());
    // What has failed then need not fail now: it is read anew, and fails again if it lasts.
    this.ahead = { nextBlock, after: hash, reading: reading.catch(() => null) };
  }

  /** Null unless it was read ahead and goes on from there: a fork has to be looked at with all that is stored. */
  private async takeAhead({ nextBlock, stored }: ReadFrom): Promise<Reading | null> {
    const { ahead } = this;
    this.ahead = null;
    if (ahead === null || ahead.nextBlock !== nextBlock || ahead.after !== stored[0]?.hash) return null;
    const reading = await ahead.reading;
    return reading?.type === 'blocks' ? reading : null;
  }

  /** From the healthiest endpoint, and from the next if it fails: what two of them say need not fit together. */
  private async readFromAny(from: ReadFrom, nowMs: number): Promise<Reading> {
    const { endpoints } = this.args.chain;
    const failures: unknown[] = [];
    for (const endpoint of byHealth(endpoints, nowMs)) {
      const { health } = endpoint;
      try {
        const reading = await this.readFrom(endpoint, from);
        this.inconsistent = null;
        return reading;
      } catch (error) {
        if (error instanceof InconsistentReadError) {
          this.countInconsistent(endpoint, error);
          throw error;
        }
        // A failed request has been counted already, an answer that makes no sense has not.
        if (endpoint.health === health) endpoint.failed(error);
        failures.push(error);
      }
    }
    throw failures.find((failure) => failure instanceof ChainHaltedError) ?? failures[0];
  }

  /** Nothing else counts against an endpoint that answers, and the next one is not asked before it does. */
  private countInconsistent(of: RpcEndpoint, error: InconsistentReadError): void {
    const times = this.inconsistent?.of === of ? this.inconsistent.times + 1 : 1;
    this.inconsistent = times < INCONSISTENT_IN_A_ROW ? { of, times } : null;
    if (this.inconsistent === null) of.failed(error);
  }

  /** Which block each endpoint has in the place of `newest`, and how far behind it is. Never rejects. */
  async compare(newest: BlockId, nowMs: number): Promise<void> {
    const { name, endpoints } = this.args.chain;
    this.comparedAtMs = nowMs;
    if (endpoints.length < 2) return;
    const asked = endpoints.map(async (endpoint) => {
      const [head, block] = await Promise.all([readLatest(endpoint), readHeader(endpoint, newest.number)]);
      endpoint.behind(newest.number - head.number);
      return block;
    });
    const blocks = (await Promise.allSettled(asked)).map((reading) =>
      reading.status === 'fulfilled' ? reading.value : null,
    );
    const hashes = blocks.map((block) => block?.hash ?? null);
    const shown = endpoints.map(({ where }, index) => `${where}: ${hashes[index] ?? 'no such block'}`);
    const says =
      `endpoints of ${name} disagree on block ${newest.number} (${shown.join(', ')}): find out which one is right and take ` +
      `the others out of chains.${name}.rpcUrls; reading goes on by itself once they agree`;
    this.disagreement = { since: disagreesSince(this.disagreement.since, hashes, nowMs), says };
  }

  /** As many blocks as the endpoint gives logs of. */
  private async readFrom(endpoint: RpcEndpoint, from: ReadFrom): Promise<Reading> {
    try {
      const update = await readChain({
        ...from,
        provider: endpoint,
        addresses: this.args.addresses,
        maxBlocks: this.range.blocks,
      });
      endpoint.behind(update.type === 'lagging' ? (from.stored[0]?.number ?? 0) - update.head : 0);
      if (update.type === 'reorg') await this.checkAboveFinal(endpoint, from.final, update.keep);
      if (update.type !== 'blocks') return update;
      const { headers, logs, elapsedMs } = update;
      this.range = nextRange(this.range, { type: 'read', asked: headers.length, logs: logs.length, elapsedMs });
      await this.checkWhole(endpoint, update);
      const finalBlock = await readFinalBlock(endpoint, this.args.finality, lastOf(update).number);
      return { ...update, finalBlock };
    } catch (error) {
      if (!(error instanceof LogsRefusedError) || error.blocks === 1) throw error;
      this.range = nextRange(this.range, { type: 'refused', asked: error.blocks });
      return this.readFrom(endpoint, from);
    }
  }

  /** A node that leaves logs out is not used; if there is no other, the chain halts. */
  private async checkWhole(endpoint: RpcEndpoint, { headers, logs }: Blocks): Promise<void> {
    const { addresses, chain } = this.args;
    const suspects = suspectBlocks(headers, logs, addresses);
    const others = byHealth(chain.endpoints, Date.now()).filter((other) => other !== endpoint);
    try {
      await checkNoneLeftOut({ providers: [endpoint, ...others], suspects, logs, addresses });
    } catch (error) {
      if (!(error instanceof LogsLeftOutError)) throw error;
      const says =
        `no endpoint of ${chain.name} gives all logs of block ${error.block}: set chains.${chain.name}.rpcUrls to a node that does; ` +
        'reading goes on by itself as soon as one gives them';
      throw new ChainHaltedError(says, { cause: error });
    }
  }

  /** A fork is searched among the newest blocks only; the final one says whether it goes deeper than it may. */
  private async checkAboveFinal(endpoint: RpcEndpoint, final: BlockId | null, keep: number): Promise<void> {
    const { chain } = this.args;
    if (final === null || this.isAccepted(final, keep)) return;
    const current = await readHeader(endpoint, final.number);
    if (current?.hash === final.hash) return;
    throw new ChainHaltedError(
      `block ${final.number} of ${chain.name} was final with hash ${final.hash}, and now ${endpoint.where} shows ` +
        `${current?.hash ?? 'none'} in its place; at most block ${Math.min(keep, final.number - 1)} is common. Nothing is undone. ` +
        `If the endpoint is wrong, take it out of chains.${chain.name}.rpcUrls; if the chain has replaced the block, set ` +
        `chains.${chain.name}.acceptReorgTo to the last common block and start the node again`,
    );
  }

  /** A fork below all headers that it was searched in is undone in steps: with each the final block goes back. */
  private isAccepted(final: BlockId, keep: number): boolean {
    const { acceptReorgTo } = this.args;
    if (acceptReorgTo === null || keep < acceptReorgTo) return false;
    return this.finalAtStart != null && final.number <= this.finalAtStart.number;
  }
}

function lastOf({ headers }: Blocks): Header {
  const last = headers.at(-1);
  if (last === undefined) throw new Error('a reading without blocks');
  return last;
}
