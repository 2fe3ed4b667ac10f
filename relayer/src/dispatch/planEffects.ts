import type { JsonRpcProvider } from 'ethers';
import type { Address, LegId, SpokeId } from '@ala/shared/ids';
import { legHash, planHeader, type Plan, type Snapshot } from '@ala/shared/plan';
import type { Tx } from '../db/client.js';
import { hubInterface, readContract, spokeInterface } from '../chain/contracts.js';
import { readLatest } from '../chain/header.js';
import type { OutboxState } from './outboxState.js';
import type { Preparation } from './preparation.js';

/** A plan as this node signed it. */
export interface SignedPlan {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly signatures: readonly string[];
}

export interface CommitArgs {
  readonly provider: JsonRpcProvider;
  readonly hub: Address;
  readonly signed: SignedPlan;
  /** The hub's events show the plan, committed or lapsed. */
  readonly seenOnHub: boolean;
  /** How far the commit of `prevPlan` is, if that is a plan of this node. */
  readonly prevCommit: OutboxState | null;
  /** A plan on top of this one can still be called, or was: it needs this one as the head, be it lapsed. */
  readonly isNeeded: (nowSec: number, tx?: Tx) => Promise<boolean>;
  /** A spoke shows a leg of the plan as called. */
  readonly anyLegCalled: boolean;
  /** A transaction that calls a leg of the plan was signed. */
  readonly anyCallSigned: () => Promise<boolean>;
}

/**
 * A reorg removed the auction, or the plan's block before it; or the operators who signed it have been replaced. The hub refuses such a plan,
 * and takes no lapse of it either: past `callBy` nothing can come of it any more, and it must not keep its place in the basket's chain.
 */
const refusedForGood = ['AuctionUnknown', 'SnapshotBeforeOpening', 'OperatorSetExpired'];
/** From one look to the next for what another plan, or the plan's own commit, has to come to first. */
const PLAN_RETRY_MS = 500;
/** Of the time from its snapshot to its `callBy` that a plan has for its calls. */
const LEAST_TO_CALL = 0.25;

/** Makes the plan the basket's head, unless another one took its place. */
export async function prepareCommit(args: CommitArgs): Promise<Preparation> {
  const { provider, hub, seenOnHub, prevCommit } = args;
  if (seenOnHub) return { status: 'done' };
  const { plan, snapshot, signatures } = args.signed;
  const headAt = async (block: 'latest' | 'pending'): Promise<unknown> => {
    const [head] = await readContract(provider, { address: hub, abi: hubInterface }, 'headOf', [plan.basket], block);
    return head;
  };
  const head = await headAt('latest');
  const { timestampSec: nowSec } = await readLatest(provider);
  const isLate = nowSec > plan.callBy;
  // It would lapse, and take the place of a plan that was signed on the same head since. But what was called is to be counted by its
  // market, which a lapse does: an oracle that answers otherwise for a moment is no way around the limit.
  if (isLate && !args.anyLegCalled && !(await args.isNeeded(nowSec))) {
    return { status: 'obsolete', reason: 'past callBy', isStill: async (tx) => !(await args.isNeeded(nowSec, tx)) };
  }
  const isFollowing = head !== plan.prevPlan;
  if (isFollowing) {
    const reason = `the basket's head is ${String(head)}`;
    // Else the events are a block behind, or another operator's plan follows `prevPlan`: `callBy` decides.
    const isComing = prevCommit !== null && prevCommit !== 'done' && prevCommit !== 'obsolete';
    if (isLate && !isComing) return { status: 'obsolete', reason };
    // It would reserve for legs that wait for the plan before it, and can hardly be called in time any more.
    const isNearlyLate = !isLate && nowSec > plan.callBy - (plan.callBy - snapshot.hubTimestamp) * LEAST_TO_CALL;
    if (isNearlyLate && !args.anyLegCalled && !(await args.anyCallSigned()) && !(await args.isNeeded(nowSec)))
      return { status: 'notReady', reason: 'too late for its calls', retryInMs: PLAN_RETRY_MS };
    // Not every node knows what waits for a block.
    const isNext =
      isComing && prevCommit !== 'pending' && (await headAt('pending').catch(() => null)) === plan.prevPlan;
    if (!isNext) return { status: 'notReady', reason, retryInMs: PLAN_RETRY_MS };
  }
  return {
    status: 'send',
    call: {
      to: hub,
      data: hubInterface.encodeFunctionData('commitPlan', [plan, snapshot, signatures]),
      valueWei: 0n,
      finalErrors: isLate ? refusedForGood : [],
      oneOfSeveral: false,
      onPending: isFollowing,
    },
  };
}

export interface CallArgs {
  readonly provider: JsonRpcProvider;
  readonly spokeAddress: Address;
  readonly spoke: SpokeId;
  readonly legId: LegId;
  readonly signed: SignedPlan;
  readonly commitState: OutboxState | null;
  /** The hub has refused the commit, for now. */
  readonly commitRefused: boolean;
  /** Nothing says that the plan before it is in a block. */
  readonly prevWaits: boolean;
  /** The hub's chain has the block on which the plan was cleared; else the hub could only let the plan lapse. */
  readonly snapshotStands: boolean;
  /** The hub took the plan without reserving anything: what it calls could only be sent back. */
  readonly lapsed: boolean;
  /** Gets the surplus of the bridge fee. */
  readonly sender: Address;
}

/** Calls the leg's capital on its spoke, once and in time. */
export async function prepareCall(args: CallArgs): Promise<Preparation> {
  const { provider, spoke, signed, legId } = args;
  const { plan, signatures } = signed;
  const target = { address: args.spokeAddress, abi: spokeInterface };
  const [calledAt] = await readContract(provider, target, 'calledAt', [legId]);
  if (calledAt !== 0n) return { status: 'done' };
  if (args.commitState === 'obsolete') return { status: 'obsolete', reason: 'the plan cannot be committed' };
  if (args.lapsed) return { status: 'obsolete', reason: 'the plan has lapsed' };
  const isLate = (await readLatest(provider)).timestampSec > plan.callBy;
  if (isLate) return { status: 'obsolete', reason: 'past callBy' };
  // Should that one fail, this one's commit waits until it can only lapse: capital would have been called for nothing.
  if (args.prevWaits)
    return { status: 'notReady', reason: 'the plan before it waits for a block', retryInMs: PLAN_RETRY_MS };
  // What is known to be refused would be called for nothing.
  if (args.commitRefused) return { status: 'notReady', reason: 'its commit was refused', retryInMs: PLAN_RETRY_MS };
  if (!args.snapshotStands)
    return { status: 'notReady', reason: "a reorg removed the snapshot's block", retryInMs: 500 };
  const leg = plan.legs.find((candidate) => candidate.spoke === spoke);
  if (leg === undefined) throw new Error(`plan of leg ${legId} has no leg on spoke ${spoke}`);
  const header = planHeader(plan);
  const [feeWei] = await readContract(provider, target, 'quoteCall', [header, leg]);
  return {
    status: 'send',
    call: {
      to: args.spokeAddress,
      data: spokeInterface.encodeFunctionData('callCapital', [
        header,
        plan.legs.map(legHash),
        leg,
        signatures,
        args.sender,
      ]),
      valueWei: BigInt(String(feeWei)),
      finalErrors: ['CallExpired', 'LegAlreadyCalled'],
      oneOfSeveral: false,
    },
  };
}
