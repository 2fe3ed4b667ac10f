import { Gauge, Registry } from 'prom-client';
import type { Chain } from '../chain/chain.js';
import type { AuctionTotals } from './auctionTotals.js';
import { namesOf } from './nodeState.js';
import type { Pulse } from './pulse.js';
import type { SignerState } from './signerState.js';
import type { Work } from './work.js';

export interface MetricsArgs {
  readonly pulse: Pulse;
  readonly chains: readonly Chain[];
  readonly nowMs: number;
  readonly version: string;
  readonly ready: boolean;
  /** Null if the database does not answer: what only it knows is left out. */
  readonly work: Work | null;
  /** Null if they are not added up in time. */
  readonly auctions: AuctionTotals | null;
  readonly signers: readonly SignerState[];
}

/** All metrics in the text format of Prometheus; gauges are as of now, counters since the node's start. */
export async function renderMetrics(args: MetricsArgs): Promise<string> {
  const { pulse, work, nowMs } = args;
  const gauges = new Registry();
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [gauges] });

  gauge('ala_build_info', 'Always 1; the version is the label', ['version']).set({ version: args.version }, 1);
  gauge('ala_ready', '1 if /readyz says so').set(args.ready ? 1 : 0);
  gauge('ala_database_up', '1 if the database answers').set(work === null ? 0 : 1);
  const lag = gauge('ala_chain_lag_seconds', 'Since the chain was last read to its head', ['chain']);
  for (const [chain, atMs] of pulse.lastAtHead) if (atMs !== null) lag.set({ chain }, (nowMs - atMs) / 1000);
  const halted = gauge('ala_chain_halted', '1 while nothing of the chain is read, decided or sent', ['chain']);
  for (const chain of pulse.lastAtHead.keys()) halted.set({ chain }, pulse.haltedChains.has(chain) ? 1 : 0);
  // A double is exact up to 2^53 wei; what is watched is the order of magnitude.
  const labels = ['chain', 'signer'];
  const balance = gauge('ala_signer_balance_wei', "The signer's native balance when it was last read", labels);
  const waits = gauge('ala_lane_waits_for_fees', '1 while the base fee is above maxFeePerGasGwei', labels);
  for (const { chain, address: signer, balanceWei, waitsForFees } of args.signers) {
    if (balanceWei !== null) balance.set({ chain, signer }, Number(balanceWei));
    waits.set({ chain, signer }, waitsForFees ? 1 : 0);
  }
  const failures = gauge('ala_rpc_failures', 'Requests that an endpoint has failed since the start', ['chain', 'rpc']);
  for (const { name: chain, endpoints } of args.chains)
    for (const { where: rpc, failures: count } of endpoints) failures.set({ chain, rpc }, count);
  if (work !== null) setWork(gauge, namesOf(args.chains), nowMs, work);
  if (args.auctions !== null) setAuctions(gauge, args.auctions);
  return `${await gauges.metrics()}\n${await pulse.registry.metrics()}`;
}

function setWork(
  gauge: (name: string, help: string, labelNames?: string[]) => Gauge,
  names: ReadonlyMap<number, string>,
  nowMs: number,
  work: Work,
): void {
  const block = gauge('ala_chain_last_block', 'The last block in the database', ['chain']);
  const blockAge = gauge('ala_chain_last_block_age_seconds', 'By its timestamp', ['chain']);
  const final = gauge('ala_chain_final_block', 'The newest block in the database that is final', ['chain']);
  for (const [id, { number, timestampSec, finalNumber }] of work.lastBlocks) {
    const labels = { chain: names.get(id) ?? String(id) };
    block.set(labels, number);
    if (finalNumber !== null) final.set(labels, finalNumber);
    blockAge.set(labels, nowMs / 1000 - timestampSec);
  }

  const effectLabels = ['chain', 'kind', 'state'];
  const live = gauge('ala_effects', 'Effects that have not ended, messages to carry among them', effectLabels);
  const age = gauge('ala_effects_oldest_seconds', 'Age of the oldest of them', effectLabels);
  const overdue = gauge(
    'ala_effects_overdue_seconds',
    'How long one of them is due without being taken up',
    effectLabels,
  );
  for (const { chainId, kind, state, count, oldestSec, overdueSec } of work.effects) {
    const labels = { chain: names.get(chainId) ?? String(chainId), kind, state };
    live.set(labels, count);
    age.set(labels, oldestSec);
    overdue.set(labels, overdueSec);
  }
}

function setAuctions(
  gauge: (name: string, help: string, labelNames?: string[]) => Gauge,
  { states, markets }: AuctionTotals,
): void {
  const auctions = gauge('ala_auctions', 'Open on the hub, closed but watched, or finished', ['state']);
  for (const [state, count] of Object.entries(states)) auctions.set({ state }, count);
  const ofMarket = (name: string, help: string) => gauge(name, help, ['market']);
  const debt = ofMarket('ala_auction_debt_units', 'Debt that auctions which are over were opened for');
  const covered = ofMarket('ala_auction_covered_debt_units', 'How much of that debt they repaid');
  const coverage = ofMarket('ala_auction_coverage_ratio', 'The share of that debt that they repaid');
  const exchanged = ofMarket('ala_auction_used_debt_units', 'Capital that was exchanged for collateral');
  const premium = ofMarket('ala_auction_premium_bps', 'Average premium paid for it, weighted by amount');
  for (const [market, totals] of markets) {
    debt.set({ market }, Number(totals.toCover));
    covered.set({ market }, Number(totals.covered));
    exchanged.set({ market }, Number(totals.used));
    if (totals.toCover > 0n) coverage.set({ market }, Number((totals.covered * 10_000n) / totals.toCover) / 10_000);
    if (totals.premiumBps !== null) premium.set({ market }, totals.premiumBps);
  }
}
