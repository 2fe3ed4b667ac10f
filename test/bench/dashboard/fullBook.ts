import type pg from 'pg';
import { parseDeployment, type Deployment } from '@ala/shared/deployment';

const SPOKES = 32;
const TIERS = 64;
const CHAINS = 8;
export const POOLS = SPOKES * TIERS;
export const AUCTIONS = 10_000;
const HUB_CHAIN = 1;
const BASKET = 1;
/** Of one auction, seconds. */
const COVERED_AFTER = 6;

const address = (n: number): string => `0x${n.toString(16).padStart(40, '0')}`;
const chainName = (n: number): string => (n === 0 ? 'hub' : `chain${n}`);

/** A hub with a market and 32 spokes of 64 tiers on 8 chains; nothing answers behind its RPCs. */
export function fullDeployment(): Deployment {
  let next = 1;
  const contract = (): string => address(next++);
  const [debtToken, collateralToken] = [contract(), contract()];
  const chains = Object.fromEntries(
    Array.from({ length: CHAINS }, (_, n) => [
      chainName(n),
      {
        chainId: HUB_CHAIN + n,
        rpcUrl: 'http://127.0.0.1:1',
        startBlock: 0,
        isHub: n === 0,
        layerzero: null,
        wormhole: null,
      },
    ]),
  );
  const spokes = Array.from({ length: SPOKES }, (_, n) => ({
    id: n + 1,
    chain: chainName(1 + (n % (CHAINS - 1))),
    bridge: 'layerzero',
    spoke: contract(),
    operatorSet: contract(),
    port: contract(),
    hubPort: contract(),
    engine: contract(),
    views: contract(),
    tokens: { [debtToken]: contract(), [collateralToken]: contract() },
  }));
  return parseDeployment(
    JSON.stringify({
      network: 'full',
      chains,
      hub: {
        chain: chainName(0),
        auctionHub: contract(),
        exchangeVault: contract(),
        engine: contract(),
        operatorSet: contract(),
      },
      baskets: [{ id: BASKET, debtToken, debtDecimals: 6, tierStepBps: 50, tierCount: TIERS, unit: '1' }],
      markets: [
        {
          id: 1,
          basket: BASKET,
          source: contract(),
          collateralToken,
          collateralDecimals: 18,
          oracle: contract(),
          feed: contract(),
        },
      ],
      spokes,
      wormholeApi: [],
    }),
  );
}

/** What following such chains would have left in the tables that the book and the list of auctions are made from. */
export async function insertFullBook(client: pg.Client, nowSec: number): Promise<void> {
  const bytes = (n: string) => `decode(lpad(to_hex(${n}), 64, '0'), 'hex')`;
  const spokeChain = (n: string) => `${HUB_CHAIN + 1} + ${n} % ${CHAINS - 1}`;
  const openedSec = `${nowSec} - (${AUCTIONS} - n) * 60`;
  await client.query(
    `insert into blocks (chain_id, number, hash, parent_hash, timestamp_sec)
     select c, n, ${bytes('c * 1000000 + n')}, ${bytes('c * 1000000 + n - 1')}, ${openedSec} + c % 2
     from generate_series(${HUB_CHAIN}, ${HUB_CHAIN + CHAINS - 1}) c, generate_series(1, ${AUCTIONS}) n`,
  );
  await client.query(
    `insert into cursors (chain_id, next_block, final_block)
     select c, ${AUCTIONS + 1}, ${AUCTIONS} from generate_series(${HUB_CHAIN}, ${HUB_CHAIN + CHAINS - 1}) c`,
  );
  await client.query(
    `insert into pool_states (chain_id, block_number, log_index, spoke, basket, tier, assets, shares, calls, epoch, rolled_to_sec)
     select ${spokeChain(`(n % ${SPOKES})`)}, 1, n, 1 + n % ${SPOKES}, ${BASKET}, n / ${SPOKES}, a, a, 0, 0, ${nowSec}
     from generate_series(0, ${POOLS - 1}) n, lateral (select 1000000000 + n::bigint * 7919000 % 5000000000 as a) s`,
  );
  await client.query(
    `insert into in_flights (chain_id, block_number, log_index, spoke, basket, amount, max)
     select ${spokeChain('n')}, 1, 100000 + n, n + 1, ${BASKET}, 0, 1e30 from generate_series(0, ${SPOKES - 1}) n`,
  );
  const debt = '1000000000 + n::bigint * 1000003';
  await client.query(
    `insert into auctions (chain_id, block_number, log_index, auction_id, market_id, basket, debt_to_cover, max_collateral, deadline_sec, finished_at)
     select ${HUB_CHAIN}, n, 0, ${bytes('n')}, 1, ${BASKET}, ${debt}, 1e21, ${openedSec} + 900, now()
     from generate_series(1, ${AUCTIONS}) n`,
  );
  await client.query(
    `insert into raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)
     select ${HUB_CHAIN}, n, 0, ${bytes(`${HUB_CHAIN} * 1000000 + n`)}, ${bytes('n')}, decode('${address(1).slice(2)}', 'hex'), 'AuctionOpened', '{}'
     from generate_series(1, ${AUCTIONS}) n`,
  );
  await client.query(
    `insert into auction_events (chain_id, block_number, log_index, auction_id, kind, debt_covered)
     select ${HUB_CHAIN}, least(n + ${COVERED_AFTER}, ${AUCTIONS}), 1 + n % 10 * 2 + k, ${bytes('n')}, (array['settled', 'closed'])[k + 1], ${debt}
     from generate_series(1, ${AUCTIONS - 10}) n, generate_series(0, 1) k`,
  );
  await client.query('vacuum (analyze) auctions, raw_events, auction_events, blocks, pool_states');
}
