import { Lane } from '@ala/infra/devnet/chain/lane';
import { liquidate, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { readHeads } from '@ala/infra/devnet/scenario/readHeads';
import { AuctionWatch } from '@ala/infra/devnet/scenario/watchAuction';
import { ABI, marketOf, view, type World } from '@ala/infra/devnet/scenario/world';

/** Long enough for a node that is killed at every step; nothing waits for it to pass. */
const PATIENCE_MS = 300_000;

export interface AuctionArgs {
  readonly world: World;
  /** Called while waiting: throws if the node has failed. */
  readonly check: () => void;
}

export interface CuredAuctionArgs extends AuctionArgs {
  readonly price: number;
  /** When the capital has left, the local leg is settled, and the auction is over: before the bridges speak again. */
  readonly whileAway?: () => Promise<void>;
}

/**
 * A liquidation whose bridges' witnesses are silent until the local leg is settled and somebody has repaid the rest of the debt: what
 * was under way over the bridges comes home as refunds. Both bridges and the local spoke have to be called.
 */
export async function curedAuction(args: CuredAuctionArgs): Promise<void> {
  const { world, price, whileAway } = args;
  const { dvn, guardian } = world.devnet.standIns;
  await Promise.all([dvn.stop(), guardian.stop()]);
  const watch = await openAuction(world, price);
  const { progress } = watch;
  await wait(args, watch, 'the calls and the local settlement', () => {
    const legs = [...progress.legs.values()];
    const local = legs.filter((leg) => leg.spoke === 3);
    return legs.length === 3 && legs.every((leg) => leg.drawn > 0n) && local.every((leg) => leg.ended);
  });
  await repayAll(world);
  await callLender(world, 'abort');
  await whileAway?.();
  await Promise.all([dvn.start(), guardian.start()]);
  await wait(args, watch, 'the refunds to come home', () => progress.closed && progress.allHome);
}

/** The price falls, and the borrower is liquidated. */
export async function openAuction(world: World, price: number): Promise<AuctionWatch> {
  const heads = await readHeads(world.devnet);
  await setPrice(world, price);
  const auction = await liquidate(world);
  return AuctionWatch.open(world, auction, heads);
}

export async function wait(
  args: AuctionArgs,
  watch: AuctionWatch,
  what: string,
  reached: () => boolean,
): Promise<void> {
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

/** A liquidator asks the lender to end what the auction holds of the position. */
export async function callLender(world: World, method: 'release' | 'abort'): Promise<void> {
  const { devnet } = world;
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.liquidator);
  lane.call(marketOf(world).market.source, ABI.lender, method, [devnet.accounts.borrower.address]);
  await lane.flush();
}
