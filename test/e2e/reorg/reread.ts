import { DEPTH_WITHOUT_TAG } from '@ala/relayer/chain/finality';
import pg from 'pg';
import { pino } from 'pino';
import { freshDatabase } from '@ala/infra/supervisor/freshDatabase';
import { openChains, type Chain } from '@ala/relayer/chain/chain';
import { openDatabase } from '@ala/relayer/db/client';
import { migrate } from '@ala/relayer/db/migrate';
import { followChain } from '@ala/relayer/ingest/follow';
import type { Deployment } from '@ala/shared/deployment';

/** What is read from the chains, without what a node says of its own work. */
const TABLES = [
  'blocks',
  'raw_events',
  'pool_states',
  'pool_buckets',
  'rolled_entries',
  'in_flights',
  'bids',
  'entry_withdrawals',
  'bid_closures',
  'auctions',
  'auction_events',
  'plan_commits',
  'legs',
  'messages',
] as const;

/** Tells the database from others on the server. */
const REREAD = 1;

/** Rows of each table of the chains, each row as text. */
export type Book = Readonly<Record<string, readonly string[]>>;

/** A node's book, and beside it what a database that has never seen anything else reads from the chains, both to the same blocks. */
export async function readBookTwice(
  databaseUrl: string,
  deployment: Deployment,
): Promise<{ readonly book: Book; readonly reread: Book }> {
  const freshUrl = await freshDatabase(databaseUrl, REREAD);
  await migrate(freshUrl);
  const chains = openChains(deployment);
  try {
    await Promise.all(chains.map((chain) => readToHead(freshUrl, deployment, chain)));
  } finally {
    for (const { provider } of chains) provider.destroy();
  }
  const fresh = new pg.Client({ connectionString: freshUrl });
  const own = new pg.Client({ connectionString: databaseUrl });
  await Promise.all([fresh.connect(), own.connect()]);
  try {
    const [a, b] = [await cursorsOf(fresh), await cursorsOf(own)];
    const until = new Map([...a].map(([chainId, next]) => [chainId, Math.min(next, b.get(chainId) ?? 0)]));
    return { book: await readBook(own, until), reread: await readBook(fresh, until) };
  } finally {
    await Promise.all([fresh.end(), own.end()]);
  }
}

async function readToHead(databaseUrl: string, deployment: Deployment, chain: Chain): Promise<void> {
  const database = openDatabase({ url: databaseUrl, onIdleError: () => undefined, maxConnections: 2 });
  const atHead = new AbortController();
  try {
    await followChain({
      chain,
      deployment,
      db: database.db,
      log: pino({ enabled: false }),
      pollIntervalMs: 50,
      finality: DEPTH_WITHOUT_TAG,
      acceptReorgTo: null,
      signal: atHead.signal,
      cause: () => Promise.resolve([]),
      onWritten: () => undefined,
      onStep: (outcome) => {
        if (outcome === 'atHead' || outcome === 'idle') atHead.abort();
      },
    });
  } finally {
    await database.close();
  }
}

async function cursorsOf(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ chain_id: string; next_block: string }>('select * from cursors');
  return new Map(rows.map((row) => [row.chain_id, Number(row.next_block)]));
}

async function readBook(client: pg.Client, until: ReadonlyMap<string, number>): Promise<Book> {
  const entries: [string, string[]][] = [];
  for (const table of TABLES) {
    const block = table === 'blocks' ? 'number' : 'block_number';
    const lines: string[] = [];
    for (const [chainId, next] of until) {
      const { rows } = await client.query<{ line: string }>(
        `select (to_jsonb(${table}) - 'finished_at' - 'open')::text as line from ${table}
         where chain_id = $1 and ${block} < $2 order by 1`,
        [chainId, next],
      );
      lines.push(...rows.map(({ line }) => line));
    }
    entries.push([table, lines]);
  }
  return Object.fromEntries(entries);
}
