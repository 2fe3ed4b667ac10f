import type { LastAtHead } from './pulse.js';
import type { Work } from './work.js';

export interface ReadinessLimits {
  /** How long ago a chain may have been read to its head, and how old that head may be. */
  readonly maxChainLagSec: number;
  /** How long an effect may be due without being taken up. */
  readonly maxOverdueSec: number;
}

export interface ReadinessArgs {
  readonly limits: ReadinessLimits;
  readonly nowMs: number;
  readonly missing: string | null;
  readonly lastAtHead: LastAtHead;
  /** Why a chain was not read the last time, by its name. */
  readonly chainProblems: ReadonlyMap<string, string>;
  /** Why a signer cannot pay on a chain; null if it can. */
  readonly signers: readonly { readonly chain: string; readonly problem: string | null }[];
  /** Of the chains in `lastAtHead`, by chain id. */
  readonly names: ReadonlyMap<number, string>;
  /** Null if the database does not answer. */
  readonly work: Work | null;
}

/**
 * Why the node is not ready, each reason in words that say where to look; empty if it is. Ready means that every chain is within its
 * lag, every lane moves and every signer can pay. An effect that waits for a later time (cheaper capital, a proof) is not overdue.
 */
export function readinessProblems(args: ReadinessArgs): string[] {
  const { limits, nowMs, missing, lastAtHead, chainProblems, signers, names, work } = args;
  if (missing !== null) return [`waiting for ${missing}: see the log for what it says`];
  const problems: string[] = [];
  for (const [chain, atMs] of lastAtHead) {
    const why = chainProblems.get(chain) ?? 'look at its RPC, or wait for the backfill';
    if (atMs === null) problems.push(`${chain}: not read to its head since the start: ${why}`);
    else if (nowMs - atMs > limits.maxChainLagSec * 1000) {
      const lagSec = Math.floor((nowMs - atMs) / 1000);
      problems.push(`${chain}: last at its head ${lagSec} s ago, at most ${limits.maxChainLagSec} s: ${why}`);
    }
  }
  for (const { chain, problem } of signers) if (problem !== null) problems.push(`${chain}: ${problem}`);
  if (work === null) return [...problems, 'the database does not answer: look at its server and at databaseUrl'];
  for (const [chainId, chain] of names) {
    const head = work.lastBlocks.get(chainId);
    const ageSec = head === undefined ? 0 : Math.floor(nowMs / 1000 - head.timestampSec);
    if (head === undefined || ageSec <= limits.maxChainLagSec) continue;
    problems.push(
      `${chain}: block ${head.number}, the last one, is ${ageSec} s old, at most ${limits.maxChainLagSec} s; ` +
        'its RPC stands still, or the backfill is under way',
    );
  }
  for (const [chainId, overdueSec] of worstByChain(work)) {
    if (overdueSec <= limits.maxOverdueSec) continue;
    const chain = names.get(chainId) ?? `chain ${chainId}`;
    problems.push(
      `${chain}: an effect is due since ${Math.floor(overdueSec)} s and nobody takes it up, at most ${limits.maxOverdueSec} s; ` +
        'look at the lane in the log, its signer and its RPC',
    );
  }
  return problems;
}

function worstByChain({ effects }: Work): Map<number, number> {
  const worst = new Map<number, number>();
  for (const { chainId, overdueSec } of effects) worst.set(chainId, Math.max(worst.get(chainId) ?? 0, overdueSec));
  return worst;
}
