import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { toAuctionId, toChainId, toLegId } from '@ala/shared/ids';
import { encodeMessage, KIND_CAPITAL_DELIVERED } from '@ala/shared/messageCodec';
import { AuctionTotalsReader } from '../api/read/auctionTotals.js';
import { deployment } from '../api/testChains.js';
import type { Chain } from '../chain/chain.js';
import { ConfigError } from '../config/config.js';
import { openDatabase } from '../db/client.js';
import { auctionEvents, auctions, blocks, cursors, legs, rawEvents } from '../db/chainTables.js';
import { outbox } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { startOperations } from './operations.js';
import { Pulse } from './pulse.js';
import type { OperationsServer } from './server.js';
import { SignerState } from './signerState.js';

const HUB = toChainId(7);
const database = useOpenDatabase();
let server: OperationsServer | undefined;
afterEach(() => server?.close());

/** A chain of which only its name and its endpoints are asked. */
const chain = {
  name: 'hub',
  chainId: HUB,
  endpoints: [{ where: 'https://rpc.example', failures: 3 }],
} as unknown as Chain;

const newSignerState = () =>
  new SignerState({ chain: 'hub', address: '0x11', minBalanceWei: null, log: pino({ enabled: false }) });

async function start(pulse: Pulse, { db = database.db, port = 0, signer = newSignerState() } = {}) {
  const totals = new AuctionTotalsReader(db, deployment);
  server = await startOperations({
    settings: { host: '127.0.0.1', port, maxChainLagSec: 60, maxOverdueSec: 300 },
    pulse,
    db,
    chains: [chain],
    signerStates: [signer],
    auctionTotals: (nowMs) => totals.read(nowMs),
  });
  return server.port;
}

async function get(port: number, path: string, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

it('is alive from the start, ready once every chain is at its head, and shows all of it as metrics', async () => {
  const { db } = database;
  const pulse = new Pulse(['hub'], 0);
  const signer = newSignerState();
  signer.balance(5_000_000_000n);
  const port = await start(pulse, { signer });
  expect(await get(port, '/healthz')).toMatchObject({ status: 200, text: 'alive\n' });
  expect((await get(port, '/readyz')).text).toMatch(/^waiting for the database/);
  pulse.missing = null;
  expect((await get(port, '/readyz')).text).toMatch(/^hub: not read to its head/);
  expect((await get(port, '/metrics')).text).toContain('ala_ready 0');

  const nowSec = Math.floor(Date.now() / 1000);
  const hash = `0x${'22'.repeat(32)}`;
  await db.insert(blocks).values({ chainId: HUB, number: 41, hash, parentHash: hash, timestampSec: nowSec });
  await db.insert(cursors).values({ chainId: HUB, nextBlock: 42, finalBlock: 39 });
  await db.insert(outbox).values({ chainId: HUB, key: 'a', kind: 'settle', payload: {} });
  await db.insert(outbox).values({ chainId: HUB, key: 'b', kind: 'settle', payload: {}, state: 'done' });
  const auction = { marketId: 1, basket: 1, debtToCover: 100n, maxCollateral: 1n, deadlineSec: 1 };
  const position = { chainId: HUB, blockNumber: 41, logIndex: 0 };
  await db.insert(auctions).values([
    { ...position, ...auction, auctionId: hash },
    // Open, with time left: how much of it will be covered is not known.
    { ...position, ...auction, deadlineSec: nowSec + 3_600, logIndex: 1, auctionId: `0x${'33'.repeat(32)}` },
    { ...position, ...auction, logIndex: 2, auctionId: `0x${'44'.repeat(32)}`, finishedAt: new Date() },
  ]);
  for (const logIndex of [0, 1, 2]) {
    const log = { blockHash: hash, txHash: hash, address: hash, name: 'AuctionOpened', args: {} };
    await db.insert(rawEvents).values({ ...position, ...log, logIndex });
  }
  const legId = toLegId(`0x${'55'.repeat(32)}`);
  const message = encodeMessage({
    kind: KIND_CAPITAL_DELIVERED,
    legId,
    auctionId: toAuctionId(hash),
    basket: 1,
    fills: [
      { tier: 0, gen: 0, amount: 30n },
      { tier: 1, gen: 0, amount: 20n },
    ],
  });
  // The second fill, at 1 %, was used by half.
  const results = [
    { used: '30', collateral: '1' },
    { used: '10', collateral: '1' },
  ];
  await db.insert(legs).values([
    { ...position, logIndex: 5, legId, auctionId: hash, kind: 'arrived', data: { spoke: 3, message } },
    { ...position, logIndex: 6, legId, auctionId: hash, kind: 'settled', data: { results, fee: '0', ended: true } },
  ]);
  await db
    .insert(auctionEvents)
    .values({ ...position, logIndex: 4, auctionId: hash, kind: 'settled', debtCovered: 30n });
  const closed = { kind: 'closed', debtCovered: 70n } as const;
  await db.insert(auctionEvents).values({ ...position, logIndex: 3, auctionId: hash, ...closed });
  pulse.reachedHead('hub', Date.now());
  pulse.reorganised('hub');
  pulse.cannotRead('hub', 'down');

  expect(await get(port, '/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
  const metrics = await get(port, '/metrics');
  expect(metrics.type).toContain('version=0.0.4');
  const lines = metrics.text.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'ala_build_info{version="0.1.0"} 1',
      'ala_ready 1',
      'ala_database_up 1',
      'ala_chain_last_block{chain="hub"} 41',
      'ala_chain_final_block{chain="hub"} 39',
      'ala_rpc_failures{chain="hub",rpc="https://rpc.example"} 3',
      'ala_auction_debt_units{market="1"} 200',
      'ala_auction_covered_debt_units{market="1"} 70',
      'ala_auction_coverage_ratio{market="1"} 0.35',
      'ala_auction_used_debt_units{market="1"} 40',
      'ala_auction_premium_bps{market="1"} 62.5',
      'ala_effects{chain="hub",kind="settle",state="pending"} 1',
      'ala_auctions{state="open"} 1',
      'ala_auctions{state="closed"} 1',
      'ala_auctions{state="finished"} 1',
      'ala_signer_balance_wei{chain="hub",signer="0x11"} 5000000000',
      'ala_reorgs_total{chain="hub"} 1',
      'ala_failures_total{stage="follow",chain="hub"} 1',
      'ala_failures_total{stage="send",chain="hub"} 0',
    ]),
  );
  expect(metrics.text).not.toContain('state="done"');
});

it('names a lane that does not move', async () => {
  const { db } = database;
  const pulse = new Pulse(['hub'], 0);
  pulse.missing = null;
  pulse.reachedHead('hub', Date.now());
  const port = await start(pulse);
  const runAt = new Date(Date.now() - 301_000);
  await db.insert(outbox).values({ chainId: HUB, key: 'late', kind: 'call', payload: {}, runAt });
  const ready = await get(port, '/readyz');
  expect(ready.status).toBe(503);
  expect(ready.text).toMatch(/^hub: an effect is due/);
});

it('is not ready while the signer cannot pay, and shows that a lane waits for fees', async () => {
  const pulse = new Pulse(['hub'], 0);
  pulse.missing = null;
  pulse.reachedHead('hub', Date.now());
  const signer = newSignerState();
  signer.balance(1n, 2n);
  signer.fees(3n, 2n);
  const port = await start(pulse, { signer });
  expect((await get(port, '/readyz')).text).toMatch(/^hub: the signer cannot pay/);
  expect((await get(port, '/metrics')).text).toContain('ala_lane_waits_for_fees{chain="hub",signer="0x11"} 1');
  signer.balance(2n);
  signer.fees(2n, 2n);
  expect((await get(port, '/readyz')).text).not.toContain('cannot pay');
  expect((await get(port, '/metrics')).text).toContain('ala_lane_waits_for_fees{chain="hub",signer="0x11"} 0');
});

it('answers without database and RPC, and says so', async () => {
  const gone = openDatabase({ url: 'postgres://u:secret@127.0.0.1:1/d', onIdleError: () => undefined });
  const pulse = new Pulse(['hub'], 0);
  pulse.missing = null;
  pulse.reachedHead('hub', Date.now());
  const port = await start(pulse, { db: gone.db });
  const ready = await get(port, '/readyz');
  expect(ready.status).toBe(503);
  expect(ready.text).toMatch(/^the database does not answer/);
  expect(ready.text).not.toContain('secret');
  const metrics = await get(port, '/metrics');
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('ala_database_up 0');
  expect(metrics.text).not.toContain('ala_auctions{');
  expect(metrics.text).not.toContain('ala_signer_balance_wei{');
  await gone.close();
});

it('refuses other methods and paths, and a port that is taken', async () => {
  const port = await start(new Pulse(['hub'], 0));
  expect(await get(port, '/readyz', 'POST')).toMatchObject({ status: 405 });
  expect(await get(port, '/etc')).toMatchObject({ status: 404, text: 'there are /healthz, /readyz and /metrics\n' });
  const first = server;
  const taken = start(new Pulse(['hub'], 0), { port });
  await expect(taken).rejects.toThrow(ConfigError);
  await expect(taken).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  server = first;
});
