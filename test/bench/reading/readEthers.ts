/**
 * Reads the chain of a bench as one would with ethers and pg alone, the second peer: `getLogs` over ranges, `parseLog`, and rows of
 * the same kind by `insert … values`. No headers, no reorgs, no cursor. `node readEthers.js RPC_URL DATABASE_URL LAST_BLOCK`.
 */
import { Interface, JsonRpcProvider } from 'ethers';
import pg from 'pg';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { BENCH_SPOKE } from '../chain/spokeEvents.js';

const [rpcUrl, connectionString, lastBlock] = process.argv.slice(2);
if (rpcUrl === undefined) throw new Error('usage: readEthers RPC_URL DATABASE_URL LAST_BLOCK');
const BLOCKS_A_READ = 500;
const ROWS_A_STATEMENT = 1_000;

type Row = readonly unknown[];

const spoke = new Interface(liquiditySpokeAbi);
const provider = new JsonRpcProvider(rpcUrl, undefined, { staticNetwork: true });
const client = new pg.Client({ connectionString });
await client.connect();
for (let first = 0; first <= Number(lastBlock); first += BLOCKS_A_READ) {
  const logs = await provider.getLogs({ address: BENCH_SPOKE, fromBlock: first, toBlock: first + BLOCKS_A_READ - 1 });
  const [raw, bids, buckets]: [Row[], Row[], Row[]] = [[], [], []];
  for (const log of logs) {
    const event = spoke.parseLog(log);
    if (event === null) continue;
    const { args, name } = event;
    const at = [1, log.blockNumber, log.index];
    const json = JSON.stringify(args.toObject(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    raw.push([...at, bytes(log.blockHash), bytes(log.transactionHash), bytes(log.address), name, json]);
    const amount = String(args['amount']);
    const pool = [Number(args['basket']), Number(args['tier'])];
    if (name === 'BidPlaced') {
      const owner = bytes(String(args['owner']));
      bids.push([...at, 1, String(args['bidId']), owner, ...pool, amount, Number(args['activeAt'])]);
    } else buckets.push([...at, 1, ...pool, 'entry', Number(args['activeAt']), amount]);
  }
  await client.query('begin');
  await insert('raw_events (chain_id, block_number, log_index, block_hash, tx_hash, address, name, args)', raw);
  await insert(
    'bids (chain_id, block_number, log_index, spoke, bid_id, owner, basket, tier, amount, active_at_sec)',
    bids,
  );
  await insert('pool_buckets (chain_id, block_number, log_index, spoke, basket, tier, kind, at_sec, amount)', buckets);
  await client.query('commit');
}
// What has been read shall be looked at while the process still lives.
setInterval(() => undefined, 1_000);

async function insert(into: string, rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const part = rows.slice(start, start + ROWS_A_STATEMENT);
    const width = part[0]?.length ?? 0;
    const tuples = part.map((row, at) => `(${row.map((_, column) => `$${at * width + column + 1}`).join(',')})`);
    await client.query(`insert into ${into} values ${tuples.join(',')} on conflict do nothing`, part.flat());
  }
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex.slice(2), 'hex');
}
