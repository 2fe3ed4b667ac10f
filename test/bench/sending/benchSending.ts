import { setTimeout as delay } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { Wallet } from 'ethers';
import { pino } from 'pino';
import { openChains } from '@ala/relayer/chain/chain';
import { openDatabase, type Database } from '@ala/relayer/db/client';
import { outbox } from '@ala/relayer/db/ownTables';
import { enqueue } from '@ala/relayer/dispatch/outbox';
import { keySigner } from '@ala/relayer/tx/keySigner';
import { systemClock } from '@ala/relayer/lib/clock';
import { Wake } from '@ala/relayer/lib/wake';
import { runLane } from '@ala/relayer/tx/runLane';
import type { Deployment } from '@ala/shared/deployment';
import { toAddress, toChainId, toLegId } from '@ala/shared/ids';
import { ANVIL_CHAIN_ID, startBenchAnvil, type BenchAnvil } from '../anvil.js';
import type { Bench } from '../benchTools.js';
import { atLeast, type Figure } from '../figures.js';

const TRANSACTIONS = 300;
/** Who takes longer is measured by what is mined by then. */
const LIMIT_MS = 20_000;
/** Nothing stands there: the transaction itself costs a node next to nothing. */
const TARGET = `0x${'7a'.repeat(20)}`;
const CHAIN_ID = toChainId(ANVIL_CHAIN_ID);

/** Transactions of one signer, from the first row that is due to the last that is mined and done. */
export async function benchSending({ server, say }: Bench): Promise<Figure[]> {
  const ala = await withAnvil(async (anvil) => {
    const url = await server.create('sending', { migrated: true });
    const database = openDatabase({ url, onIdleError: () => undefined });
    try {
      return await sendByLane(anvil, database, url);
    } finally {
      await database.close();
    }
  });
  say(`  lane: ${ala.toFixed(0)} a second`);
  const peer = await withAnvil(sendByWallet);
  say(`  ethers Wallet: ${peer.toFixed(0)} a second`);
  return [
    {
      what: 'transactions sent by one signer',
      unit: 'tx/s',
      ala,
      peer,
      peerName: 'ethers Wallet',
      target: atLeast(500),
      note: `${TRANSACTIONS} on anvil, which mines each at once; the lane simulates, stores each with its row before it is sent, and ends the row by its receipt; the wallet awaits each sendTransaction and no receipt, and stores nothing`,
    },
  ];
}

async function withAnvil(work: (anvil: BenchAnvil) => Promise<number>): Promise<number> {
  const anvil = await startBenchAnvil();
  try {
    return await work(anvil);
  } finally {
    anvil.stop();
  }
}

/** More than a public node promises to keep of one account, as anvil's pool does. */
const MAX_IN_FLIGHT = 64;

/** The lane as `node.ts` runs it; only what `prepare` would ask the chain is left out. */
async function sendByLane(anvil: BenchAnvil, { db }: Database, databaseUrl: string): Promise<number> {
  const wallet = await richWallet(anvil);
  const [chain] = openChains({
    chains: [{ name: 'bench', chainId: CHAIN_ID, rpcUrl: anvil.url, startBlock: 0 }],
  } as unknown as Deployment);
  if (chain === undefined) throw new Error('no chain');
  await enqueue(
    db,
    Array.from({ length: TRANSACTIONS }, (_, index) => ({
      chainId: CHAIN_ID,
      auctionId: null,
      intent: { kind: 'expire' as const, legId: toLegId(`0x${index.toString(16).padStart(64, '0')}`) },
    })),
  );
  const stop = new AbortController();
  const to = toAddress(TARGET);
  const startedAtMs = performance.now();
  const signer = keySigner(wallet.privateKey);
  const running = runLane({
    chain,
    signer,
    share: { chainId: CHAIN_ID, senders: [signer.address], lane: 0 },
    maxInFlight: MAX_IN_FLIGHT,
    clock: systemClock,
    db,
    databaseUrl,
    log: pino({ level: 'silent' }),
    signal: stop.signal,
    onStage: () => undefined,
    maxFeePerGasWei: 500n * 10n ** 9n,
    replaceAfterMs: 60_000,
    dryRun: false,
    observer: { fees: () => undefined, balance: () => undefined },
    idleMs: 100,
    due: new Wake(),
    prepare: () =>
      Promise.resolve({
        status: 'send',
        call: { to, data: '0x', valueWei: 0n, finalErrors: [], oneOfSeveral: false },
      }),
    onFailure: () => undefined,
  });
  try {
    return await rateUntilAllAre(startedAtMs, () => db.$count(outbox, eq(outbox.state, 'done')));
  } finally {
    stop.abort();
    await running;
    chain.provider.destroy();
  }
}

async function sendByWallet(anvil: BenchAnvil): Promise<number> {
  const wallet = (await richWallet(anvil)).connect(anvil.provider);
  const startedAtMs = performance.now();
  const deadlineMs = startedAtMs + LIMIT_MS;
  for (let sent = 0; sent < TRANSACTIONS && performance.now() < deadlineMs; sent++) {
    await wallet.sendTransaction({ to: TARGET });
  }
  return rateUntilAllAre(startedAtMs, () => anvil.provider.getTransactionCount(wallet.address, 'latest'));
}

/** Transactions a second. */
async function rateUntilAllAre(startedAtMs: number, count: () => Promise<number>): Promise<number> {
  for (;;) {
    const done = await count();
    const elapsedMs = performance.now() - startedAtMs;
    if (done >= TRANSACTIONS || elapsedMs > LIMIT_MS) return (1_000 * done) / elapsedMs;
    await delay(20);
  }
}

async function richWallet({ provider }: BenchAnvil): Promise<Wallet> {
  const wallet = new Wallet(Wallet.createRandom().privateKey);
  await provider.send('anvil_setBalance', [wallet.address, '0x56bc75e2d63100000']);
  return wallet;
}
