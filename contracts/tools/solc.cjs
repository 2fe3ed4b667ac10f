'use strict';
// The part of solc's command line that forge uses: `--version` and `--standard-json` on standard input.
// forge resolves every import itself, so `--allow-paths`, `--base-path` and `--include-path` have nothing left to do.
const solc = require('solc');

if (process.argv.includes('--version')) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes('--standard-json')) {
  const input = require('node:fs').readFileSync(0, 'utf8');
  process.stdout.write(solc.compile(input));
} else {
  process.stderr.write('solc shim: expected --version or --standard-json\n');
  process.exit(2);
}
