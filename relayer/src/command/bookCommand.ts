import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatUnits } from 'ethers';
import { formatAmount } from '@ala/shared/client/amount';
import { mergeLadders, readLadder } from '@ala/shared/client/book';
import { parseSmallUint } from '@ala/shared/integers';
import { premiumBps, type Ladder } from '@ala/shared/ladder';
import { bidBook, type BookEntry } from '../book/bids.js';
import { readConfig } from '../config/config.js';
import { openDatabase } from '../db/client.js';
import { describeError, UnavailableError } from '../lib/errors.js';
import { basketOf, fromSpokes, networkOptions, onNetwork, type NetworkOptions } from './openNetwork.js';
import { percentText, print, tableText, terminalOf } from './terminal.js';

interface Options extends NetworkOptions {
  readonly config: string;
  readonly basket: string;
  readonly limit: string;
  readonly chains?: true;
}

type Basket = Ladder & { readonly debtDecimals: number };

const EMPTY = 'the book is empty';

/** `ala book`: bid by bid as a relayer's database holds it, or pool by pool from the chains alone. */
export function bookCommand(parent: Command): void {
  networkOptions(
    parent
      .command('book')
      .description("print a basket's global bid book as a relayer's database holds it, the cheapest premium first"),
  )
    .option('--config <file>', "the relayer's configuration", '.ala/devnet/relayer.json')
    .option('--basket <id>', 'which basket', '1')
    .option('--limit <count>', 'at most so many bids', '100')
    .option('--chains', 'from the chains alone, by tier and spoke; needs no database')
    .action((options: Options) => (options.chains === true ? fromChains(options) : fromDatabase(options)));
}

async function fromChains(options: Options): Promise<void> {
  const terminal = terminalOf(options);
  await onNetwork(options, async (network) => {
    const basket = basketOf(network.deployment, options.basket);
    const ids = network.deployment.spokes.map(({ id }) => id as number);
    const tiers = mergeLadders(await fromSpokes(network, ids, (spoke) => readLadder(spoke, basket.id)));
    print(terminal, { basket: basket.id, tiers }, () => {
      const shown = (amount: bigint): string => (amount === 0n ? '' : formatAmount(amount, basket.debtDecimals));
      const rows = tiers.flatMap(({ upToHere, pools }) =>
        pools.map((pool, index) => [
          ...[percentText(pool.premiumBps), String(pool.spokeId), shown(pool.standby), shown(pool.leaving)],
          ...[shown(pool.entering), index === pools.length - 1 ? shown(upToHere) : ''],
        ]),
      );
      if (rows.length === 0) return EMPTY;
      const header = ['premium', 'spoke', 'stands by', 'leaving', 'entering', 'up to here'];
      return tableText(terminal, header, rows, header);
    });
  });
}

async function fromDatabase(options: Options): Promise<void> {
  const terminal = terminalOf(options);
  const config = readConfig(resolve(options.config), process.env);
  const basket = basketOf(config.deployment, options.basket);
  const limit = parseSmallUint('limit', options.limit, 1_000_000, 1);
  const database = openDatabase({ url: config.databaseUrl, onIdleError: () => undefined, maxConnections: 1 });
  try {
    const entries = await bidBook(database.db, basket.id, Math.floor(Date.now() / 1_000), limit);
    print(terminal, { basket: basket.id, bids: entries }, () => bidsText(entries, basket));
  } catch (error) {
    const text = `the database of ${options.config} does not answer (${describeError(error)}): is it running?`;
    throw new UnavailableError(text, { cause: error });
  } finally {
    await database.close();
  }
}

/** A line a bid, or that there is none. */
export function bidsText(entries: readonly BookEntry[], basket: Basket): string {
  return entries.length === 0 ? EMPTY : entries.map((entry) => entryText(entry, basket)).join('\n');
}

function entryText(entry: BookEntry, basket: Basket): string {
  const { tier, spoke, bidId, owner, standby, entering } = entry;
  const premium = (premiumBps(basket, tier) / 100).toFixed(2).padStart(6);
  const amount = formatUnits(standby + entering, basket.debtDecimals).padStart(24);
  return `${premium} %  ${amount}  spoke ${spoke}  bid ${bidId}  ${owner}${stateOf(entry)}`;
}

/** What there is to say of a bid that is not simply standing by. */
function stateOf({ state, atSec }: BookEntry): string {
  const at = atSec === null ? '' : new Date(atSec * 1_000).toISOString();
  switch (state) {
    case 'entering':
      return `  active from ${at}`;
    case 'leaving':
      return `  leaves at ${at}`;
    case 'left':
      return `  has left, to be collected`;
    case 'standing':
      return '';
  }
}
