import { clear } from '../clear.js';
import { clearingInput, type EarlierPlan, type SpokeAtSnapshot } from '../clearingInput.js';
import { AlaError } from '../errors.js';
import {
  legId,
  ZERO_HASH,
  type Address,
  type AuctionId,
  type BasketId,
  type ChainId,
  type PlanHash,
  type SpokeId,
} from '../ids.js';
import type { Ladder } from '../ladder.js';
import { planDomain, planHash, snapshotHash, type Snapshot } from '../plan.js';
import { plansBefore, readPlansOnChain, type PlanOnChain } from './committedPlans.js';
import { compareFills } from './compareFills.js';
import { readBlockHeader, type RpcProvider } from './header.js';
import { readHubAtSnapshot, readMarketOf } from './hubState.js';
import { blockLeftOut, checkSpokeBlock, readPools, wasCalledAt } from './spokeAtBlock.js';

/** Whether one committed plan is the clearing of the snapshot that it names. */
export interface PlanVerdict {
  readonly planHash: PlanHash;
  readonly round: number;
  /** Empty if the plan is the one; else each difference, with the pool it is about. */
  readonly problems: readonly string[];
}

/** What has to be known of a network to verify on it; a deployment says all of it. */
export interface VerifiableNetwork {
  readonly hub: { readonly chain: string; readonly auctionHub: Address };
  readonly chains: readonly { readonly name: string; readonly chainId: ChainId; readonly startBlock: number }[];
  readonly spokes: readonly VerifiableSpoke[];
  readonly baskets: readonly (Ladder & { readonly id: BasketId })[];
}

interface VerifiableSpoke {
  readonly id: SpokeId;
  readonly chain: string;
  readonly spoke: Address;
}

export interface VerifyArgs {
  readonly network: VerifiableNetwork;
  /** Gives what a chain is asked by, by its name. */
  readonly providerOf: (chain: string) => RpcProvider;
  readonly auctionId: AuctionId;
  /** Told before each plan is cleared again, which takes as long as its spokes' chains do: its number, from 1, of how many. */
  readonly onPlan?: (plan: PlanHash, number: number, count: number) => void;
}

/**
 * Reads the chains only: rebuilds the snapshot of each plan that was committed for the auction and clears again.
 * @throws AlaError if the auction has no plan.
 */
export async function verifyAuction(args: VerifyArgs): Promise<PlanVerdict[]> {
  const { network, auctionId } = args;
  const { hub } = network;
  const plans = await readPlansOnChain(
    args.providerOf(hub.chain),
    hub.auctionHub,
    chainNamed(network, hub.chain).startBlock,
  );
  const own = plans.filter((plan) => plan.plan.auctionId === auctionId && !plan.lapsed);
  if (own.length === 0)
    throw new AlaError(
      `the hub has no committed plan for auction ${auctionId}: check the id, and that the network is the right one`,
    );
  const verdicts: PlanVerdict[] = [];
  for (const [round, plan] of own.entries()) {
    const { planHash, snapshot } = plan;
    args.onPlan?.(planHash, round + 1, own.length);
    verdicts.push(
      snapshot === null
        ? { planHash, round, problems: ['the snapshot is malformed: spokes out of order, or numbers out of range'] }
        : await verifyPlan(args, plans, { ...plan, snapshot }, round),
    );
  }
  return verdicts;
}

type ReadablePlan = PlanOnChain & { readonly snapshot: Snapshot };

async function verifyPlan(
  args: VerifyArgs,
  plans: readonly PlanOnChain[],
  own: ReadablePlan,
  round: number,
): Promise<PlanVerdict> {
  const { plan, snapshot } = own;
  const problems: string[] = [];
  const before = plansBefore(plans, plan.basket, own.planHash);
  const { network } = args;
  const hub = args.providerOf(network.hub.chain);
  await checkNames(args, own, round, problems);
  const state = await readHubAtSnapshot(hub, network, plan.auctionId, snapshot.hubBlock);
  if (state === null)
    return { planHash: own.planHash, round, problems: ['the auction was not open at the snapshot', ...problems] };
  if (state.hub.priceE36 !== plan.priceE36) {
    problems.push(`price: the oracle said ${state.hub.priceE36}, the plan names ${plan.priceE36}`);
  }
  const blocks = await checkBlocks(args, own, problems);
  const basket = network.baskets.find((candidate) => candidate.id === plan.basket);
  if (basket === undefined) throw new AlaError(`basket ${plan.basket} is not one of the network's`);
  const input = clearingInput({
    auctionId: plan.auctionId,
    ladder: basket,
    callBy: plan.callBy,
    hub: state.hub,
    spokes: await Promise.all(
      blocks
        .filter(({ spoke }) => state.collateralUnits.has(spoke.id))
        .map((block) => readSpokeAt(args, plan.basket, block)),
    ),
    earlierPlans: await Promise.all(before.map((earlier) => readEarlier(args, earlier, snapshot.hubBlock, blocks))),
  });
  problems.push(...compareFills(plan.legs, clear(input).fills));
  return { planHash: own.planHash, round, problems };
}

/** The plan's own fields: hashes, round, and the hub's block. */
async function checkNames(args: VerifyArgs, own: ReadablePlan, round: number, problems: string[]): Promise<void> {
  const { plan, snapshot } = own;
  const { chain, auctionHub } = args.network.hub;
  const { chainId } = chainNamed(args.network, chain);
  const domain = planDomain({ chainId, auctionHub });
  if (planHash(domain, plan) !== own.planHash) problems.push('the plan does not have the hash it was committed under');
  if (snapshotHash(snapshot) !== plan.snapshotHash) problems.push('the snapshot is not the one that the plan names');
  if (plan.round !== round) problems.push(`round: expected ${round}, the plan names ${plan.round}`);
  const header = await readBlockHeader(args.providerOf(chain), snapshot.hubBlock);
  if (header?.hash !== snapshot.hubHash || header.timestampSec !== snapshot.hubTimestamp) {
    problems.push(`hub block ${snapshot.hubBlock}: hash or timestamp are not the chain's`);
  }
}

interface UsedBlock {
  readonly spoke: VerifiableSpoke;
  readonly number: number;
  readonly timestampSec: number;
}

async function checkBlocks(args: VerifyArgs, { snapshot }: ReadablePlan, problems: string[]): Promise<UsedBlock[]> {
  const used: UsedBlock[] = [];
  for (const spoke of args.network.spokes) {
    const named = snapshot.spokes.find((block) => block.spoke === spoke.id);
    if (named === undefined) {
      problems.push(`spoke ${spoke.id}: the snapshot does not name it`);
      continue;
    }
    const provider = args.providerOf(spoke.chain);
    const block = await checkSpokeBlock(provider, named, snapshot.hubTimestamp, problems);
    if (block !== null) used.push({ spoke, ...block });
    if (named.blockHash !== ZERO_HASH) continue;
    const { startBlock } = chainNamed(args.network, spoke.chain);
    const leftOut = await blockLeftOut(provider, startBlock, snapshot.hubTimestamp);
    if (leftOut === null) continue;
    // Its pools are part of the book: what the plan skips of them is named below.
    problems.push(`spoke ${spoke.id}: the snapshot leaves it out, although its chain had block ${leftOut.number}`);
    used.push({ spoke, number: leftOut.number, timestampSec: leftOut.timestampSec });
  }
  return used;
}

async function readSpokeAt(
  args: VerifyArgs,
  basket: PlanOnChain['plan']['basket'],
  block: UsedBlock,
): Promise<SpokeAtSnapshot> {
  const { spoke, number, timestampSec } = block;
  const { startBlock: fromBlock } = chainNamed(args.network, spoke.chain);
  return {
    spoke: spoke.id,
    timestampSec,
    ...(await readPools(args.providerOf(spoke.chain), spoke.spoke, basket, { fromBlock, toBlock: number })),
  };
}

async function readEarlier(
  args: VerifyArgs,
  earlier: PlanOnChain,
  hubBlock: number,
  blocks: readonly UsedBlock[],
): Promise<EarlierPlan> {
  const calledOn = new Set<SpokeId>();
  for (const { spoke, number } of blocks) {
    const provider = args.providerOf(spoke.chain);
    const isIn = earlier.plan.legs.some((leg) => leg.spoke === spoke.id);
    if (isIn && (await wasCalledAt(provider, spoke.spoke, legId(earlier.planHash, spoke.id), number)))
      calledOn.add(spoke.id);
  }
  const { chain, auctionHub } = args.network.hub;
  const marketId = await readMarketOf(args.providerOf(chain), auctionHub, earlier.plan.auctionId);
  return { plan: earlier.plan, marketId, afterHubBlock: earlier.blockNumber > hubBlock, calledOn };
}

function chainNamed({ chains }: VerifiableNetwork, name: string) {
  const chain = chains.find((candidate) => candidate.name === name);
  if (chain === undefined) throw new AlaError(`the network has no chain named ${name}`);
  return chain;
}
