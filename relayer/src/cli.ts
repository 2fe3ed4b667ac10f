import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatUnits } from 'ethers';
import { clearFile } from '@ala/shared/clearFile';
import { AlaError, ClearInputError, InvalidValueError } from '@ala/shared/errors';
import { toAuctionId, toBasketId } from '@ala/shared/ids';
import { parseSmallUint } from '@ala/shared/integers';
import { premiumBps } from '@ala/shared/ladder';
import { bidBook, type BookEntry } from './book/bids.js';
import { openChains } from './chain/chain.js';
import { ConfigError, readConfig, readDeployment } from './config/config.js';
import { openDatabase } from './db/client.js';
import { doctorCommand } from './doctorCommand.js';
import { describeError, UnavailableError } from './lib/errors.js';
import { messagesCommand } from './messagesCommand.js';
import { verifyAuction } from './verify/verifyAuction.js';

/** The `ala` command. Status 0: done, and for `verify` yes; 1: no, or it could not be done; 2: bad input. */
const program = new Command().name('ala').description('Asynchronous Liquidation Auction').exitOverride();
program.addHelpText(
  'after',
  '\n`ala deploy` deploys to the chains of one file and verifies them: see `ala deploy --help`.',
);

program
  .command('clear')
  .description('clear one auction from a file, as docs/protocol.md specifies it')
  .requiredOption('--in <file>', 'JSON with auction, ladder and pools')
  .action(({ in: path }: { in: string }) => {
    process.stdout.write(`${clearFile(readInput(path))}\n`);
  });

program
  .command('verify')
  .description('check from the chains alone that the committed plans of an auction are what clearing gives')
  .argument('<auction-id>', '0x and 64 hex digits')
  .option(
    '--deployment <file>',
    'addresses of the network',
    process.env['ALA_DEPLOYMENT'] ?? '.ala/devnet/deployment.json',
  )
  .action(async (id: string, { deployment: path }: { deployment: string }) => {
    const auctionId = toAuctionId(id);
    const problems: string[] = [];
    const deployment = readDeployment(resolve(path), problems);
    if (deployment === null) throw new ConfigError(problems);
    const chains = openChains(deployment);
    try {
      const verdicts = await verifyAuction({ deployment, chains, auctionId });
      for (const { planHash, round, problems: differences } of verdicts) {
        process.stdout.write(`${differences.length === 0 ? 'yes' : 'no '}  round ${round}  plan ${planHash}\n`);
        for (const difference of differences) process.stdout.write(`     ${difference}\n`);
      }
      process.exitCode = verdicts.every((verdict) => verdict.problems.length === 0) ? 0 : 1;
    } finally {
      for (const chain of chains) chain.provider.destroy();
    }
  });

program
  .command('book')
  .description("print a basket's global bid book as a relayer's database holds it, the cheapest premium first")
  .option('--config <file>', "the relayer's configuration", '.ala/devnet/relayer.json')
  .option('--basket <id>', 'which basket', '1')
  .option('--limit <count>', 'at most so many bids', '100')
  .action(async (options: { config: string; basket: string; limit: string }) => {
    const config = readConfig(resolve(options.config), process.env);
    const basketId = toBasketId(options.basket);
    const basket = config.deployment.baskets.find(({ id }) => id === basketId);
    if (basket === undefined) throw new InvalidValueError('basket', options.basket, 'a basket of the deployment file');
    const limit = parseSmallUint('limit', options.limit, 1_000_000, 1);
    const database = openDatabase({ url: config.databaseUrl, onIdleError: () => undefined, maxConnections: 1 });
    try {
      const nowSec = Math.floor(Date.now() / 1_000);
      for (const entry of await bidBook(database.db, basketId, nowSec, limit)) {
        const { tier, spoke, bidId, owner, standby, entering } = entry;
        const premium = (premiumBps(basket, tier) / 100).toFixed(2).padStart(6);
        const amount = formatUnits(standby + entering, basket.debtDecimals).padStart(24);
        process.stdout.write(`${premium} %  ${amount}  spoke ${spoke}  bid ${bidId}  ${owner}${stateOf(entry)}\n`);
      }
    } catch (error) {
      throw new UnavailableError(
        `the database of ${options.config} does not answer (${describeError(error)}): is it running?`,
        {
          cause: error,
        },
      );
    } finally {
      await database.close();
    }
  });

program.addCommand(doctorCommand().exitOverride());
program.addCommand(messagesCommand().exitOverride());

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

function readInput(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ClearInputError('', `cannot read ${path}: ${describeError(error)}`, { cause: error });
  }
}

try {
  await program.parseAsync();
} catch (error) {
  // commander has already written its own message, or the help that was asked for.
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const badInput =
      error instanceof ClearInputError || error instanceof ConfigError || error instanceof InvalidValueError;
    process.stderr.write(`ala: ${error instanceof AlaError ? error.message : describeError(error)}\n`);
    process.exitCode = badInput ? 2 : 1;
  }
}
