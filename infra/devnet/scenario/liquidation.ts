import { eventTopic, readEvent } from '../chain/events.js';
import { feedAnswer } from '../ala/terms.js';
import { Lane } from '../chain/lane.js';
import { readable, tokens } from './amounts.js';
import { ETHER, type Position } from './positions.js';
import { ABI, marketOf, view, type World } from './world.js';

/** The lender gets dollars to lend, and the borrower deposits collateral and borrows against it. */
export async function openPosition(world: World, position: Position = ETHER): Promise<void> {
  const { devnet } = world;
  const { market } = marketOf(world, position);
  const { tUSD, [position.collateral]: token } = devnet.tokens;
  const { deployer, borrower } = devnet.accounts;
  const { debt } = position;
  const collateral = tokens(position.depositWhole, token.decimals);

  const owner = await Lane.open(devnet.chains.hub.provider, deployer);
  owner.call(tUSD.hub, ABI.token, 'mint', [deployer.address, debt]);
  owner.call(token.hub, ABI.token, 'mint', [borrower.address, collateral]);
  owner.call(tUSD.hub, ABI.token, 'approve', [market.source, debt]);
  owner.call(market.source, ABI.lender, 'supply', [debt]);
  await owner.flush();

  const lane = await Lane.open(devnet.chains.hub.provider, borrower);
  lane.call(token.hub, ABI.token, 'approve', [market.source, collateral]);
  lane.call(market.source, ABI.lender, 'depositCollateral', [collateral]);
  lane.call(market.source, ABI.lender, 'borrow', [debt]);
  await lane.flush();
  const deposit = `${readable(collateral, token.decimals)} ${token.symbol}`;
  world.say('hub', 'borrow', `borrower deposits ${deposit} and borrows ${readable(debt, tUSD.decimals)} tUSD`);
}

/** Sets a market's price, in dollars for one token of its collateral. */
export async function setPrice(world: World, dollars: number, position: Position = ETHER): Promise<void> {
  const { devnet } = world;
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.deployer);
  lane.call(marketOf(world, position).market.feed, ABI.feed, 'setAnswer', [feedAnswer(dollars)]);
  await lane.flush();
  world.say('hub', 'price', `1 ${position.collateral} is worth ${dollars} tUSD now`);
}

export interface OpenedAuction {
  readonly position: Position;
  readonly auctionId: string;
  readonly debtToCover: bigint;
  readonly maxCollateral: bigint;
  readonly deadlineSec: number;
  readonly blockNumber: number;
}

/** Somebody tells the lender that the position is unhealthy; it opens an auction. */
export async function liquidate(world: World, position: Position = ETHER): Promise<OpenedAuction> {
  const { devnet } = world;
  const { market } = marketOf(world, position);
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.liquidator);
  lane.call(market.source, ABI.lender, 'liquidate', [devnet.accounts.borrower.address]);
  const [receipt] = await lane.flush();
  const log = receipt?.logs.find((candidate) => candidate.topics[0] === eventTopic(ABI.hub, 'AuctionOpened'));
  if (!receipt || !log) throw new Error('the liquidation opened no auction');
  const { args } = readEvent(ABI.hub, log);
  const auction: OpenedAuction = {
    position,
    auctionId: args.auctionId as string,
    debtToCover: args.debtToCover as bigint,
    maxCollateral: args.maxCollateral as bigint,
    deadlineSec: Number(args.deadline),
    blockNumber: receipt.blockNumber,
  };
  const { tUSD, [position.collateral]: token } = devnet.tokens;
  const most = `${readable(auction.maxCollateral, token.decimals)} ${token.symbol}`;
  const wanted = `${readable(auction.debtToCover, tUSD.decimals)} tUSD for at most ${most}`;
  world.say('hub', 'auction', `opened: ${wanted} (${auction.auctionId.slice(0, 10)})`);
  return auction;
}

/** After the auction the position is unlocked; a borrower whose debt is repaid takes the collateral that is left. */
export async function releasePosition(world: World, of: Position = ETHER): Promise<void> {
  const { devnet } = world;
  const { market } = marketOf(world, of);
  const { borrower, liquidator } = devnet.accounts;
  const { hub } = devnet.chains;
  const lane = await Lane.open(hub.provider, liquidator);
  lane.call(market.source, ABI.lender, 'release', [borrower.address]);
  await lane.flush();
  const position = (await view(hub, market.source, ABI.lender, 'positionOf', [borrower.address])) as Loan;
  const { tUSD, [of.collateral]: token } = devnet.tokens;
  if (position.debt > 0n || position.collateral === 0n) {
    const owed = readable(position.debt, tUSD.decimals);
    world.say('hub', 'release', `the lender unlocks the position; ${owed} tUSD are still owed`);
    return;
  }
  const own = await Lane.open(hub.provider, borrower);
  own.call(market.source, ABI.lender, 'withdrawCollateral', [position.collateral]);
  await own.flush();
  world.say('hub', 'release', `borrower takes back ${readable(position.collateral, token.decimals)} ${token.symbol}`);
}

interface Loan {
  readonly collateral: bigint;
  readonly debt: bigint;
}
