import type { LogDescription } from 'ethers';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { ABI, chainOfSpoke, marketOf, type World } from '@ala/infra/devnet/scenario/world';
import type { SpokeDeployment } from '@ala/shared/deployment';

/** One pool that an auction called, with what it held before and what came home for it; all read from its chain. */
export interface CalledPool {
  readonly spoke: number;
  readonly tier: number;
  readonly drawn: bigint;
  readonly collateral: bigint;
  readonly refund: bigint;
  /** The last block before the call. */
  readonly blockBefore: number;
}

/** A pool just before its spoke was called. */
export interface PoolBefore {
  readonly spoke: number;
  readonly tier: number;
  readonly assets: bigint;
}

/** A bid just before its pool was called, with the part of the pool that was its own. */
export interface BidBefore {
  readonly spoke: number;
  readonly tier: number;
  readonly owner: string;
  readonly shares: bigint;
  readonly sharesOfPool: bigint;
}

const KIND_COLLATERAL = 2n;

/** Everything that the auction called, from the spokes' events. */
export async function readCalledPools(world: World, auctionId: string): Promise<CalledPool[]> {
  const perSpoke = await Promise.all(
    world.deployment.spokes.map(async (spoke) => {
      const results = await readEvents(world, spoke, 'ResultRecorded');
      const calls = await readEvents(world, spoke, 'CapitalCalled');
      return calls.flatMap(({ args, blockNumber }) => {
        if (args['auctionId'] !== auctionId) return [];
        const fills = [...(args['fills'] as Iterable<{ tier: bigint; gen: bigint; amount: bigint }>)];
        return fills.map(({ tier, gen, amount }): CalledPool => {
          const own = results.filter((result) => result.args['tier'] === tier && result.args['gen'] === gen);
          const total = (isCollateral: boolean): bigint =>
            own
              .filter((result) => (result.args['kind'] === KIND_COLLATERAL) === isCollateral)
              .reduce((sum, result) => sum + (result.args['amount'] as bigint), 0n);
          return {
            spoke: spoke.id,
            tier: Number(tier),
            drawn: amount,
            collateral: total(true),
            refund: total(false),
            blockBefore: blockNumber - 1,
          };
        });
      });
    }),
  );
  return perSpoke.flat();
}

/** All pools of the basket before the auction, each at the last block before its spoke's first call. */
export async function readPoolsBefore(world: World, called: readonly CalledPool[]): Promise<PoolBefore[]> {
  const { basket } = marketOf(world);
  const tiers = Array.from({ length: basket.tierCount }, (_, tier) => tier);
  const pools = await Promise.all(
    world.deployment.spokes.flatMap((spoke) => {
      const blockTag = blockBeforeCalls(called, spoke);
      return tiers.map(async (tier): Promise<PoolBefore> => {
        const pool = await viewAt(world, spoke, 'pool', [basket.id, tier], blockTag);
        return { spoke: spoke.id, tier, assets: pool['assets'] as bigint };
      });
    }),
  );
  return pools.filter((pool) => pool.assets > 0n);
}

/** All bids that stood before the auction. */
export async function readBidsBefore(world: World, called: readonly CalledPool[]): Promise<BidBefore[]> {
  const { basket } = marketOf(world);
  const perSpoke = await Promise.all(
    world.deployment.spokes.map(async (spoke) => {
      const blockTag = blockBeforeCalls(called, spoke);
      const placed = await readEvents(world, spoke, 'BidPlaced');
      const before = placed.filter((bid) => blockTag === 'latest' || bid.blockNumber <= blockTag);
      return Promise.all(
        before.map(async ({ args }): Promise<BidBefore> => {
          const bid = await viewAt(world, spoke, 'bid', [args['bidId']], blockTag);
          const pool = await viewAt(world, spoke, 'pool', [basket.id, bid['tier']], blockTag);
          return {
            spoke: spoke.id,
            tier: Number(bid['tier']),
            owner: String(bid['owner']),
            shares: bid['shares'] as bigint,
            sharesOfPool: pool['shares'] as bigint,
          };
        }),
      );
    }),
  );
  return perSpoke.flat();
}

function blockBeforeCalls(called: readonly CalledPool[], spoke: SpokeDeployment): number | 'latest' {
  const blocks = called.filter((pool) => pool.spoke === (spoke.id as number)).map((pool) => pool.blockBefore);
  return blocks.length === 0 ? 'latest' : Math.min(...blocks);
}

async function readEvents(
  world: World,
  spoke: SpokeDeployment,
  name: string,
): Promise<{ args: Readonly<Record<string, unknown>>; blockNumber: number }[]> {
  const { provider } = chainOfSpoke(world, spoke);
  const topics = [eventTopic(ABI.spoke, name)];
  const logs = await provider.getLogs({ address: spoke.spoke, topics, fromBlock: 0, toBlock: 'latest' });
  return logs.map((log) => ({ args: named(readEvent(ABI.spoke, log)), blockNumber: log.blockNumber }));
}

const named = ({ args }: LogDescription): Readonly<Record<string, unknown>> =>
  args.toObject() as Readonly<Record<string, unknown>>;

async function viewAt(
  world: World,
  spoke: SpokeDeployment,
  method: string,
  args: readonly unknown[],
  blockTag: number | 'latest',
): Promise<Readonly<Record<string, unknown>>> {
  const { provider } = chainOfSpoke(world, spoke);
  const data = ABI.spoke.encodeFunctionData(method, args);
  const [state] = ABI.spoke.decodeFunctionResult(method, await provider.call({ to: spoke.spoke, data, blockTag }));
  return state as Readonly<Record<string, unknown>>;
}
