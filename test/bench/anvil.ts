import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { JsonRpcProvider, Network } from 'ethers';
import { anvilBinary } from '@ala/infra/devnet/chain/anvil';

export const ANVIL_CHAIN_ID = 31_998;

/** A real node on a free loopback port; mines as it is told. */
export interface BenchAnvil {
  readonly url: string;
  readonly wsUrl: string;
  readonly provider: JsonRpcProvider;
  stop(): void;
}

/** Starts anvil; it mines each transaction at once, or with `--no-mining` when it is told. */
export async function startBenchAnvil(args: readonly string[] = []): Promise<BenchAnvil> {
  const child = spawn(anvilBinary(), ['--port', '0', '--chain-id', String(ANVIL_CHAIN_ID), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endAlong = (): void => void child.kill('SIGKILL');
  process.once('exit', endAlong);
  const address = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil ended at start with ${String(code)}`)));
    createInterface(child.stdout).on('line', (line) => {
      const listening = /^Listening on (\S+)$/.exec(line)?.[1];
      if (listening !== undefined) resolve(listening);
    });
  });
  const network = Network.from(ANVIL_CHAIN_ID);
  const url = `http://${address}`;
  const provider = new JsonRpcProvider(url, network, { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1 });
  return {
    url,
    wsUrl: `ws://${address}`,
    provider,
    stop: () => {
      provider.destroy();
      process.off('exit', endAlong);
      child.kill('SIGKILL');
    },
  };
}
