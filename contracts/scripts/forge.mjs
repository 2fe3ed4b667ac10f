// `node scripts/forge.mjs ARGS…` is `forge ARGS…` of the pinned version: same output, same exit status, signals passed on.
import { InterruptedError, runChild } from '../../infra/install/child.mjs';
import { FoundryToolMissingError, foundryBinary } from './foundry.mjs';

try {
  process.exitCode = await runChild(foundryBinary('forge'), process.argv.slice(2));
} catch (error) {
  if (error instanceof InterruptedError) process.exitCode = error.status;
  else if (error instanceof FoundryToolMissingError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else throw error;
}
