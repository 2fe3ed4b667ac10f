import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import type { Bench } from '../benchTools.js';
import { RECORDED_CHAIN_ID, type ChainSize } from '../chain/recordedChain.js';
import { serveRecordedChain, type ServedChain } from '../chain/servedChain.js';
import { withClient } from '../database.js';
import { atLeast, atMost, median, timesThePeer, type Figure } from '../figures.js';
import { startMeasured, type MeasuredProcess } from '../measured.js';
import { installPonder } from '../peers/installPonder.js';
import { PONDER_SCHEMA, startPonder } from '../peers/startPonder.js';

const SIZE: ChainSize = { blocks: 1_001, bidsABlock: 20, emptyBlocks: 100 };
const BIDS = (SIZE.blocks - 1) * SIZE.bidsABlock;
const EVENTS = 2 * BIDS;
const RUNS = 3;
/** A reader that takes longer is measured by what it has read by then. */
const LIMIT_MS = 90_000;
const LOOK_MS = 10;
const MIB = 1_024 * 1_024;

/** What reads, and where its last row will stand. */
interface Reader {
  readonly start: (databaseUrl: string) => MeasuredProcess;
  /** Whether its tables are the node's own. */
  readonly migrated: boolean;
  readonly bids: string;
  readonly buckets: string;
}

interface Reading {
  readonly events: number;
  readonly seconds: number;
  readonly peakBytes: number | null;
}

/** Reading a chain's events into PostgreSQL from nothing. */
export async function benchReading(bench: Bench): Promise<Figure[]> {
  const folder = await installPonder(bench.say);
  const chain = await serveRecordedChain(SIZE);
  try {
    const ala = await readTimes(bench, chain, 'ALA', alaReader(bench, chain), RUNS);
    const ponder = await readTimes(bench, chain, 'Ponder', ponderReader(bench, chain, folder), 1);
    const ethers = await readTimes(bench, chain, 'ethers', ethersReader(bench, chain), RUNS);
    return figuresOf(ala, ponder, ethers);
  } finally {
    chain.stop();
  }
}

function figuresOf(ala: readonly Reading[], ponder: readonly Reading[], ethers: readonly Reading[]): Figure[] {
  const rate = (readings: readonly Reading[]) => median(readings.map(({ events, seconds }) => events / seconds));
  const peak = (readings: readonly Reading[]) => {
    const peaks = readings.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes / MIB]));
    return peaks.length === 0 ? null : Math.max(...peaks);
  };
  const chain = `${EVENTS.toLocaleString('en')} events in ${SIZE.blocks} blocks of a stand-in for a node that serves the same recorded blocks to all`;
  const note = `${chain}; from the first request for logs to the last row; median of ${RUNS} runs, Ponder one run; after ${LIMIT_MS / 1_000} s by what is read by then`;
  const rates = { what: 'read a chain cold', unit: 'events/s', ala: rate(ala), note };
  return [
    { ...rates, peer: rate(ponder), peerName: 'Ponder', target: timesThePeer(10) },
    { ...rates, peer: rate(ethers), peerName: 'ethers + pg', target: atLeast(40_000) },
    {
      what: 'its peak memory',
      unit: 'MiB RSS',
      ala: peak(ala),
      peer: peak(ponder),
      peerName: 'Ponder',
      target: atMost(250),
      note: 'the highest of the runs, of the whole process; Linux only',
    },
  ];
}

function alaReader({ folder }: Bench, { url }: ServedChain): Reader {
  const program = fileURLToPath(new URL('./readAla.js', import.meta.url));
  return {
    migrated: true,
    bids: 'bids',
    buckets: 'pool_buckets',
    start: (databaseUrl) =>
      startMeasured({
        args: [program, url, databaseUrl, String(RECORDED_CHAIN_ID), '500'],
        logFile: join(folder, 'ala.log'),
      }),
  };
}

function ethersReader({ folder }: Bench, { url }: ServedChain): Reader {
  const program = fileURLToPath(new URL('./readEthers.js', import.meta.url));
  const lastBlock = String(SIZE.blocks + SIZE.emptyBlocks - 1);
  return {
    migrated: true,
    bids: 'bids',
    buckets: 'pool_buckets',
    start: (databaseUrl) =>
      startMeasured({ args: [program, url, databaseUrl, lastBlock], logFile: join(folder, 'ethers.log') }),
  };
}

function ponderReader({ folder: logs }: Bench, { url }: ServedChain, folder: string): Reader {
  return {
    migrated: false,
    bids: `${PONDER_SCHEMA}.bid`,
    buckets: `${PONDER_SCHEMA}.pool_bucket`,
    start: (databaseUrl) =>
      startPonder({
        folder,
        databaseUrl,
        rpcUrl: url,
        chainId: RECORDED_CHAIN_ID,
        port: 42_169,
        logFile: join(logs, 'ponder.log'),
      }),
  };
}

async function readTimes(
  { server, say }: Bench,
  chain: ServedChain,
  name: string,
  reader: Reader,
  runs: number,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let run = 0; run < runs; run++) {
    const databaseUrl = await server.create('reading', { migrated: reader.migrated });
    const reading = await readOnce(chain, reader, databaseUrl);
    say(`  ${name}: ${reading.events} of ${EVENTS} events in ${reading.seconds.toFixed(2)} s`);
    readings.push(reading);
  }
  return readings;
}

async function readOnce(chain: ServedChain, reader: Reader, databaseUrl: string): Promise<Reading> {
  const { firstLogsAskedAtMs } = chain.expectReader();
  const process = reader.start(databaseUrl);
  try {
    const begun = await Promise.race([firstLogsAskedAtMs, process.failed]);
    await Promise.race([untilRead(reader, databaseUrl, begun + LIMIT_MS), process.failed]);
    const seconds = (Date.now() - begun) / 1_000;
    const peakBytes = process.peakMemory();
    return { events: await eventsRead(reader, databaseUrl), seconds, peakBytes };
  } finally {
    await process.kill('SIGTERM');
  }
}

function untilRead({ bids }: Reader, databaseUrl: string, deadlineMs: number): Promise<void> {
  return withClient(databaseUrl, async (client) => {
    while (Date.now() < deadlineMs && !(await hasBid(client, bids))) await delay(LOOK_MS);
  });
}

async function hasBid(client: pg.Client, bids: string): Promise<boolean> {
  try {
    const { rowCount } = await client.query(`select 1 from ${bids} where spoke = 1 and bid_id = ${BIDS}`);
    return rowCount === 1;
  } catch (error) {
    // Ponder makes its tables when it starts.
    if (['42P01', '3F000'].includes(String((error as { code?: unknown }).code))) return false;
    throw error;
  }
}

/** Each bid has led to a row of its own, and to one of its bucket. */
async function eventsRead({ bids, buckets }: Reader, databaseUrl: string): Promise<number> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      `select (select count(*) from ${bids}) + (select count(*) from ${buckets}) as count`,
    );
    return Number(rows[0]?.count);
  });
}
