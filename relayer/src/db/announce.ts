import { sql, type SQL } from 'drizzle-orm';
import pg from 'pg';
import { CONNECT_TIMEOUT_MS, type DbOrTx } from './client.js';

/** What has changed in the database: rows of a chain, or rows of the outbox. */
export type Announcement = { readonly topic: 'chain'; readonly chainId: number } | { readonly topic: 'effects' };

const CHANNEL = 'ala';

/** Tells every node on this database, once the caller's transaction is through; the same within one transaction is told once. */
export async function announce(db: DbOrTx, announcement: Announcement): Promise<void> {
  await db.execute(announcing(announcement));
}

/** The statement by which `announce` tells, for who says it along with something else. */
export function announcing(announcement: Announcement): SQL {
  const payload = announcement.topic === 'chain' ? String(announcement.chainId) : announcement.topic;
  return sql`select pg_notify(${CHANNEL}, ${payload})`;
}

/**
 * Listens on a connection of its own until that ends, which `ended` tells. What happened while nobody listened is not told
 * afterwards: whoever listens looks at the rows first.
 */
export async function listen(
  databaseUrl: string,
  onAnnouncement: (announcement: Announcement) => void,
): Promise<{ readonly ended: Promise<void>; close(): Promise<void> }> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'ala-listen',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', () => resolve());
    client.on('error', () => resolve());
  });
  client.on('notification', ({ payload = '' }) => {
    if (payload === 'effects') onAnnouncement({ topic: 'effects' });
    else if (/^\d+$/.test(payload)) onAnnouncement({ topic: 'chain', chainId: Number(payload) });
  });
  await client.connect();
  await client.query(`listen ${CHANNEL}`);
  return { ended, close: () => client.end() };
}
