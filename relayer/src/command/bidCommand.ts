import type { Command } from 'commander';
import { formatAmount, parseAmount } from '@ala/shared/client/amount';
import { leavable, type Claimable, type OwnBid } from '@ala/shared/client/bids';
import { readBidTerms, type BidTerms } from '@ala/shared/client/bidTerms';
import { drawnIn, type OpenCall } from '@ala/shared/client/openCalls';
import { ClientError } from '@ala/shared/client/clientError';
import { requestWithdraw, withdraw } from '@ala/shared/client/leaveBid';
import { placeBid } from '@ala/shared/client/placeBid';
import { readToken, type Token } from '@ala/shared/client/token';
import { toAddress } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import { walletOf } from './account.js';
import { tierOf, toSpoke, type BidOptions, type TierOptions } from './bidArguments.js';
import { sayStep, tokenText } from './bidText.js';
import { findBids, type BidsOnSpoke, type FindOptions } from './findBids.js';
import { inTokens } from './inTokens.js';
import { onBid } from './onBid.js';
import { basketOf, networkOptions, onNetwork, type OpenNetwork } from './openNetwork.js';
import { claimBids, rebidRefund, skipNext } from './returnsCommands.js';
import { percentText, print, tableText, terminalOf, timeText, type Terminal } from './terminal.js';

interface PlaceOptions extends BidOptions, TierOptions {
  readonly spoke: string;
  readonly basket: string;
  readonly amount: string;
  readonly locale?: string;
  readonly onBehalf?: string;
  readonly permit?: true;
}

interface ListOptions extends FindOptions {
  readonly all?: true;
}

type WithdrawOptions = BidOptions & { readonly amount?: string; readonly locale?: string };

/** `ala bid`: what an LP does, on the chains alone. */
export function bidCommand(parent: Command): void {
  const bid = parent.command('bid').description('place, list, withdraw and claim bids of an account');
  signing(bid.command('place').description('stand by with an amount at a premium'))
    .requiredOption('--spoke <number>', 'where')
    .requiredOption('--amount <amount>', 'of the debt token, as you write it: 1000.50')
    .option('--tier <number>', 'step of the ladder, from 0 up')
    .option('--premium <percent>', 'instead of --tier: 1.5 for 1.5 %')
    .option('--basket <id>', 'which basket', '1')
    .option('--locale <tag>', 'how the amount is written, where it could be read in two ways')
    .option('--on-behalf <address>', 'who owns the bid; the account itself if not named')
    .option('--permit', 'sign a permit (EIP-2612) instead of sending an approval')
    .action(place);
  signing(bid.command('list').description('bids of an account on all spokes'))
    .option('--owner <address>', 'whose, if not those of the account')
    .option('--spoke <number>', 'only there')
    .option('--all', 'also those that are over and have nothing to claim')
    .action(list);
  signing(
    bid
      .command('withdraw')
      .description('ask for a bid or a part of it to leave; collect it once it has left')
      .argument('<spoke/bid>'),
  )
    .option('--amount <amount>', 'a part; all of it if not named')
    .option('--locale <tag>', 'how the amount is written, where it could be read in two ways')
    .action(withdrawOne);
  signing(
    bid
      .command('claim')
      .description("claim what bids have earned; every bid's of the account if none is named")
      .argument('[spoke/bid...]'),
  ).action(claimBids);
  signing(
    bid
      .command('skip')
      .description("let a bid's pool go on without its next call's result, once it has been away for callTimeoutSec")
      .argument('<spoke/bid>'),
  ).action(skipNext);
  signing(
    bid
      .command('rebid')
      .description('stand by again with what a bid got back unused, without claiming it')
      .argument('<spoke/bid>'),
  )
    .option('--tier <number>', 'step of the ladder, from 0 up')
    .option('--premium <percent>', 'instead of --tier: 1.5 for 1.5 %')
    .action(rebidRefund);
}

function signing(command: Command): Command {
  return networkOptions(command)
    .option('--keystore <file>', "the account's encrypted key, with ALA_KEYSTORE_PASSWORD; else ALA_LP_KEY")
    .option('--account <name>', 'on the devnet: lp1 to lp6');
}

async function place(options: PlaceOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onNetwork(options, async (network) => {
    const basket = basketOf(network.deployment, options.basket);
    const onBehalf = options.onBehalf === undefined ? {} : { onBehalf: toAddress(options.onBehalf) };
    const amount = parseAmount(options.amount, basket.debtDecimals, options.locale);
    const wallet = await walletOf(options, network.deployment, process.env);
    const spoke = await network.spoke(toSpoke(options.spoke));
    const terms = await readBidTerms(spoke, basket.id);
    const order = { signer: wallet.connect(spoke.provider), spoke, terms, tier: tierOf(options, terms), amount };
    const by = options.permit === true ? 'permit' : 'approve';
    const bid = await inTokens(spoke, terms, () => placeBid({ ...order, ...onBehalf, by, onStep: sayStep }));
    print(terminal, { spoke: spoke.spokeId, ...bid }, () => {
      const what = `${formatAmount(bid.amount, basket.debtDecimals)} at ${percentText(premiumBps(terms, bid.tier))}`;
      return `bid ${spoke.spokeId}/${bid.bidId} of ${bid.owner}: ${what}, active from ${timeText(bid.activeAtSec)}`;
    });
  });
}

async function list(options: ListOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onNetwork(options, async (network) => {
    const found = await findBids(network, options);
    const isShown = ({ state, claimable, openCalls }: OwnBid): boolean =>
      options.all === true || state !== 'over' || claimable.length > 0 || openCalls.length > 0;
    const shown = found.map(({ spoke, bids }) => ({ spoke, bids: bids.filter(isShown) }));
    const items = shown.flatMap(({ spoke, bids }) => bids.map((bid) => ({ spoke: spoke.spokeId, ...bid })));
    const rows = terminal.json ? [] : await Promise.all(shown.map(async (each) => bidRows(network, each)));
    print(terminal, { bids: items }, () => bidTable(terminal, rows.flat()));
  });
}

async function bidRows({ deployment }: OpenNetwork, { spoke, bids }: BidsOnSpoke): Promise<string[][]> {
  const tokens = new Map<string, Token>();
  for (const { token } of bids.flatMap(claimsOf)) {
    if (!tokens.has(token)) tokens.set(token, await readToken(spoke.provider, token));
  }
  return bids.map((bid) => {
    const basket = deployment.baskets.find(({ id }) => id === bid.basket);
    const amount = formatAmount(bid.standby + bid.entering + bid.collectable, basket?.debtDecimals ?? 0);
    const claims = claimsOf(bid).map(({ token, amountLocal }) => tokenText(tokens.get(token), amountLocal));
    const shown = (calls: readonly OpenCall[]): string => formatAmount(drawnIn(calls), basket?.debtDecimals ?? 0);
    const away = bid.openCalls.filter(({ complete }) => !complete);
    const home = bid.openCalls.filter(({ complete, skipped }) => complete && !skipped);
    const called = [...(away.length > 0 ? [shown(away)] : []), ...(home.length > 0 ? [`${shown(home)} home`] : [])];
    const since = bid.state === 'entering' ? bid.activeAtSec : bid.exitAtSec;
    return [
      `${spoke.spokeId}/${bid.bidId}`,
      basket === undefined ? `tier ${bid.tier}` : percentText(premiumBps(basket, bid.tier)),
      amount,
      since === null ? bid.state : `${bid.state} ${timeText(since)}`,
      called.join(', '),
      claims.join(', '),
    ];
  });
}

function claimsOf({ claimable, openCalls }: OwnBid): Pick<Claimable, 'token' | 'amountLocal'>[] {
  return [...claimable, ...openCalls.flatMap(({ skippedClaims }) => skippedClaims)];
}

function bidTable(terminal: Terminal, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'no bids';
  const header = ['bid', 'premium', 'amount', 'state', 'called', 'to claim'];
  return tableText(terminal, header, rows, ['premium', 'amount', 'called']);
}

async function withdrawOne(name: string, options: WithdrawOptions): Promise<void> {
  const terminal = terminalOf(options);
  await onBid(name, options, async (of, bid) => {
    const { spoke } = of;
    const { spokeId } = spoke;
    const terms = await readBidTerms(spoke, bid.basket);
    const shown = (amount: bigint): string => formatAmount(amount, terms.hubDecimals);
    if (bid.state === 'left' || bid.state === 'leaving') {
      const event = await inTokens(spoke, terms, () => withdraw(of));
      print(terminal, { spoke: spokeId, ...event }, () => `bid ${name}: ${shown(event.amount)} paid to ${bid.owner}`);
      return;
    }
    const leaving = amountToLeave(options, bid, terms);
    const event = await inTokens(spoke, terms, () => requestWithdraw(of, leaving));
    print(terminal, { spoke: spokeId, ...event }, () => {
      if (event.name === 'EntryWithdrawn')
        return `bid ${name}: ${shown(event.amount)} paid back, it was not active yet`;
      const rest = event.remainderBidId === null ? '' : `, the rest goes on as bid ${spokeId}/${event.remainderBidId}`;
      const when = timeText(event.exitAtSec);
      return `bid ${spokeId}/${event.exitBidId}: ${shown(event.amount)} leave at ${when} and can be called until then${rest}`;
    });
  });
}

function amountToLeave({ amount, locale }: WithdrawOptions, bid: OwnBid, terms: BidTerms): bigint {
  if (amount !== undefined) return parseAmount(amount, terms.hubDecimals, locale);
  const all = leavable(bid, terms);
  if (all > 0n) return all;
  const what = `bid ${bid.bidId} has nothing that could leave`;
  throw new ClientError({
    kind: 'refused',
    what,
    whatToDo: 'A call may have taken it all: see what there is to claim.',
  });
}
