import type { Chain } from '../chain/chain.js';
import type { Db } from '../db/client.js';
import { unlessAborted } from '../lib/retry.js';
import type { Pulse } from './pulse.js';
import { readinessProblems, type ReadinessLimits } from './readiness.js';
import type { SignerState } from './signerState.js';
import { readWork, type Work } from './work.js';

/** Where it shows how a node is. */
export interface NodeParts {
  readonly pulse: Pulse;
  readonly db: Db;
  readonly chains: readonly Chain[];
  readonly signerStates: readonly SignerState[];
}

/** How the signer of one chain is. */
export interface LaneState {
  readonly chain: string;
  readonly sender: string;
  /** As it was last read; null before. */
  readonly balanceWei: bigint | null;
  readonly waitsForFees: boolean;
  /** Why it cannot pay. */
  readonly problem: string | null;
}

/** Whoever asks gets an answer within this time, with what there is by then. */
const PATIENCE_MS = 2_000;

/** What is in the database; null if it does not answer in time. */
export function workInTime(db: Db): Promise<Work | null> {
  return inTime(readWork(db));
}

/** Why the node is not ready; `work` as `workInTime` read it. */
export function problemsWith(
  { pulse, chains, signerStates }: NodeParts,
  limits: ReadinessLimits,
  work: Work | null,
  nowMs: number,
): string[] {
  return readinessProblems({
    limits,
    nowMs,
    missing: pulse.missing,
    lastAtHead: pulse.lastAtHead,
    chainProblems: pulse.chainProblems,
    haltedChains: pulse.haltedChains,
    signers: signerStates,
    names: namesOf(chains),
    work,
  });
}

/** By chain id. */
export function namesOf(chains: readonly Chain[]): Map<number, string> {
  return new Map(chains.map(({ name, chainId }): [number, string] => [chainId, name]));
}

/** Why the node is not ready, and how its signers are. */
export async function readNodeState(
  parts: NodeParts,
  limits: ReadinessLimits,
): Promise<{ readonly problems: readonly string[]; readonly lanes: readonly LaneState[] }> {
  const work = await workInTime(parts.db);
  return {
    problems: problemsWith(parts, limits, work, Date.now()),
    lanes: parts.signerStates.map(({ chain, address: sender, balanceWei, waitsForFees, problem }) => {
      return { chain, sender, balanceWei, waitsForFees, problem };
    }),
  };
}

/** Null if it fails or takes too long: the answer says what is missing, and does not wait for it. */
export function inTime<Value>(work: Promise<Value>): Promise<Value | null> {
  return unlessAborted(
    work.catch(() => null),
    AbortSignal.timeout(PATIENCE_MS),
  );
}
