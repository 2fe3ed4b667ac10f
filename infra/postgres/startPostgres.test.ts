import { createServer } from 'node:net';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type RunningPostgres } from './embeddedPostgres.js';
import { DatabaseUnreachableError, startPostgres } from './startPostgres.js';

const log = () => undefined;
let folder: string;
let server: RunningPostgres;

/** Whatever this starts would be put where nothing can be. */
const withUrl = (url: string) => startPostgres({ dataDir: '/dev/null/cluster', log }, { DATABASE_URL: url });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ala-pg-test-'));
  chmodSync(folder, 0o711);
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'cluster'), log });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('startPostgres', () => {
  it('starts nothing when DATABASE_URL names a database that answers', async () => {
    const { databaseUrl, stop } = await withUrl(server.databaseUrl);
    expect(databaseUrl).toBe(server.databaseUrl);
    await stop();
    await expect(withUrl(server.databaseUrl)).resolves.toBeDefined();
  });

  it('says that nobody listens, without showing the password', async () => {
    const port = await closedPort();
    const error: unknown = await withUrl(`postgresql://me:secret@127.0.0.1:${port}/x`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    const { message } = error as Error;
    expect(message).toContain(`x on 127.0.0.1:${port}, but no PostgreSQL server listens there`);
    expect(message).not.toContain('secret');
  });

  it('says that the database does not exist', async () => {
    const url = new URL(server.databaseUrl);
    url.pathname = '/missing';
    await expect(withUrl(url.href)).rejects.toThrow('missing on /tmp/');
    await expect(withUrl(url.href)).rejects.toThrow('the server has no database of that name');
  });

  it('says that the password is wrong', async () => {
    const url = new URL(server.databaseUrl);
    url.password = 'wrong';
    await expect(withUrl(url.href)).rejects.toThrow('the server refuses this user or password');
  });

  it('says that the URL is none', async () => {
    await expect(withUrl('postgresql://me:secret@host:port:5/x')).rejects.toThrow('it is not a URL like');
  });
});

async function closedPort(): Promise<string> {
  const listener = createServer();
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      resolve((listener.address() as { port: number }).port);
    });
  });
  await new Promise((resolve) => listener.close(resolve));
  return port.toString();
}
