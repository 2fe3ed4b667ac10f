import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { concat, HDNodeWallet, Mnemonic, type Wallet } from 'ethers';
import type pg from 'pg';
import { DEVNET_MNEMONIC } from '@ala/infra/devnet/accounts';
import { ANVIL_CHAIN_ID, startBenchAnvil, type BenchAnvil } from '../anvil.js';
import type { Bench } from '../benchTools.js';
import { BENCH_SPOKE, bidLogs } from '../chain/spokeEvents.js';
import { withClient } from '../database.js';
import { atMost, percentile, type Figure } from '../figures.js';
import { startMeasured, type MeasuredProcess } from '../measured.js';
import { installPonder } from '../peers/installPonder.js';
import { PONDER_SCHEMA, startPonder } from '../peers/startPonder.js';

const BLOCKS = 120;
/** The first ones find caches cold and code uncompiled. */
const WARM_UP = 20;
const PAUSE_MS = 30;
const FIRST_ROW_MS = 180_000;
const ROW_MS = 10_000;
/** How often an empty block is mined until the first row is there. */
const EMPTY_BLOCK_MS = 200;

/**
 * Stands in for the spoke: emits what it is called with, four topics and data, so that any event of three indexed parameters can be
 * had without a deployment.
 */
const EMITTER = '0x608036036080600037606035604035602035600035608036036000a400';

/** From the answer that a block was mined to the row's commit. */
export async function benchLatency(bench: Bench): Promise<Figure[]> {
  const folder = await installPonder(bench.say);
  const ala = await latencies(bench, { migrated: true, table: 'bids' }, ({ url, wsUrl }, databaseUrl) =>
    startMeasured({
      args: [
        fileURLToPath(new URL('../reading/readAla.js', import.meta.url)),
        url,
        databaseUrl,
        String(ANVIL_CHAIN_ID),
        '500',
        wsUrl,
      ],
      logFile: join(bench.folder, 'latency-ala.log'),
    }),
  );
  const ponder = await latencies(
    bench,
    { migrated: false, table: `${PONDER_SCHEMA}.bid` },
    ({ url, wsUrl }, databaseUrl) =>
      startPonder({
        folder,
        databaseUrl,
        rpcUrl: url,
        wsUrl,
        chainId: ANVIL_CHAIN_ID,
        port: 42_170,
        logFile: join(bench.folder, 'latency-ponder.log'),
      }),
  );
  const note = `${BLOCKS} blocks with one bid each on anvil, mined one after the other; a stand-in emits the spoke's events; both are told of blocks over a WebSocket`;
  const common = { unit: 'ms', peerName: 'Ponder', note };
  const at = (share: number) => ({ ala: percentile(ala, share), peer: percentile(ponder, share) });
  return [
    { ...common, what: 'block mined to row visible, p50', ...at(0.5), target: atMost(5) },
    { ...common, what: 'block mined to row visible, p99', ...at(0.99), target: atMost(25) },
  ];
}

interface Rows {
  readonly migrated: boolean;
  readonly table: string;
}

async function latencies(
  { server, say }: Bench,
  { migrated, table }: Rows,
  start: (anvil: BenchAnvil, databaseUrl: string) => MeasuredProcess,
): Promise<number[]> {
  const anvil = await startBenchAnvil(['--no-mining']);
  try {
    await anvil.provider.send('anvil_setCode', [BENCH_SPOKE, EMITTER]);
    const databaseUrl = await server.create('latency', { migrated });
    const reader = start(anvil, databaseUrl);
    try {
      const measuring = withClient(databaseUrl, (client) => measure(anvil, client, table));
      const times = await Promise.race([measuring, reader.failed]);
      say(`  ${table}: p50 ${percentile(times, 0.5).toFixed(1)} ms`);
      return times;
    } finally {
      await reader.kill('SIGTERM');
    }
  } finally {
    anvil.stop();
  }
}

async function measure({ provider }: BenchAnvil, client: pg.Client, table: string): Promise<number[]> {
  const wallet = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVNET_MNEMONIC));
  const times: number[] = [];
  let seen: (() => void) | null = null;
  client.on('notification', () => seen?.());
  for (let bid = 1; bid <= WARM_UP + BLOCKS; bid++) {
    for (const raw of await signedLogs(wallet, bid)) await provider.send('eth_sendRawTransaction', [raw]);
    const visible = new Promise<void>((resolve) => (seen = resolve));
    await provider.send('evm_mine', []);
    const minedAtMs = performance.now();
    if (bid === 1) {
      await untilThere(client, table, () => provider.send('evm_mine', []));
      await announceRows(client, table);
    } else {
      await within(visible, ROW_MS, table);
      if (bid > WARM_UP) times.push(performance.now() - minedAtMs);
    }
    await delay(PAUSE_MS);
  }
  return times;
}

/** Both logs of one bid. */
function signedLogs(wallet: HDNodeWallet | Wallet, bid: number): Promise<string[]> {
  return Promise.all(
    bidLogs(bid).map(({ topics, data }, index) =>
      wallet.signTransaction({
        type: 2,
        chainId: ANVIL_CHAIN_ID,
        nonce: 2 * (bid - 1) + index,
        to: BENCH_SPOKE,
        data: concat([...topics, data]),
        gasLimit: 100_000,
        maxFeePerGas: 10_000_000_000n,
        maxPriorityFeePerGas: 1_000_000_000n,
      }),
    ),
  );
}

/** The first row tells that the reader is up. A reader that is told of heads reads an older block only when it is told of a newer one. */
async function untilThere(client: pg.Client, table: string, mine: () => Promise<unknown>): Promise<void> {
  const deadlineMs = Date.now() + FIRST_ROW_MS;
  while (Date.now() < deadlineMs) {
    const { rowCount } = await client.query(`select 1 from ${table} limit 1`).catch(() => ({ rowCount: 0 }));
    if (rowCount === 1) return;
    await mine();
    await delay(EMPTY_BLOCK_MS);
  }
  throw new Error(`no row in ${table} within ${FIRST_ROW_MS / 1_000} s`);
}

/** PostgreSQL tells of a row when its transaction is committed: nobody has to look for it, which would cost what is measured. */
async function announceRows(client: pg.Client, table: string): Promise<void> {
  await client.query(`create function bench_row() returns trigger language plpgsql
    as $$ begin perform pg_notify('bench', ''); return null; end $$`);
  await client.query(`create trigger bench_row after insert on ${table} execute function bench_row()`);
  await client.query('listen bench');
}

async function within(work: Promise<void>, limitMs: number, table: string): Promise<void> {
  const late = delay(limitMs, 'late' as const, { ref: false });
  if ((await Promise.race([work, late])) === 'late') throw new Error(`no row in ${table} within ${limitMs / 1_000} s`);
}
