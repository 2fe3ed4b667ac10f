/** Reads the chain of a bench with the node's own follower until it is told to stop: `node readAla.js RPC_URL DATABASE_URL CHAIN_ID POLL_MS [WS_URL]`. */
import { pino } from 'pino';
import { DEPTH_WITHOUT_TAG } from '@ala/relayer/chain/finality';
import { openChains } from '@ala/relayer/chain/chain';
import { openDatabase } from '@ala/relayer/db/client';
import { followChain } from '@ala/relayer/ingest/follow';
import type { Deployment } from '@ala/shared/deployment';
import { BENCH_SPOKE } from '../chain/spokeEvents.js';

const [rpcUrl, url, chainId, pollIntervalMs, wsUrl] = process.argv.slice(2);
if (rpcUrl === undefined || url === undefined)
  throw new Error('usage: readAla RPC_URL DATABASE_URL CHAIN_ID POLL_MS [WS_URL]');

// Of a deployment a follower needs no more than which contracts stand where.
const deployment = {
  hub: { chain: 'elsewhere' },
  chains: [{ name: 'bench', chainId: Number(chainId), rpcUrl, startBlock: 0 }],
  spokes: [{ id: 1, chain: 'bench', bridge: 'local', spoke: BENCH_SPOKE, port: `0x${'70'.repeat(20)}` }],
} as unknown as Deployment;

const [chain] = openChains(deployment);
if (chain === undefined) throw new Error('no chain');
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const database = openDatabase({ url, onIdleError: () => undefined });
await followChain({
  chain,
  deployment,
  db: database.db,
  log: pino({ base: null }),
  pollIntervalMs: Number(pollIntervalMs),
  wsUrl,
  finality: DEPTH_WITHOUT_TAG,
  acceptReorgTo: null,
  signal: stop.signal,
  cause: () => Promise.resolve([]),
  onWritten: () => undefined,
  onStep: () => undefined,
});
chain.provider.destroy();
await database.close();
