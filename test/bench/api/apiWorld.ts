import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { insertBlocks } from '../book/blocks.js';
import { CHAIN_ID, insertManyBids, SPOKES, TIERS } from '../book/manyBids.js';
import { insertManyAuctions } from './manyAuctions.js';

export const BASKET = 1;
export const MARKET = 1;
const FIRST_SPOKE = 1;
/** The first of the owners that `insertManyBids` knows: 200 bids are his. */
export const OWNER = `0x${'00'.repeat(20)}`;
/** Nobody listens there: the API has to answer from what was read before. */
const NO_RPC = 'http://127.0.0.1:1';
const CHAIN = 'hub';
const MANY_REQUESTS = 1_000_000;
/** That a chain falls behind is no part of what is measured. */
const A_DAY_SEC = 86_400;

const addressOf = (n: number): string => `0x${(0xa0000 + n).toString(16).padStart(40, '0')}`;

/** What a node that has read everything has: headers, events, a million bids and ten thousand auctions. */
export async function fillApiWorld(client: pg.Client): Promise<void> {
  await insertManyBids(client, { basket: BASKET, firstSpoke: FIRST_SPOKE });
  await insertBlocks(client);
  await client.query(
    `insert into raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)
     select chain_id, block_number, log_index, sha256(block_number::text::bytea), sha256(log_index::text::bytea), owner, 'BidPlaced', '{}' from bids`,
  );
  const hub = addressOf(1);
  await insertManyAuctions(client, { basket: BASKET, marketId: MARKET, firstSpoke: FIRST_SPOKE, hub });
}

export interface NodeAddresses {
  readonly apiPort: number;
  readonly operationsPort: number;
}

/** A configuration for `main.js` beside its deployment file; answers its path. */
export function writeApiConfig(
  folder: string,
  databaseUrl: string,
  { apiPort, operationsPort }: NodeAddresses,
): string {
  const deployment = join(folder, 'api.deployment.json');
  writeFileSync(deployment, JSON.stringify(deploymentFile()));
  const path = join(folder, 'api.json');
  const key = (byte: string) => `0x${byte.repeat(32)}`;
  const config = {
    deployment,
    databaseUrl,
    senderKey: key('11'),
    operatorKeys: [key('22')],
    operations: { port: operationsPort },
    api: {
      port: apiPort,
      operate: true,
      maxChainLagSec: A_DAY_SEC,
      rateLimit: { requests: MANY_REQUESTS, windowSec: 1 },
    },
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

function deploymentFile() {
  const spokes = Array.from({ length: SPOKES }, (_, index) => ({
    id: FIRST_SPOKE + index,
    chain: CHAIN,
    bridge: 'local',
    spoke: addressOf(100 + 10 * index),
    operatorSet: addressOf(101 + 10 * index),
    port: addressOf(102 + 10 * index),
    hubPort: addressOf(103 + 10 * index),
    engine: addressOf(104 + 10 * index),
    views: addressOf(105 + 10 * index),
    tokens: { [addressOf(5)]: addressOf(5) },
  }));
  return {
    network: 'bench',
    chains: {
      [CHAIN]: { chainId: CHAIN_ID, rpcUrl: NO_RPC, startBlock: 0, isHub: true, layerzero: null, wormhole: null },
    },
    hub: {
      chain: CHAIN,
      auctionHub: addressOf(1),
      exchangeVault: addressOf(2),
      engine: addressOf(3),
      operatorSet: addressOf(4),
    },
    baskets: [{ id: BASKET, debtToken: addressOf(5), debtDecimals: 6, tierStepBps: 50, tierCount: TIERS, unit: '1' }],
    markets: [
      {
        id: MARKET,
        basket: BASKET,
        source: addressOf(6),
        collateralToken: addressOf(7),
        collateralDecimals: 18,
        oracle: addressOf(8),
        feed: addressOf(9),
      },
    ],
    spokes,
    wormholeApi: [],
  };
}
