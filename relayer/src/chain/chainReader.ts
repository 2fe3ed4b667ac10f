import type { Address } from '@ala/shared/ids';
import { InconsistentReadError, LogsRefusedError } from '../lib/errors.js';
import { FIRST_RANGE, nextRange } from './blockRange.js';
import type { Chain } from './chain.js';
import { byHealth } from './endpointHealth.js';
import type { Header } from './header.js';
import { readChain, type ChainUpdate } from './readChain.js';
import type { RpcEndpoint } from './rpcEndpoint.js';

/** Where reading stands. */
export interface ReadFrom {
  readonly nextBlock: number;
  /** The newest stored headers, newest first: enough of them to find a fork. */
  readonly stored: readonly Header[];
}

/** Reads a chain from one of its endpoints at a time. What it remembers makes it faster, and is not needed to go on. */
export class ChainReader {
  private range = FIRST_RANGE;

  constructor(
    private readonly chain: Chain,
    private readonly addresses: readonly Address[],
  ) {}

  /** From the healthiest endpoint, and from the next if it fails: what two of them say need not fit together. */
  async read(from: ReadFrom): Promise<ChainUpdate> {
    let failure: unknown;
    for (const endpoint of byHealth(this.chain.endpoints, Date.now())) {
      const { health } = endpoint;
      try {
        return await this.readFrom(endpoint, from);
      } catch (error) {
        if (error instanceof InconsistentReadError) throw error;
        // A failed request has been counted already, an answer that makes no sense has not.
        if (endpoint.health === health) endpoint.failed();
        failure ??= error;
      }
    }
    throw failure;
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
      if (update.type !== 'blocks') return update;
      const { headers, logs, elapsedMs } = update;
      this.range = nextRange(this.range, { type: 'read', asked: headers.length, logs: logs.length, elapsedMs });
      return update;
    } catch (error) {
      if (!(error instanceof LogsRefusedError) || error.blocks === 1) throw error;
      this.range = nextRange(this.range, { type: 'refused', asked: error.blocks });
      return this.readFrom(endpoint, from);
    }
  }
}
