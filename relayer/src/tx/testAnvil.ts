import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { toChainId } from '@ala/shared/ids';
import type { ChainDeployment } from '@ala/shared/deployment';
import { openChain, type Chain } from '../chain/chain.js';

/** A chain for tests that mines each transaction at once. */
export interface TestAnvil {
  readonly chain: Chain;
  close(): Promise<void>;
}

const CHAIN_ID = 31_337;

/** Starts anvil on a free loopback port. */
export async function startTestAnvil(): Promise<TestAnvil> {
  const child = spawn(binary(), ['--port', '0', '--chain-id', String(CHAIN_ID)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const rpcUrl = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended at start with ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      const address = /^Listening on (\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
  const deployment = { name: 'test', chainId: toChainId(CHAIN_ID), rpcUrl, startBlock: 0 } as ChainDeployment;
  const chain = openChain(deployment);
  return {
    chain,
    async close() {
      chain.provider.destroy();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function binary(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`;
  return join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'anvil');
}
