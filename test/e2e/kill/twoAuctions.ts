import { CHAIN_NAMES, type ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { claimAll } from '@ala/infra/devnet/scenario/claims';
import { liquidate, openPosition, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { prepare } from '@ala/infra/devnet/scenario/scenarios';
import { AuctionWatch } from '@ala/infra/devnet/scenario/watchAuction';
import { ABI, marketOf, view, type World } from '@ala/infra/devnet/scenario/world';

/** Long enough for a node that is killed at every step; nothing waits for it to pass. */
const PATIENCE_MS = 300_000;
const START_PRICE = 2_000;
/** The borrower has collateral left of the first auction, so it takes more of a fall. */
const SECOND_FALLEN_PRICE = 1_500;

export interface TwoAuctionsArgs {
  readonly world: World;
  /** Called before anything can be liquidated: starts the node. */
  readonly startNode: () => Promise<void>;
  /** Called while waiting: throws if the node has failed. */
  readonly check: () => void;
}

/**
 * Two liquidations whose outcome depends on nothing but the book and the price, however the node fares in between.
 *
 * The first is covered by capital from all spokes and ends in collateral. In the second the bridges' witnesses are silent until
 * the local leg is settled and somebody has repaid the rest of the debt: what was under way over the bridges comes home as refunds.
 */
export async function runTwoAuctions(args: TwoAuctionsArgs): Promise<void> {
  const { world } = args;
  const bids = await prepare(world);
  await args.startNode();
  await coveredAuction(args);
  await setPrice(world, START_PRICE);
  await openPosition(world);
  await curedAuction(args);
  await claimAll(world, bids);
}

async function coveredAuction(args: TwoAuctionsArgs): Promise<void> {
  const { world } = args;
  const watch = await openAuction(world, ETHER.fallenPrice);
  await wait(args, watch, 'the first auction to end', () => watch.progress.closed && watch.progress.allHome);
  await callLender(world, 'release');
}

async function curedAuction(args: TwoAuctionsArgs): Promise<void> {
  const { world } = args;
  const { dvn, guardian } = world.devnet.standIns;
  await Promise.all([dvn.stop(), guardian.stop()]);
  const watch = await openAuction(world, SECOND_FALLEN_PRICE);
  const { progress } = watch;
  await wait(args, watch, 'the calls and the local settlement', () => {
    const legs = [...progress.legs.values()];
    const local = legs.filter((leg) => leg.spoke === 3);
    return legs.length === 3 && legs.every((leg) => leg.drawn > 0n) && local.every((leg) => leg.ended);
  });
  await repayAll(world);
  await callLender(world, 'abort');
  await Promise.all([dvn.start(), guardian.start()]);
  await wait(args, watch, 'the refunds to come home', () => progress.closed && progress.allHome);
}

async function openAuction(world: World, price: number): Promise<AuctionWatch> {
  const heads = await Promise.all(
    CHAIN_NAMES.map(async (name) => [name, await world.devnet.chains[name].provider.getBlockNumber()] as const),
  );
  await setPrice(world, price);
  const auction = await liquidate(world);
  return AuctionWatch.open(world, auction, Object.fromEntries(heads) as Record<ChainName, number>);
}

async function wait(args: TwoAuctionsArgs, watch: AuctionWatch, what: string, reached: () => boolean): Promise<void> {
  await watch.until(what, PATIENCE_MS, () => {
    args.check();
    return reached();
  });
}

/** Somebody with no part in the auction pays the borrower's debt. */
async function repayAll(world: World): Promise<void> {
  const { devnet } = world;
  const { market } = marketOf(world);
  const { traveller, deployer, borrower } = devnet.accounts;
  const { tUSD } = devnet.tokens;
  const { debt } = (await view(devnet.chains.hub, market.source, ABI.lender, 'positionOf', [borrower.address])) as {
    debt: bigint;
  };
  const minter = await Lane.open(devnet.chains.hub.provider, deployer);
  minter.call(tUSD.hub, ABI.token, 'mint', [traveller.address, debt]);
  await minter.flush();
  const lane = await Lane.open(devnet.chains.hub.provider, traveller);
  lane.call(tUSD.hub, ABI.token, 'approve', [market.source, debt]);
  lane.call(market.source, ABI.lender, 'repay', [borrower.address, debt]);
  await lane.flush();
}

async function callLender(world: World, method: 'release' | 'abort'): Promise<void> {
  const { devnet } = world;
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.liquidator);
  lane.call(marketOf(world).market.source, ABI.lender, method, [devnet.accounts.borrower.address]);
  await lane.flush();
}
