import { createConfig } from 'ponder';
import { spokeEventsAbi } from './abi';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export default createConfig({
  database: { kind: 'postgres', connectionString: setting('DATABASE_URL') },
  chains: {
    bench: {
      id: Number(setting('BENCH_CHAIN_ID')),
      rpc: setting('BENCH_RPC_URL'),
      ...(process.env['BENCH_WS_URL'] !== undefined && { ws: process.env['BENCH_WS_URL'] }),
      pollingInterval: 100,
      // The chain of a bench begins anew each time.
      disableCache: true,
    },
  },
  contracts: {
    Spoke: { abi: spokeEventsAbi, chain: 'bench', address: setting('BENCH_SPOKE') as `0x${string}`, startBlock: 0 },
  },
});
