import { Wallet } from 'ethers';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { moveTime } from '@ala/infra/devnet/chain/moveTime';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { fundLps } from '@ala/infra/devnet/scenario/fundLps';
import { placeBids } from '@ala/infra/devnet/scenario/placeBids';
import { ABI, marketOf, type World } from '@ala/infra/devnet/scenario/world';

/** 75 % of the collateral's value at the devnet's start price of 2,000. */
const DEBT = 600_000_000n;
const COLLATERAL = 4n * 10n ** 17n;
const GAS_WEI = '0x56bc75e2d63100000';
/** On the hub's own spoke: no bridge's time is in the figures. */
const BID = { lp: 4, spoke: 3, tier: 1, amount: 10n ** 13n };

/** One LP stands by with far more than all loans together. */
export async function standBy(world: World): Promise<void> {
  await fundLps(world, [BID]);
  const placed = await placeBids(world, [BID]);
  const providers = CHAIN_NAMES.map((name) => world.devnet.chains[name].provider);
  await moveTime(providers, Math.max(...placed.map(({ activeAtSec }) => activeAtSec)));
}

/** Loans that can be liquidated once the price falls, each of a borrower of its own; answers the borrowers. */
export async function openLoans(world: World, count: number): Promise<string[]> {
  const { chains, tokens, accounts } = world.devnet;
  const { provider } = chains.hub;
  const { market } = marketOf(world);
  const borrowers = Array.from({ length: count }, () => new Wallet(Wallet.createRandom().privateKey));
  const owner = await Lane.open(provider, accounts.deployer);
  const debt = DEBT * BigInt(count);
  owner.call(tokens.tUSD.hub, ABI.token, 'mint', [accounts.deployer.address, debt]);
  for (const { address } of borrowers) owner.call(tokens.tETH.hub, ABI.token, 'mint', [address, COLLATERAL]);
  owner.call(tokens.tUSD.hub, ABI.token, 'approve', [market.source, debt]);
  owner.call(market.source, ABI.lender, 'supply', [debt]);
  await owner.flush();
  for (const { address, privateKey } of borrowers) {
    await provider.send('anvil_setBalance', [address, GAS_WEI]);
    const lane = await Lane.open(provider, { address, privateKey });
    lane.call(tokens.tETH.hub, ABI.token, 'approve', [market.source, COLLATERAL]);
    lane.call(market.source, ABI.lender, 'depositCollateral', [COLLATERAL]);
    lane.call(market.source, ABI.lender, 'borrow', [DEBT]);
    await lane.flush();
  }
  return borrowers.map(({ address }) => address);
}

export interface Opened {
  readonly auctionId: string;
  readonly blockNumber: number;
}

/** Opens an auction for each of these borrowers, all at once. */
export async function liquidateAll(world: World, borrowers: readonly string[]): Promise<Opened[]> {
  const { devnet } = world;
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.liquidator);
  for (const borrower of borrowers) lane.call(marketOf(world).market.source, ABI.lender, 'liquidate', [borrower]);
  const receipts = await lane.flush();
  return receipts.map(({ blockNumber, logs }) => {
    const log = logs.find(({ topics }) => topics[0] === eventTopic(ABI.hub, 'AuctionOpened'));
    if (log === undefined) throw new Error('a liquidation opened no auction');
    return { auctionId: String(readEvent(ABI.hub, log).args['auctionId']), blockNumber };
  });
}

/** In which block of the hub each auction first had this event, among those since `fromBlock`. */
export async function blocksOfEvent(world: World, event: string, fromBlock: number): Promise<Map<string, number>> {
  const { provider } = world.devnet.chains.hub;
  const address = world.deployment.hub.auctionHub;
  const logs = await provider.getLogs({ address, topics: [eventTopic(ABI.hub, event)], fromBlock });
  const blocks = new Map<string, number>();
  for (const log of logs) {
    const { args } = readEvent(ABI.hub, log);
    const auctionId = String(
      event === 'PlanCommitted' ? (args['plan'] as { auctionId: string }).auctionId : args['auctionId'],
    );
    if (!blocks.has(auctionId)) blocks.set(auctionId, log.blockNumber);
  }
  return blocks;
}
