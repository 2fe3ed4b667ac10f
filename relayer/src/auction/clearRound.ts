import type { TypedDataDomain } from 'ethers';
import { clear, type ClearFill } from '@ala/shared/clear';
import { clearingInput, type EarlierPlan, type SpokeAtSnapshot } from '@ala/shared/clearingInput';
import { readHubAtSnapshot } from '@ala/shared/client/hubState';
import type { BasketDeployment, Deployment } from '@ala/shared/deployment';
import { legId, type ChainId, type PlanHash, type SpokeId } from '@ala/shared/ids';
import { planHash, snapshotHash, type Leg, type Plan } from '@ala/shared/plan';
import type { SnapshotBook, WantedBlock } from '../book/snapshotBook.js';
import type { Chain } from '../chain/chain.js';
import type { Db } from '../db/client.js';
import type { PlacedIntent } from '../dispatch/intent.js';
import type { SignedPlan } from '../dispatch/planEffects.js';
import type { AuctionView, HubTerms } from './auctionView.js';
import { calledAtBlock, legIdsOf } from './calledLegs.js';
import { readCommittedPlans, type CommittedPlan } from './planStore.js';
import { readTip, type PlanTip } from './planTip.js';
import type { RoundJudge } from './roundCosts.js';
import { signPlan } from './signPlan.js';
import { readSnapshotBlocks, type SnapshotBlocks } from './snapshotBlocks.js';
import { isWorthCalling } from './worthCalling.js';

export interface ClearRoundArgs {
  readonly db: Db;
  /** Of all baskets, kept from round to round. */
  readonly book: SnapshotBook;
  readonly hub: Chain;
  readonly deployment: Deployment;
  readonly basket: BasketDeployment;
  readonly terms: HubTerms;
  readonly domain: TypedDataDomain;
  readonly operatorKeys: readonly string[];
  readonly operatorSetId: number;
  readonly maxSpokeLagSec: number;
  readonly auction: AuctionView;
  readonly spokeChainIds: ReadonlyMap<SpokeId, ChainId>;
  /** Chains whose stored blocks are in doubt. */
  readonly haltedChainIds?: ReadonlySet<ChainId> | undefined;
  /** Chains that are still read to their head: a round waits for them, their capital may be the cheapest. */
  readonly awaitedChainIds?: ReadonlySet<ChainId> | undefined;
  /** Null sends every round. */
  readonly judge: RoundJudge | null;
}

export interface ClearedRound {
  readonly signed: SignedPlan;
  readonly planHash: ReturnType<typeof planHash>;
  /** The plans since the snapshot that it counts, and those that no block had. */
  readonly counted: ReadonlySet<PlanHash>;
  /** Plans count that can be called after this, the oldest timestamp of the snapshot's blocks. */
  readonly sinceSec: number;
  readonly intents: readonly PlacedIntent[];
}

/**
 * Clears what is left of an auction on the newest snapshot and signs the plan. Nothing is stored or sent here.
 *
 * @returns null if there is nothing to call, or if this has to wait for a block, or is not worth it; `planBefore` if no round of the basket
 * can be cleared before the commit of the plan that this node has signed last is under way, or can be had no more.
 */
export async function clearRound(args: ClearRoundArgs): Promise<ClearedRound | 'planBefore' | null> {
  const { db, auction, basket, terms, spokeChainIds, awaitedChainIds } = args;
  if ([...spokeChainIds.values()].some((chainId) => awaitedChainIds?.has(chainId))) return null;
  const blocks = await readSnapshotBlocks(db, {
    hubChainId: terms.hubChainId,
    spokes: [...spokeChainIds].map(([spoke, chainId]) => ({ spoke, chainId })),
    haltedChainIds: args.haltedChainIds,
    // A snapshot waits for the slowest spoke in it: one that is far behind would make it too old for the hub.
    maxSpokeLagSec: Math.min(args.maxSpokeLagSec, Math.floor(terms.maxSnapshotAgeSec / 2)),
  });
  if (blocks === null) return null;
  const { snapshot } = blocks;
  const { callWindowSec } = terms;
  const tip = await readTip(db, basket.id, { nowSec: snapshot.hubTimestamp, callWindowSec });
  if (tip === null) return 'planBefore';
  // Its next round has a number once the hub has taken the one before.
  if (tip.ahead.some(({ plan }) => plan.auctionId === auction.auctionId)) return null;
  const state = await readHubAtSnapshot(args.hub.provider, args.deployment, auction.auctionId, snapshot.hubBlock);
  if (state === null) return null;
  const spokes = await readSpokes(args, blocks);
  if (spokes === null) return null;
  const sinceSec = oldestTimestamp(blocks);
  const plans = await readCommittedPlans(db, basket.id, snapshot.hubBlock, sinceSec);
  const earlier = [...plans, ...notCommitted(tip, plans)];
  const callBy = Math.min(snapshot.hubTimestamp + callWindowSec, auction.deadlineSec);
  const input = clearingInput({
    auctionId: auction.auctionId,
    ladder: basket,
    callBy,
    hub: state.hub,
    spokes: spokes.filter(({ spoke }) => state.collateralUnits.has(spoke)),
    earlierPlans: await withCalls(db, earlier, blocks),
  });
  if (input.auction.debtLeft < input.auction.unit) return null;
  const clearing = clear(input);
  const { priceE36, minLeg } = state.hub;
  const { collateralUnits } = state;
  if (!isWorthCalling(clearing, { ladder: basket, priceE36, minLeg, collateralUnits })) return null;
  const legs = toLegs(clearing.fills);
  if (unresolvedLegs(auction) + legs.length > MAX_UNRESOLVED_LEGS) return null;
  // The hub counts a round for each plan that reserved; those above the snapshot's block are not in its figure yet.
  const laterRounds = plans.filter(
    (earlier) =>
      !earlier.lapsed && earlier.blockNumber > snapshot.hubBlock && earlier.plan.auctionId === auction.auctionId,
  );
  const plan: Plan = {
    auctionId: auction.auctionId,
    round: state.round + laterRounds.length,
    basket: basket.id,
    prevPlan: tip.prevPlan,
    priceE36,
    snapshotHash: snapshotHash(snapshot),
    callBy,
    operatorSetId: args.operatorSetId,
    legs,
  };
  if (args.judge !== null && !(await args.judge(plan, state.hub.operatorFeeBps))) return null;
  const hash = planHash(args.domain, plan);
  const signatures = await signPlan(args.domain, plan, args.operatorKeys);
  const counted = new Set(earlier.map(({ planHash: of }) => of));
  return {
    signed: { plan, snapshot, signatures },
    planHash: hash,
    counted,
    sinceSec,
    intents: planIntents(args, plan, hash),
  };
}

/** The hub refuses a plan that would leave an auction with more: its calls would go out for nothing. */
const MAX_UNRESOLVED_LEGS = 64;

function unresolvedLegs({ legs }: AuctionView): number {
  return legs.filter(({ committed, expired, ended }) => committed && !expired && !ended).length;
}

/** The commit and all calls at once; who prepares the calls knows what they wait for. */
function planIntents(args: ClearRoundArgs, plan: Plan, hash: ReturnType<typeof planHash>): PlacedIntent[] {
  const { auctionId } = plan;
  return [
    { chainId: args.terms.hubChainId, auctionId, intent: { kind: 'commit', planHash: hash } },
    ...plan.legs.map(({ spoke }): PlacedIntent => {
      const chainId = args.spokeChainIds.get(spoke);
      if (chainId === undefined) throw new Error(`spoke ${spoke} has no chain`);
      return { chainId, auctionId, intent: { kind: 'call', planHash: hash, legId: legId(hash, spoke), spoke } };
    }),
  ];
}

/** Legs by spoke, fills by tier, both ascending. */
export function toLegs(fills: readonly ClearFill[]): Leg[] {
  const spokes = [...new Set(fills.map((fill) => fill.spoke))].sort((a, b) => a - b);
  return spokes.map((spoke) => ({
    spoke,
    fills: fills.filter((fill) => fill.spoke === spoke).map(({ tier, amount }) => ({ tier, amount })),
  }));
}

/** Null if a reorg has taken one of the blocks. */
async function readSpokes(
  { db, book, basket }: ClearRoundArgs,
  { snapshot, spokes }: SnapshotBlocks,
): Promise<SpokeAtSnapshot[] | null> {
  const found = await book.at(db, basket.id, chainBlocks({ snapshot, spokes }));
  if (found === null) return null;
  return spokes.flatMap(({ spoke, timestampSec }) => {
    const side = found.get(spoke);
    return side === undefined ? [] : [{ spoke, timestampSec, ...side }];
  });
}

/** Pure: the block of each chain that has a spoke in the snapshot. */
function chainBlocks({ snapshot, spokes }: SnapshotBlocks): WantedBlock[] {
  const hashes = new Map(snapshot.spokes.map(({ spoke, blockHash }) => [spoke, blockHash]));
  const blocks = spokes.map(({ spoke, chainId, number }): [ChainId, WantedBlock] => [
    chainId,
    { chainId, number, hash: hashes.get(spoke) ?? '' },
  ]);
  return [...new Map(blocks).values()];
}

/** Pure: what this node has signed and no block had when `committed` was read. */
function notCommitted({ ahead }: PlanTip, committed: readonly CommittedPlan[]): Omit<CommittedPlan, 'lapsed'>[] {
  const known = new Set(committed.map(({ planHash: hash }) => hash));
  return ahead.filter(({ planHash: hash }) => !known.has(hash)).map((own) => ({ ...own, blockNumber: Infinity }));
}

async function withCalls(
  db: Db,
  plans: readonly Omit<CommittedPlan, 'lapsed'>[],
  blocks: SnapshotBlocks,
): Promise<EarlierPlan[]> {
  const legIds = plans.flatMap(({ planHash: hash, plan }) => legIdsOf(hash, plan));
  const called = await calledAtBlock(db, legIds, blocks.spokes);
  return plans.map(({ planHash: hash, plan, marketId, blockNumber }) => ({
    plan,
    marketId,
    afterHubBlock: blockNumber > blocks.snapshot.hubBlock,
    calledOn: new Set(plan.legs.map((leg) => leg.spoke).filter((spoke) => called.has(legId(hash, spoke)))),
  }));
}

function oldestTimestamp(blocks: SnapshotBlocks): number {
  return Math.min(blocks.snapshot.hubTimestamp, ...blocks.spokes.map((spoke) => spoke.timestampSec));
}
