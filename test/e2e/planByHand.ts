import { Wallet, type JsonRpcProvider } from 'ethers';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { eventTopic } from '@ala/infra/devnet/chain/events';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { ABI, chainOfSpoke, marketOf, type World } from '@ala/infra/devnet/scenario/world';
import { clear, type ClearFill } from '@ala/shared/clear';
import type { ClearPool } from '@ala/shared/clearInput';
import { toAuctionId, toHash, toPlanHash, toTier } from '@ala/shared/ids';
import { planDomain, PLAN_TYPES, planHash, snapshotHash, type Leg, type Plan, type Snapshot } from '@ala/shared/plan';

const OPERATOR_SET_ID = 1;
const CALL_WINDOW_SEC = 30;
const SETTLED_MS = 20_000;

/** A plan as operators would make it, without a node: from the chains, by `clear`, and open to be changed before it is signed. */
export interface PlanByHand {
  readonly snapshot: Snapshot;
  readonly fills: readonly ClearFill[];
  readonly pools: readonly ClearPool[];
  readonly plan: Plan;
}

/** Reads a snapshot and clears the auction on it. */
export async function clearByHand(world: World, auctionId: string): Promise<PlanByHand> {
  const { deployment } = world;
  const { basket } = marketOf(world);
  const snapshot = await takeSnapshot(world);
  const state = await hubView(world, 'clearingState', [auctionId], snapshot.hubBlock);
  const pools = await readPools(world, snapshot);
  const { fills } = clear({
    auction: {
      debtLeft: state['debtLeft'] as bigint,
      collateralLeft: state['collateralLeft'] as bigint,
      priceE36: state['priceE36'] as bigint,
      operatorFeeBps: Number(state['operatorFeeBps']),
      unit: state['unit'] as bigint,
      minLeg: state['minLeg'] as bigint,
    },
    ladder: basket,
    pools,
  });
  const plan = {
    auctionId: toAuctionId(auctionId),
    round: Number(state['round']),
    basket: basket.id,
    prevPlan: toPlanHash(state['head']),
    priceE36: state['priceE36'] as bigint,
    snapshotHash: snapshotHash(snapshot),
    callBy: snapshot.hubTimestamp + CALL_WINDOW_SEC,
    operatorSetId: OPERATOR_SET_ID,
    legs: legsOf(deployment.spokes, fills),
  };
  return { snapshot, fills, pools, plan };
}

/** The plan with other fills. */
export function withFills(world: World, { plan }: PlanByHand, fills: readonly ClearFill[]): Plan {
  return { ...plan, legs: legsOf(world.deployment.spokes, fills) };
}

/** Signs with a quorum of the devnet's operators and commits. @throws if the hub does not take it as its head. */
export async function commitByHand(world: World, plan: Plan, snapshot: Snapshot): Promise<void> {
  const { devnet, deployment, terms } = world;
  const { auctionHub, chain } = deployment.hub;
  const hub = deployment.chains.find((candidate) => candidate.name === chain);
  if (hub === undefined) throw new Error(`no chain named ${chain}`);
  const domain = planDomain({ chainId: hub.chainId, auctionHub });
  // The devnet's operators are sorted by address, as signatures have to be.
  const quorum = devnet.accounts.operators.slice(0, terms.operatorQuorum);
  const signatures = await Promise.all(
    quorum.map(({ privateKey }) => new Wallet(privateKey).signTypedData(domain, PLAN_TYPES, plan)),
  );
  const lane = await Lane.open(devnet.chains.hub.provider, devnet.accounts.traveller);
  lane.call(auctionHub, ABI.hub, 'commitPlan', [plan, snapshot, signatures]);
  const [receipt] = await lane.flush();
  const topic = eventTopic(ABI.hub, 'PlanCommitted');
  const committed = receipt?.logs.some((log) => log.topics[0] === topic && log.topics[2] === planHash(domain, plan));
  if (committed !== true) throw new Error('the hub did not commit the plan');
}

/** The newest hub block that every chain has left behind, and each spoke's last block that is not younger. */
async function takeSnapshot(world: World): Promise<Snapshot> {
  const { devnet, deployment } = world;
  const target = await timestampOf(devnet.chains.hub.provider, 'latest');
  const providers = CHAIN_NAMES.map((name) => devnet.chains[name].provider);
  await waitFor(
    async () => {
      const newest = await Promise.all(providers.map((provider) => timestampOf(provider, 'latest')));
      return newest.every((timestamp) => timestamp > target) ? true : null;
    },
    { what: 'a second that all chains have left behind', timeoutMs: SETTLED_MS },
  );
  const hub = await lastBlockUpTo(devnet.chains.hub.provider, target);
  const spokes = await Promise.all(
    deployment.spokes.map(async (spoke) => {
      const block = await lastBlockUpTo(chainOfSpoke(world, spoke).provider, hub.timestamp);
      return { spoke: spoke.id, number: block.number, blockHash: toHash(block.hash) };
    }),
  );
  return { hubBlock: hub.number, hubTimestamp: hub.timestamp, hubHash: toHash(hub.hash), spokes };
}

async function lastBlockUpTo(
  provider: JsonRpcProvider,
  timestamp: number,
): Promise<{ number: number; hash: string; timestamp: number }> {
  for (let number = await provider.getBlockNumber(); number >= 0; number--) {
    const block = await provider.getBlock(number);
    if (block?.hash != null && block.timestamp <= timestamp) {
      return { number, hash: block.hash, timestamp: block.timestamp };
    }
  }
  throw new Error(`no block up to ${timestamp}`);
}

async function timestampOf(provider: JsonRpcProvider, tag: 'latest'): Promise<number> {
  const block = await provider.getBlock(tag);
  if (block === null) throw new Error('a chain without blocks');
  return block.timestamp;
}

async function readPools(world: World, snapshot: Snapshot): Promise<ClearPool[]> {
  const { basket } = marketOf(world);
  const tiers = Array.from({ length: basket.tierCount }, (_, tier) => toTier(tier));
  const pools = await Promise.all(
    snapshot.spokes.flatMap(({ spoke, number }) => {
      const deployed = world.deployment.spokes.find((candidate) => candidate.id === spoke);
      if (deployed === undefined) throw new Error(`the deployment has no spoke ${spoke}`);
      const { provider } = chainOfSpoke(world, deployed);
      return tiers.map(async (tier): Promise<ClearPool> => {
        const data = ABI.spoke.encodeFunctionData('pool', [basket.id, tier]);
        const returned = await provider.call({ to: deployed.spoke, data, blockTag: number });
        const [pool] = ABI.spoke.decodeFunctionResult('pool', returned) as unknown as [{ assets: bigint }];
        return { spoke, tier, available: pool.assets };
      });
    }),
  );
  return pools.filter((pool) => pool.available > 0n);
}

/** A struct that the hub answers with, as of a block. */
async function hubView(
  world: World,
  method: string,
  args: readonly unknown[],
  blockTag: number,
): Promise<Readonly<Record<string, unknown>>> {
  const data = ABI.hub.encodeFunctionData(method, args);
  const { provider } = world.devnet.chains.hub;
  const returned = await provider.call({ to: world.deployment.hub.auctionHub, data, blockTag });
  const [state] = ABI.hub.decodeFunctionResult(method, returned);
  return state as Readonly<Record<string, unknown>>;
}

/** Legs by spoke, fills by tier, both ascending. */
function legsOf(spokes: World['deployment']['spokes'], fills: readonly ClearFill[]): Leg[] {
  return [...spokes]
    .sort((a, b) => a.id - b.id)
    .map(({ id }) => ({
      spoke: id,
      fills: fills
        .filter((fill) => fill.spoke === id)
        .sort((a, b) => a.tier - b.tier)
        .map(({ tier, amount }) => ({ tier, amount })),
    }))
    .filter((leg) => leg.fills.length > 0);
}
