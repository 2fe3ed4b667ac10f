import type { Result } from 'ethers';
import { toAddress, type Address } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '../messageCodec.js';
import { readSpokeEvent, topicOf, type SpokeEvent } from './events.js';
import { readLogs, spokeInterface, type SpokeOnChain } from './onChain.js';

/** A call that a bid took part in and whose result is not credited, or can only be claimed by `claimSkipped`. */
export interface OpenCall {
  readonly gen: number;
  /** The bid's part of what was drawn, hub units, rounded down. */
  readonly drawn: bigint;
  /** All of its result is home. */
  readonly complete: boolean;
  readonly skipped: boolean;
  /** Empty unless the call was skipped and something of its result is home and not claimed. */
  readonly skippedClaims: readonly SkippedClaim[];
}

/** What `claimSkipped` pays of one part of a skipped call's result. */
export interface SkippedClaim {
  readonly part: SkippedPart;
  readonly token: Address;
  /** In the token's own units on the spoke's chain. */
  readonly amountLocal: bigint;
}

export type SkippedPart = 'collateral' | 'refund';

/** Of the message that brings each part home, as the spoke names it. */
export const KIND_OF_PART: Readonly<Record<SkippedPart, number>> = {
  collateral: KIND_LEG_SETTLED,
  refund: KIND_LEG_REFUNDED,
};

export type Skip = Extract<SpokeEvent, { readonly name: 'CallSkipped' }>;

export interface Calls {
  readonly openCalls: readonly OpenCall[];
  /** How many calls of the bid's pool wait for nothing but `finalizeCalls` to be credited; 0 if none of them is the bid's. */
  readonly finalizable: number;
}

export type ReadSpoke = (method: string, args?: readonly unknown[]) => Promise<Result>;

/** Later ones are looked at when these have been credited, all in one transaction: some 30,000 gas each. */
const MOST_CALLS = 64;

/** Calls that pools of the spoke went on without, up to a block. */
export async function readSkips(spoke: SpokeOnChain, toBlock: number): Promise<readonly Skip[]> {
  const logs = await readLogs(spoke, [topicOf(spokeInterface, 'CallSkipped')], toBlock);
  return logs.map(readSpokeEvent).filter((event): event is Skip => event?.name === 'CallSkipped');
}

/** Calls of a bid's pool from the first that is not credited on, and those of the bid that were skipped before. */
export async function readCalls(
  read: ReadSpoke,
  bidId: bigint,
  { bid, debtToken, skips }: { readonly bid: Result; readonly debtToken: Address; readonly skips: readonly Skip[] },
): Promise<Calls> {
  const [basket, tier] = [parseSmallUint('basket', bid['basket']), parseSmallUint('tier', bid['tier'])];
  const [shares, startGen] = [parseUint('shares', bid['shares']), parseSmallUint('startGen', bid['startGen'])];
  if (shares === 0n) return { openCalls: [], finalizable: 0 };
  const [pool] = (await read('pool', [basket, tier])) as unknown as [Result];
  const finalized = parseSmallUint('finalized', pool['finalized']);
  const end = Math.min(parseSmallUint('endGen', bid['endGen']), parseSmallUint('gens', pool['gens']));
  const readCall = async (gen: number): Promise<OpenCall> => {
    const [call] = await read('call', [basket, tier, gen]);
    const fields = call as Result;
    const drawn = (parseUint('drawn', fields['drawn']) * shares) / parseUint('shares', fields['sharesAtCall']);
    const [complete, skipped] = [Boolean(fields['complete']), Boolean(fields['skipped'])];
    const tokens = { collateral: toAddress(fields['collateralToken']), refund: debtToken };
    const skippedClaims = skipped ? await readSkippedClaims(read, bidId, gen, tokens) : [];
    return { gen, drawn, complete, skipped, skippedClaims };
  };
  const isOfPool = (skip: Skip): boolean => Number(skip.basket) === basket && Number(skip.tier) === tier;
  const wasSkipped = skips.filter(isOfPool).map(({ gen }) => gen);
  const before = wasSkipped.filter((gen) => gen >= startGen && gen < end).sort((a, b) => a - b);
  const after = Array.from({ length: Math.min(MOST_CALLS, Math.max(0, end - finalized)) }, (_, i) => finalized + i);
  const [skipped, waiting] = await Promise.all([Promise.all(before.map(readCall)), Promise.all(after.map(readCall))]);
  const firstAway = waiting.findIndex(({ complete }) => !complete);
  const home = firstAway === -1 ? waiting.length : firstAway;
  return {
    openCalls: [...skipped, ...waiting.filter(({ gen }) => gen >= startGen)].filter((call) => !isOver(call)),
    finalizable: finalized + home > startGen ? home : 0,
  };
}

/** What a bid gave to some of its calls, hub units. */
export function drawnIn(calls: readonly OpenCall[]): bigint {
  return calls.reduce((sum, { drawn }) => sum + drawn, 0n);
}

function isOver({ skipped, complete, skippedClaims }: OpenCall): boolean {
  return skipped && complete && skippedClaims.length === 0;
}

async function readSkippedClaims(
  read: ReadSpoke,
  bidId: bigint,
  gen: number,
  tokens: Readonly<Record<SkippedPart, Address>>,
): Promise<SkippedClaim[]> {
  const parts: readonly SkippedPart[] = ['collateral', 'refund'];
  const claims = await Promise.all(
    parts.map(async (part): Promise<SkippedClaim> => {
      const answer = await read('claimableSkipped', [bidId, gen, KIND_OF_PART[part]]);
      return { part, token: tokens[part], amountLocal: parseUint('amountLocal', answer['amountLocal']) };
    }),
  );
  return claims.filter(({ amountLocal }) => amountLocal > 0n);
}
