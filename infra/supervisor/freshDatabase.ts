import pg from 'pg';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * An empty database of the devnet's own on the server: its chains begin anew at every start, and what an earlier devnet left
 * behind says nothing about them. The port keeps devnets apart that run at the same time. Where the role may not create
 * databases, the given one is used as it is.
 */
export async function freshDatabase(serverUrl: string, basePort: number): Promise<string> {
  const name = `ala_devnet_${basePort}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
  } catch (error) {
    if ((error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE) return serverUrl;
    throw error;
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
