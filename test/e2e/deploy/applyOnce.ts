import { Wallet } from 'ethers';
import { applyDeployment } from '@ala/deploy/applyDeployment';
import { openDeployment } from '@ala/deploy/openDeployment';
import type { ApplyResult } from '@ala/deploy/run/apply';
import type { Moment } from '@ala/deploy/run/sendStep';

/** One run of `apply`, as the command does it, told each moment of each step. */
export async function applyOnce(
  path: string,
  env: NodeJS.ProcessEnv,
  options: {
    readonly atMoment?: (step: string, moment: Moment) => void;
    readonly redo?: readonly string[];
    readonly say?: (line: string) => void;
    readonly receiptTimeoutMs?: number;
  } = {},
): Promise<ApplyResult> {
  const open = openDeployment(path, env);
  try {
    const wallet = new Wallet(env['ALA_DEPLOYER_KEY'] ?? '');
    return await applyDeployment({
      open,
      wallet,
      say: () => undefined,
      receiptTimeoutMs: 20_000,
      pollMs: 5,
      ...options,
    });
  } finally {
    open.close();
  }
}
