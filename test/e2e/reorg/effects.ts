import pg from 'pg';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import type { World } from '@ala/infra/devnet/scenario/world';

const PATIENCE_MS = 30_000;

/** A transaction that a node has signed for an effect, and what the chain says of it now. */
export interface SentTransaction {
  readonly key: string;
  readonly onChain: 'succeeded' | 'reverted' | 'absent';
}

/** What a node's database says of its effects. */
export class Effects {
  private constructor(
    private readonly world: World,
    private readonly pool: pg.Pool,
  ) {}

  static open(world: World, databaseUrl: string): Effects {
    return new Effects(world, new pg.Pool({ connectionString: databaseUrl, max: 1 }));
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  async until(what: string, query: string, values: readonly unknown[] = []): Promise<void> {
    const look = async (): Promise<true | null> =>
      ((await this.pool.query(query, [...values])).rowCount ?? 0) > 0 ? true : null;
    await waitFor(look, { what, timeoutMs: PATIENCE_MS, pollMs: 100 });
  }

  /** Returns once nothing is left to do for any effect. */
  async settled(): Promise<void> {
    await this.until(
      'the node to have nothing left to do',
      `select where not exists (select from outbox where state not in ('done', 'obsolete'))`,
    );
  }

  /** Every transaction that was signed for an effect, by the effect's key. */
  async sent(): Promise<SentTransaction[]> {
    const { rows } = await this.pool.query<{ key: string; hash: string; chain_id: string }>(
      `select key, '0x' || encode(hash, 'hex') as hash, tx_attempts.chain_id
       from tx_attempts join outbox on outbox.id = outbox_id order by tx_attempts.id`,
    );
    return Promise.all(
      rows.map(async ({ key, hash, chain_id }): Promise<SentTransaction> => {
        const receipt = await this.chainOf(chain_id).provider.getTransactionReceipt(hash);
        return { key, onChain: receipt === null ? 'absent' : receipt.status === 1 ? 'succeeded' : 'reverted' };
      }),
    );
  }

  private chainOf(chainId: string): World['devnet']['chains']['hub' | 'spokeA' | 'spokeB'] {
    const { chains } = this.world.devnet;
    const name = CHAIN_NAMES.find((candidate) => String(chains[candidate].spec.chainId) === chainId);
    if (name === undefined) throw new Error(`no chain ${chainId}`);
    return chains[name];
  }
}
