import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatAmount } from '@ala/shared/client/amount';
import { listAuctions, openAuction, readAuction, type AuctionNow, type AuctionStep } from '@ala/shared/client/auctions';
import { chainOf } from '@ala/shared/deployment';
import { InvalidValueError } from '@ala/shared/errors';
import { toAddress, toAuctionId, toMarketId } from '@ala/shared/ids';
import { parseSmallUint } from '@ala/shared/integers';
import { walletOf, type AccountOptions } from './account.js';
import { STATUS } from './ending.js';
import { networkOptions, onNetwork, type NetworkOptions, type OpenNetwork } from './openNetwork.js';
import { print, progress, styled, tableText, terminalOf, timeText, toJson, type Terminal } from './terminal.js';

type OpenOptions = NetworkOptions & AccountOptions & { readonly market: string; readonly borrower: string };
type WatchOptions = NetworkOptions & { readonly timeout: string };

const POLL_MS = 1_000;

/** `ala auction`: what the hub shows, and a liquidation of a lender that is built as the example one. */
export function auctionCommand(parent: Command): void {
  const auction = parent.command('auction').description('auctions, as the hub shows them');
  networkOptions(auction.command('list').description('every auction, the newest first')).action(list);
  networkOptions(
    auction.command('show').description('one auction and what has happened in it').argument('<auction-id>'),
  ).action(show);
  networkOptions(
    auction
      .command('watch')
      .description('tell what happens in an auction until it is covered or over')
      .argument('<auction-id>'),
  )
    .option('--timeout <seconds>', 'give up after so long', '3600')
    .action(watch);
  networkOptions(
    auction.command('open').description("liquidate a borrower's unhealthy position in a market of an example lender"),
  )
    .requiredOption('--market <id>', 'which market')
    .requiredOption('--borrower <address>', 'whose position')
    .option('--keystore <file>', 'the key that pays for the transaction, with ALA_KEYSTORE_PASSWORD; else ALA_LP_KEY')
    .option('--account <name>', 'on the devnet: lp1 to lp6')
    .action(open);
}

async function list(options: NetworkOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onNetwork(options, async (network) => {
    const auctions = await listAuctions(await network.hub());
    print(terminal, { auctions }, () => {
      if (auctions.length === 0) return 'no auctions';
      const rows = auctions.map((each) => [
        each.auctionId,
        String(each.marketId),
        each.state,
        debt(network, each, each.debtToCover),
        debt(network, each, each.debtCovered),
        timeText(each.deadlineSec),
      ]);
      const header = ['auction', 'market', 'state', 'debt', 'covered', 'deadline'];
      return tableText(terminal, header, rows, ['debt', 'covered']);
    });
  });
}

async function show(id: string, options: NetworkOptions): Promise<void> {
  const terminal = terminalOf(options);
  const auctionId = toAuctionId(id);
  await onNetwork(options, async (network) => {
    const { auction, steps } = await readAuction(await network.hub(), auctionId);
    print(terminal, { auction, steps }, () =>
      [summary(terminal, network, auction), ...steps.map((step) => stepText(network, auction, step))].join('\n'),
    );
  });
}

/** Status 0: the whole debt is covered; 1: closed, past its deadline or the time limit before. */
async function watch(id: string, options: WatchOptions): Promise<void> {
  const terminal = terminalOf(options);
  const auctionId = toAuctionId(id);
  const untilMs = Date.now() + 1_000 * parseSmallUint('timeout', options.timeout, 86_400, 1);
  await onNetwork(options, async (network) => {
    const hub = await network.hub();
    const told = new Set<string>();
    for (;;) {
      const { auction, steps } = await readAuction(hub, auctionId);
      for (const step of steps) {
        const key = `${step.txHash}/${step.logIndex}`;
        if (told.has(key)) continue;
        told.add(key);
        process.stdout.write(`${terminal.json ? toJson(step) : stepText(network, auction, step)}\n`);
      }
      const isOver = auction.state !== 'open';
      if (isOver || Date.now() >= untilMs) {
        if (!isOver) progress(`ala: the auction is still open after ${options.timeout} s`);
        if (auction.debtCovered < auction.debtToCover) process.exitCode = STATUS.no;
        print(terminal, { auction }, () => summary(terminal, network, auction));
        return;
      }
      await pause(POLL_MS);
    }
  });
}

async function open(options: OpenOptions): Promise<void> {
  const terminal = terminalOf(options);
  const borrower = toAddress(options.borrower);
  const marketId = toMarketId(options.market);
  await onNetwork(options, async (network) => {
    const market = network.deployment.markets.find(({ id }) => id === marketId);
    if (market === undefined) throw new InvalidValueError('market', options.market, 'a market of the deployment file');
    const wallet = await walletOf(options, network.deployment, process.env);
    const hub = await network.hub();
    const { chainId } = chainOf(network.deployment, hub.chain);
    const order = { signer: wallet.connect(hub.provider), chainId, source: market.source, borrower };
    const opened = await openAuction({
      ...order,
      onStep: ({ method, hash }) => progress(`${method} sent: ${hash}`),
    });
    print(terminal, opened, () => {
      const wanted = debt(network, opened, opened.debtToCover);
      return `auction ${opened.auctionId} opened: ${wanted} until ${timeText(opened.deadlineSec)}`;
    });
  });
}

type OfMarket = Pick<AuctionNow, 'basket' | 'marketId'>;

function debt({ deployment }: OpenNetwork, { basket }: OfMarket, amount: bigint): string {
  return formatAmount(amount, deployment.baskets.find(({ id }) => id === basket)?.debtDecimals ?? 0);
}

function collateral({ deployment }: OpenNetwork, { marketId }: OfMarket, amount: bigint): string {
  return formatAmount(amount, deployment.markets.find(({ id }) => id === marketId)?.collateralDecimals ?? 0);
}

function summary(terminal: Terminal, network: OpenNetwork, auction: AuctionNow): string {
  const { state, rounds, debtToCover, debtCovered, collateralTaken, deadlineSec } = auction;
  const color = state === 'covered' || state === 'closed' ? 'green' : 'yellow';
  const covered = `${debt(network, auction, debtCovered)} of ${debt(network, auction, debtToCover)} covered`;
  const given = `${collateral(network, auction, collateralTaken)} collateral given`;
  return `${styled(terminal, color, state)}: ${covered} in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${given}, deadline ${timeText(deadlineSec)}`;
}

function stepText(network: OpenNetwork, of: OfMarket, { blockNumber, event }: AuctionStep): string {
  const amount = (units: bigint): string => debt(network, of, units);
  const where = `block ${blockNumber}  `;
  switch (event.name) {
    case 'AuctionOpened':
      return `${where}opened: ${amount(event.debtToCover)} for at most ${collateral(network, of, event.maxCollateral)}`;
    case 'PlanCommitted':
    case 'PlanLapsed': {
      const legs = event.legs.map(({ spoke, amount: units }) => `spoke ${spoke} ${amount(units)}`).join(', ');
      return `${where}plan ${event.name === 'PlanCommitted' ? 'committed' : 'lapsed'}: ${legs}`;
    }
    case 'LegArrived':
      return `${where}arrived: ${amount(event.amount)} of spoke ${event.spoke}`;
    case 'AuctionSettled':
      return `${where}settled: ${amount(event.debtUsed)} for ${collateral(network, of, event.collateralOut)}, ${amount(event.debtCovered)} covered`;
    case 'AuctionClosed':
      return `${where}closed: ${amount(event.debtCovered)} covered`;
  }
}
