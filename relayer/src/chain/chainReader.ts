import type { Address } from '@ala/shared/ids';
import { ChainHaltedError, InconsistentReadError, LogsLeftOutError, LogsRefusedError } from '../lib/errors.js';
import { FIRST_RANGE, nextRange } from './blockRange.js';
import type { Chain } from './chain.js';
import { byHealth } from './endpointHealth.js';
import { disagreesSince, lasts, type DisagreesSince } from './agreement.js';
import { readHeader, readLatest, type BlockId, type Header } from './header.js';
import { checkNoneLeftOut, suspectBlocks } from './leftOutLogs.js';
import { readChain, type ChainUpdate } from './readChain.js';
import type { RpcEndpoint } from './rpcEndpoint.js';

/** Where reading stands. */
export interface ReadFrom {
  readonly nextBlock: number;
  /** The newest stored headers, newest first: enough of them to find a fork. */
  readonly stored: readonly Header[];
}

/** How often endpoints are compared. */
const COMPARE_MS = 10_000;

/** Reads a chain from one of its endpoints at a time. What it remembers makes it faster, and is not needed to go on. */
export class ChainReader {
  private range = FIRST_RANGE;
  private comparedAtMs = -Infinity;
  private disagreement: { readonly since: DisagreesSince; readonly says: string } = { since: null, says: '' };

  constructor(
    private readonly chain: Chain,
    private readonly addresses: readonly Address[],
  ) {}

  /**
   * From the healthiest endpoint, and from the next if it fails: what two of them say need not fit together.
   * @throws ChainHaltedError if endpoints disagree for long, or all of them leave logs out.
   */
  async read(from: ReadFrom, nowMs = Date.now()): Promise<ChainUpdate> {
    const { endpoints } = this.chain;
    const newest = from.stored[0];
    // Beside the reading: an endpoint that hangs must not hold it up.
    if (newest !== undefined && nowMs - this.comparedAtMs >= COMPARE_MS) void this.compare(newest, nowMs);
    if (lasts(this.disagreement.since, nowMs)) throw new ChainHaltedError(this.disagreement.says);
    const failures: unknown[] = [];
    for (const endpoint of byHealth(endpoints, nowMs)) {
      const { health } = endpoint;
      try {
        return await this.readFrom(endpoint, from);
      } catch (error) {
        if (error instanceof InconsistentReadError) throw error;
        // A failed request has been counted already, an answer that makes no sense has not.
        if (endpoint.health === health) endpoint.failed();
        failures.push(error);
      }
    }
    const leftOut = failures.find((failure) => failure instanceof LogsLeftOutError);
    throw leftOut === undefined ? failures[0] : this.haltedBy(leftOut);
  }

  /** Which block each endpoint has in the place of `newest`, and how far behind it is. Never rejects. */
  async compare(newest: BlockId, nowMs: number): Promise<void> {
    const { name, endpoints } = this.chain;
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
  private async readFrom(endpoint: RpcEndpoint, from: ReadFrom): Promise<ChainUpdate> {
    try {
      const update = await readChain({
        ...from,
        provider: endpoint,
        addresses: this.addresses,
        maxBlocks: this.range.blocks,
      });
      endpoint.behind(update.type === 'lagging' ? (from.stored[0]?.number ?? 0) - update.head : 0);
      if (update.type !== 'blocks') return update;
      const { headers, logs, elapsedMs } = update;
      this.range = nextRange(this.range, { type: 'read', asked: headers.length, logs: logs.length, elapsedMs });
      await this.checkWhole(endpoint, update);
      return update;
    } catch (error) {
      if (!(error instanceof LogsRefusedError) || error.blocks === 1) throw error;
      this.range = nextRange(this.range, { type: 'refused', asked: error.blocks });
      return this.readFrom(endpoint, from);
    }
  }

  private async checkWhole(endpoint: RpcEndpoint, { headers, logs }: BlocksUpdate): Promise<void> {
    const { addresses } = this;
    const suspects = suspectBlocks(headers, logs, addresses);
    const others = byHealth(this.chain.endpoints, Date.now()).filter((other) => other !== endpoint);
    await checkNoneLeftOut({ providers: [endpoint, ...others], suspects, logs, addresses });
  }

  private haltedBy(cause: LogsLeftOutError): ChainHaltedError {
    const { name } = this.chain;
    const says =
      `no endpoint of ${name} gives all logs of block ${cause.block}: set chains.${name}.rpcUrls to a node that does; ` +
      'reading goes on by itself as soon as one gives them';
    return new ChainHaltedError(says, { cause });
  }
}

type BlocksUpdate = Extract<ChainUpdate, { readonly type: 'blocks' }>;
