import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { CRASHED_PRICE } from '@ala/infra/devnet/scenario/plannedBids';
import { runRefund } from '@ala/infra/devnet/scenario/scenarios';
import type { ScenarioResult } from '@ala/infra/devnet/scenario/result';
import { ABI, marketOf, view, type World } from '@ala/infra/devnet/scenario/world';
import { readBidsBefore, readCalledPools, type CalledPool } from './calledPools.js';
import { checkBalances } from './check-balances/checkBalances.js';
import { startLiveNetwork, type LiveNetwork } from './liveNetwork.js';
import { isFair, readLpGains, type LpGain } from './lpGains.js';

/** Longer than the slowest machine takes to bring all capital; the clock is put forward when it has come. */
const AUCTION_SEC = 300;
const ARRIVAL_MS = 120_000;

let network: LiveNetwork;
let result: ScenarioResult;
let called: CalledPool[];
let gains: LpGain[];

beforeAll(async () => {
  network = await startLiveNetwork({ basePort: 18_710, terms: { auctionSec: AUCTION_SEC } });
  const { world } = network;
  [result] = await Promise.all([runRefund(world), passDeadlineOnceSpent(world)]);
  called = await readCalledPools(network.world, result.auction.id);
  gains = await readLpGains(network.world, called, await readBidsBefore(network.world, called));
});

afterAll(() => network.stop());

/**
 * What the collateral does not pay for goes home once the auction has passed its deadline. That comes when every leg has
 * arrived and the collateral left is worth less than a cent: nothing can be exchanged any more.
 */
async function passDeadlineOnceSpent(world: World): Promise<void> {
  const { provider } = world.devnet.chains.hub;
  const { auctionHub } = world.deployment.hub;
  const logsOf = async (name: string) => {
    const logs = await provider.getLogs({ address: auctionHub, topics: [eventTopic(ABI.hub, name)], fromBlock: 0 });
    return logs.map((log) => readEvent(ABI.hub, log).args);
  };
  const spent = async (): Promise<true | null> => {
    const [plan] = await logsOf('PlanCommitted');
    const arrivals = await logsOf('LegArrived');
    if (plan === undefined || arrivals.length < (plan['plan'] as { legs: unknown[] }).legs.length) return null;
    const { market } = marketOf(world);
    const quote = await view(world.devnet.chains.hub, market.source, ABI.lender, 'quote', [plan['auctionId']]);
    const { collateralAvailable } = quote as { collateralAvailable: bigint };
    return collateralAvailable * BigInt(CRASHED_PRICE) < 10n ** BigInt(market.collateralDecimals - 2) ? true : null;
  };
  await waitFor(spent, { what: 'the collateral to be spent', timeoutMs: ARRIVAL_MS, pollMs: 250 });
  await provider.send('evm_increaseTime', [AUCTION_SEC]);
  await provider.send('evm_mine', []);
}

test('a part of a leg buys collateral at the fallen price, the rest of it comes home', () => {
  expect(result.problems).toEqual([]);
  expect(result.auction.debtCovered).toBeGreaterThan(0n);
  expect(result.auction.debtCovered).toBeLessThan(result.auction.debtToCover);
  expect(result.legs.filter((leg) => leg.collateral > 0n && leg.refunded > 0n)).not.toEqual([]);
  const used = result.legs.reduce((sum, leg) => sum + leg.drawn - leg.refunded, 0n);
  expect(used).toBe(result.auction.debtCovered);
});

test('LPs claim both, each by its shares', () => {
  for (const gain of gains) expect({ ...gain, fair: isFair(gain) }).toEqual({ ...gain, fair: true });
  const gainedBoth = gains.filter(
    ({ owner, spoke, token, gained }) =>
      token === 'tETH' &&
      gained > 0n &&
      gains.some(
        (other) => other.owner === owner && other.spoke === spoke && other.token === 'tUSD' && other.gained > 0n,
      ),
  );
  expect(gainedBoth).not.toEqual([]);
});

test('every token is accounted for, refunds included', async () => {
  const report = await checkBalances(network.deploymentPath);
  expect(report.failures).toEqual([]);
  const [debt] = report.tables;
  const total = debt?.rows.at(-1)?.amounts ?? [];
  const claimedRefunds = total[debt?.columns.indexOf('claimed refunds') ?? -1];
  expect(claimedRefunds).toBe(
    gains.filter((gain) => gain.token === 'tUSD').reduce((sum, gain) => sum + gain.gained, 0n),
  );
  expect(claimedRefunds).toBeGreaterThan(0n);
});
