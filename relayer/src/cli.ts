import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { clearFile } from '@ala/shared/clearFile';
import { ClearInputError } from '@ala/shared/errors';
import { auctionCommand } from './command/auctionCommand.js';
import { bidCommand } from './command/bidCommand.js';
import { bookCommand } from './command/bookCommand.js';
import { completionCommand } from './command/completion.js';
import { endWith } from './command/ending.js';
import { verifyCommand } from './command/verifyCommand.js';
import { doctorCommand } from './doctorCommand.js';
import { describeError } from './lib/errors.js';
import { messagesCommand } from './messagesCommand.js';

/** The `ala` command. How it ends is in docs/cli.md. */
const program = new Command().name('ala').description('Asynchronous Liquidation Auction').exitOverride();
program.addHelpText(
  'after',
  `
Programs of their own, in docs/cli.md:
  start      a whole network on this machine, and a liquidation across it
  devnet     the three chains, their bridges and ALA, without a relayer
  deploy     deploys to the chains of one file and verifies them

Status: 0 done, or yes; 1 no, or not done for another reason; 2 bad input; 3 a contract refused; 4 balance,
allowance or gas is missing; 5 an RPC of another chain; 6 an RPC or a database does not answer; 7 no usable key.
--help after a command names its options; docs/cli.md has examples.`,
);

bidCommand(program);
bookCommand(program);
auctionCommand(program);
verifyCommand(program);

program
  .command('clear')
  .description('clear one auction from a file, as docs/protocol.md specifies it')
  .requiredOption('--in <file>', 'JSON with auction, ladder and pools')
  .action(({ in: path }: { in: string }) => {
    process.stdout.write(`${clearFile(readInput(path))}\n`);
  });

program.addCommand(doctorCommand().exitOverride());
program.addCommand(messagesCommand().exitOverride());
completionCommand(program);

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
  endWith(error, process.argv.includes('--json'));
}
