import { pino } from 'pino';
import { Interface } from 'ethers';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { parseDeployment } from '@ala/shared/deployment';
import { toHash, type ChainId } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import type { Header } from '../chain/header.js';
import { openDatabase, type Database } from '../db/client.js';
import { applyBlocks } from '../ingest/apply.js';
import { decodeLogs, emittersOn } from '../ingest/events.js';
import { buildApi } from './app.js';
import type { ApiContext, ApiSettings } from './context.js';
import { Feed } from './live/feed.js';

export const fill = (byte: number, bytes: number): string => `0x${byte.toString(16).padStart(2, '0').repeat(bytes)}`;
const address = (byte: number) => fill(byte, 20);

/** A hub and one spoke over LayerZero, as a deployment file says it. */
export const deployment = parseDeployment(
  JSON.stringify({
    network: 'test',
    chains: {
      hub: { chainId: 7, rpcUrl: 'http://127.0.0.1:1', startBlock: 0, isHub: true, layerzero: null, wormhole: null },
      far: { chainId: 8, rpcUrl: 'http://127.0.0.1:1', startBlock: 0, isHub: false, layerzero: null, wormhole: null },
    },
    hub: {
      chain: 'hub',
      auctionHub: address(1),
      exchangeVault: address(2),
      engine: address(3),
      operatorSet: address(4),
    },
    baskets: [{ id: 1, debtToken: address(5), debtDecimals: 6, tierStepBps: 50, tierCount: 30, unit: '1' }],
    markets: [
      {
        id: 1,
        basket: 1,
        source: address(6),
        collateralToken: address(7),
        collateralDecimals: 18,
        oracle: address(8),
        feed: address(9),
      },
    ],
    spokes: [
      {
        id: 3,
        chain: 'far',
        bridge: 'layerzero',
        spoke: address(0x5e),
        operatorSet: address(11),
        port: address(12),
        hubPort: address(13),
        engine: address(14),
        views: address(15),
        tokens: { [address(5)]: address(16), [address(7)]: address(17) },
      },
    ],
    wormholeApi: [],
  }),
);

export const HUB = 7 as ChainId;
export const FAR = 8 as ChainId;
export const SPOKE = 3;
export const OWNER = address(0x0a);

const hub = new Interface(auctionHubAbi);
const spoke = new Interface(liquiditySpokeAbi);

/** A block of a chain of the tests; those of another fork have other hashes. */
export function header(number: number, timestampSec: number, fork = 0): Header {
  const hash = (n: number) => toHash(`0x${(fork * 1_000 + n + 1).toString(16).padStart(64, '0')}`);
  return { number, hash: hash(number), parentHash: hash(number - 1), timestampSec };
}

/** Applies a block with these events as the follower does. */
export async function apply(
  { db }: Database,
  chainId: ChainId,
  block: Header,
  events: readonly (readonly [name: string, values: readonly unknown[]])[],
): Promise<void> {
  const [abi, from, name] = chainId === HUB ? [hub, address(1), 'hub'] : [spoke, address(0x5e), 'far'];
  const logs = events.map(([event, values], logIndex) => {
    const { topics, data } = abi.encodeEventLog(event, values);
    const { number: blockNumber, hash: blockHash } = block;
    const txHash = toHash(fill(0xee, 32));
    return { blockNumber, blockHash, logIndex, txHash, address: from as never, topics, data };
  });
  const decoded = decodeLogs(chainId, emittersOn(deployment, name), logs);
  await applyBlocks(db, chainId, [block], decoded, () => Promise.resolve([]));
}

export const silent = pino({ enabled: false });

/** The API of a node that follows the chains of the tests, on a database that only it reads. */
export async function openApi(url: string, changed: Partial<ApiSettings> = {}, chains: readonly Chain[] = []) {
  const database = openDatabase({ url, onIdleError: () => undefined, readOnly: { statementTimeoutMs: 5_000 } });
  const settings: ApiSettings = {
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
    rateLimit: { requests: 100_000, windowSec: 60 },
    trustedProxies: [],
    maxChainLagSec: 3_600,
    operate: true,
    fixedPenaltyBps: { '1': 800 },
    publicRpcUrls: {},
    explorerUrls: {},
    ...changed,
  };
  const { db } = database;
  const feed = new Feed({ db, databaseUrl: url, deployment, maxChainLagSec: settings.maxChainLagSec, log: silent });
  const nodeState = () => Promise.resolve({ dryRun: false, ready: true, problems: [], lanes: [] });
  const context: ApiContext = { settings, deployment, chains, db, feed, version: '0.1.0', nodeState };
  const app = await buildApi(context, silent);
  const stop = new AbortController();
  const running = feed.run(stop.signal);
  const close = async (): Promise<void> => {
    stop.abort();
    await app.close();
    await running;
    await database.close();
  };
  return { app, feed, context, close };
}
