import { toQuantity } from 'ethers';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '@ala/infra/devnet/chain/waitFor';
import { runLiquidation } from '@ala/infra/devnet/scenario/scenarios';
import { ABI, chainOfSpoke, marketOf, spokeById, view } from '@ala/infra/devnet/scenario/world';
import type { ScenarioResult } from '@ala/infra/devnet/scenario/result';
import { profitJudge } from '@ala/relayer/auction/roundCosts';
import { openChains } from '@ala/relayer/chain/chain';
import { readPlansOnChain } from '@ala/shared/client/committedPlans';
import { askAuction, askBids, askClaimable } from './apiAnswers.js';
import { readBidsBefore, readCalledPools, readPoolsBefore, type CalledPool, type PoolBefore } from './calledPools.js';
import { checkBalances } from './check-balances/checkBalances.js';
import { expectedDraws } from './expectedDraws.js';
import { startLiveNetwork, type LiveNetwork } from './liveNetwork.js';
import { isFair, readLpGains } from './lpGains.js';

/** Leaves the processor to what is being checked. */
const CHECK_PAUSE_MS = 300;

let network: LiveNetwork;
let result: ScenarioResult;
let called: CalledPool[];
let pools: PoolBefore[];
/** What the checker said at each moment of the liquidation. */
const failuresUnderWay: string[][] = [];

beforeAll(async () => {
  network = await startLiveNetwork({ basePort: 18_700 });
  const { world } = network;
  const ended = new AbortController();
  const checking = checkUntil(ended.signal);
  try {
    result = await runLiquidation(world);
  } finally {
    ended.abort();
    await checking;
  }
  called = await readCalledPools(world, result.auction.id);
  pools = await readPoolsBefore(world, called);
});

afterAll(() => network.stop());

async function checkUntil(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    failuresUnderWay.push([...(await checkBalances(network.deploymentPath)).failures]);
    await pause(CHECK_PAUSE_MS);
  }
}

const drawnFrom = ({ spoke, tier }: PoolBefore): bigint =>
  called.find((pool) => pool.spoke === spoke && pool.tier === tier)?.drawn ?? 0n;

test('the debt is covered to zero in one round', () => {
  expect(result.problems).toEqual([]);
  expect(result.auction.debtCovered).toBe(result.auction.debtToCover);
  expect(called.reduce((sum, pool) => sum + pool.drawn, 0n)).toBe(result.auction.debtToCover);
});

test('every cheaper pool is drawn whole before a dearer one gives anything', () => {
  const dearest = Math.max(...called.map((pool) => pool.tier));
  const cheaper = pools.filter((pool) => pool.tier < dearest);
  expect(new Set(cheaper.map((pool) => pool.tier)).size).toBeGreaterThan(1);
  for (const pool of cheaper) expect({ ...pool, drawn: drawnFrom(pool) }).toEqual({ ...pool, drawn: pool.assets });
  for (const pool of pools.filter((other) => other.tier > dearest)) expect(drawnFrom(pool)).toBe(0n);
});

test('the pools of the marginal tier give pro rata, to the last unit', () => {
  const { basket } = marketOf(network.world);
  const dearest = Math.max(...called.map((pool) => pool.tier));
  const marginal = pools.filter((pool) => pool.tier === dearest);
  expect(marginal.length).toBeGreaterThan(1);
  expect(marginal.some((pool) => drawnFrom(pool) < pool.assets)).toBe(true);
  const bySpoke = (a: { tier: number; spoke: number }, b: { tier: number; spoke: number }): number =>
    a.tier - b.tier || a.spoke - b.spoke;
  const drawn = called.map(({ spoke, tier, drawn: amount }) => ({ spoke, tier, drawn: amount }));
  expect(drawn.sort(bySpoke)).toEqual(expectedDraws(pools, result.auction.debtToCover, basket.unit).sort(bySpoke));
});

test('what LPs claimed is what their shares of the called pools earned', async () => {
  const gains = await readLpGains(network.world, called, await readBidsBefore(network.world, called));
  expect(gains.filter((gain) => gain.token === 'tETH' && gain.gained > 0n).length).toBeGreaterThan(5);
  for (const gain of gains) expect({ ...gain, fair: isFair(gain) }).toEqual({ ...gain, fair: true });
});

test('every token is accounted for at every moment and in the end', async () => {
  expect(failuresUnderWay.length).toBeGreaterThan(3);
  expect(failuresUnderWay.flat()).toEqual([]);
  const report = await checkBalances(network.deploymentPath);
  expect(report.failures).toEqual([]);
  expect(report.tables.map((table) => table.rows.length)).toEqual([4, 4, 4]);
});

test('one unit that leaves a spoke by another way is missed', async () => {
  const { devnet, deployment } = network.world;
  const { provider } = devnet.chains.hub;
  const [local] = deployment.spokes.filter((spoke) => spoke.chain === deployment.hub.chain);
  const thief = devnet.accounts.traveller.address;
  const take = async (from: string): Promise<void> => {
    await provider.send('anvil_impersonateAccount', [from]);
    await provider.send('anvil_setBalance', [from, toQuantity(10n ** 18n)]);
    const data = ABI.token.encodeFunctionData('transfer', [thief, 1n]);
    await provider.send('eth_sendTransaction', [{ from, to: devnet.tokens.tUSD.hub, data }]);
  };
  await take(local!.spoke);
  const { failures } = await checkBalances(network.deploymentPath);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/^escrowed by the spoke .*: tUSD on spoke 3 \(hub\): .* difference -1 /);
});

test('the relayer calls itself ready, and its metrics show the work done', async () => {
  const ready = await fetch(`${network.relayerUrl}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([200, 'ready\n']);
  const finished = async (): Promise<string> => (await fetch(`${network.relayerUrl}/metrics`)).text();
  await expect.poll(finished, { timeout: 30_000 }).toContain('ala_auctions{state="closed"} 2');
  const metrics = await finished();
  expect(metrics).toContain('ala_auctions{state="open"} 0');
  for (const chain of ['hub', 'spokeA', 'spokeB']) {
    expect(metrics).toMatch(new RegExp(`ala_chain_last_block\\{chain="${chain}"\\} [1-9]`));
    expect(metrics).toMatch(new RegExp(`ala_signer_balance_wei\\{chain="${chain}",signer="0x[0-9a-f]+"\\} [1-9]`));
  }
});

test('the API shows of auction and bids what the chains do', async () => {
  const { apiUrl, world } = network;
  const { id, debtCovered } = result.auction;
  const states = async () => (await askAuction(apiUrl, id)).legs.map(({ state }) => state);
  await expect.poll(states, { timeout: 30_000 }).toEqual(['recorded', 'recorded', 'recorded']);
  const { averagePremiumBps, coveredDebtUnits, messages, transactions, timeline, behind } = await askAuction(
    apiUrl,
    id,
  );
  expect({ averagePremiumBps, coveredDebtUnits, behind }).toEqual({
    averagePremiumBps: result.averagePremiumBps,
    coveredDebtUnits: debtCovered.toString(),
    behind: false,
  });
  expect(messages.filter(({ state }) => state === 'done').length).toBeGreaterThanOrEqual(4);
  expect(transactions.map(({ effect }) => effect)).toEqual(
    expect.arrayContaining(['commit', 'call', 'settle', 'carry']),
  );
  expect(timeline.filter(({ event }) => event === 'LegSettled')).toHaveLength(3);

  for (const { address } of world.devnet.accounts.lps) {
    const owner = address.toLowerCase();
    const bids = await askBids(apiUrl, owner);
    const claimable = await askClaimable(apiUrl, owner);
    expect(claimable.map(({ bidId }) => bidId)).toEqual(bids.map(({ bidId }) => bidId));
    expect(bids.length).toBeGreaterThan(0);
    for (const { spoke: spokeId, bidId, standbyDebtUnits } of bids) {
      const spoke = spokeById(world, spokeId);
      const read = (method: string, args: readonly unknown[]) =>
        view(chainOfSpoke(world, spoke), spoke.spoke, ABI.spoke, method, args);
      const { standby } = (await read('bid', [bidId])) as { standby: bigint };
      expect([bidId, standbyDebtUnits]).toEqual([bidId, standby.toString()]);
      const found = claimable.find((of) => of.spoke === spokeId && of.bidId === bidId)?.tokens ?? [];
      for (const token of spoke.tokens.values()) {
        const [amount] = (await read('claimable', [bidId, token])) as bigint[];
        expect(found.find((of) => of.token === token)?.amountTokenUnits ?? '0').toBe(amount?.toString());
      }
    }
  }
});

test('a node that counts its costs would have left the round alone where native tokens are dear, and says so once', async () => {
  const { deployment } = network.world;
  const chains = openChains(deployment);
  const hub = chains.find(({ name }) => name === deployment.hub.chain)!;
  const [first] = await readPlansOnChain(hub.provider, deployment.hub.auctionHub, 0);
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const judgeAt = (nativePriceDebt: bigint) => {
    const nativePricesDebt = Object.fromEntries(chains.map(({ name }) => [name, nativePriceDebt]));
    const economics = { maxLossDebt: 0n, ownOperators: 2, operatorsOfSet: 3 };
    return profitJudge({ ...economics, deployment, hub, chains, nativePricesDebt, log });
  };
  expect(await judgeAt(1n)(first!.plan, 10)).toBe(true);
  expect(lines).toEqual([]);
  const dear = judgeAt(10n ** 15n);
  expect(await dear(first!.plan, 10)).toBe(false);
  expect(await dear(first!.plan, 10)).toBe(false);
  expect(lines).toHaveLength(1);
  // Two thirds of 10 bps of 60,000.
  expect(lines[0]).toContain('"earnsDebt":"40000000"');
  for (const chain of chains) chain.provider.destroy();
});
