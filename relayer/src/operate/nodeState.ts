import type { Address } from '@ala/shared/ids';
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
  readonly sender: Address;
  /** By the name of the chain. */
  readonly signerStates: ReadonlyMap<string, SignerState>;
}

/** How the signer of one chain is. */
export interface LaneState {
  readonly chain: string;
  readonly sender: Address;
  /** Null while the RPC does not answer. */
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
    signerProblems: new Map([...signerStates].map(([chain, { problem }]) => [chain, problem])),
    names: namesOf(chains),
    work,
  });
}

/** By chain id. */
export function namesOf(chains: readonly Chain[]): Map<number, string> {
  return new Map(chains.map(({ name, chainId }): [number, string] => [chainId, name]));
}

/** By name of the chain; one whose RPC does not answer in time is left out. */
export async function balancesOf({
  sender,
  chains,
}: Pick<NodeParts, 'sender' | 'chains'>): Promise<Map<string, bigint>> {
  const balances = await Promise.all(chains.map(({ provider }) => inTime(provider.getBalance(sender))));
  return new Map(
    chains.flatMap(({ name }, index): [string, bigint][] => {
      const wei = balances[index];
      return wei === null || wei === undefined ? [] : [[name, wei]];
    }),
  );
}

/** Why the node is not ready, and how its signers are. */
export async function readNodeState(
  parts: NodeParts,
  limits: ReadinessLimits,
): Promise<{ readonly problems: readonly string[]; readonly lanes: readonly LaneState[] }> {
  const [work, balances] = await Promise.all([workInTime(parts.db), balancesOf(parts)]);
  const { chains, sender, signerStates } = parts;
  return {
    problems: problemsWith(parts, limits, work, Date.now()),
    lanes: chains.map(({ name }) => ({
      chain: name,
      sender,
      balanceWei: balances.get(name) ?? null,
      waitsForFees: signerStates.get(name)?.waitsForFees ?? false,
      problem: signerStates.get(name)?.problem ?? null,
    })),
  };
}

/** Null if it fails or takes too long: the answer says what is missing, and does not wait for it. */
function inTime<Value>(work: Promise<Value>): Promise<Value | null> {
  return unlessAborted(
    work.catch(() => null),
    AbortSignal.timeout(PATIENCE_MS),
  );
}
