import { join } from 'node:path';
import { startMeasured, type MeasuredProcess } from '../measured.js';
import { BENCH_SPOKE } from '../chain/spokeEvents.js';

/** The schema that Ponder's rows stand in. */
export const PONDER_SCHEMA = 'ponder_bench';

export interface PonderArgs {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly rpcUrl: string;
  readonly wsUrl?: string;
  readonly chainId: number;
  readonly port: number;
  readonly logFile: string;
}

/** Ponder as its documentation has it in production: `ponder start`, with a schema of its own. */
export function startPonder({
  folder,
  databaseUrl,
  rpcUrl,
  wsUrl,
  chainId,
  port,
  logFile,
}: PonderArgs): MeasuredProcess {
  const program = join(folder, 'node_modules', 'ponder', 'dist', 'esm', 'bin', 'ponder.js');
  return startMeasured({
    args: [program, 'start', '--schema', PONDER_SCHEMA, '--port', String(port)],
    cwd: folder,
    logFile,
    env: {
      DATABASE_URL: databaseUrl,
      BENCH_RPC_URL: rpcUrl,
      ...(wsUrl !== undefined && { BENCH_WS_URL: wsUrl }),
      BENCH_CHAIN_ID: String(chainId),
      BENCH_SPOKE,
      PONDER_TELEMETRY_DISABLED: 'true',
      NODE_ENV: 'production',
    },
  });
}
