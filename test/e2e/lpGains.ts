import { balanceOf } from '@ala/infra/devnet/bridges/transfers';
import { ABI, chainOfSpoke, type World } from '@ala/infra/devnet/scenario/world';
import type { BidBefore, CalledPool } from './calledPools.js';

/** What an LP's account gained of one token on one spoke's chain, and what its shares say that it should have. */
export interface LpGain {
  readonly owner: string;
  readonly spoke: number;
  readonly token: 'tETH' | 'tUSD';
  readonly expected: bigint;
  /** By the token's own balances, now and at the block before the call. */
  readonly gained: bigint;
  /** Claims are rounded down: one smallest unit a bid. */
  readonly dust: bigint;
}

/** Not more than the shares earned, and less by dust only. */
export function isFair({ expected, gained, dust }: LpGain): boolean {
  return gained <= expected && expected - gained <= dust;
}

/** For every LP, spoke and token: the sum over its bids of `result * shares / sharesOfPool`, against the balances. */
export async function readLpGains(
  world: World,
  called: readonly CalledPool[],
  bids: readonly BidBefore[],
): Promise<LpGain[]> {
  const pairs = new Map(bids.map(({ owner, spoke }) => [`${owner}/${spoke}`, { owner, spoke }]));
  const gains = [...pairs.values()].flatMap(({ owner, spoke }) =>
    (['tETH', 'tUSD'] as const).map(async (token): Promise<LpGain> => {
      const own = bids.filter((bid) => bid.owner === owner && bid.spoke === spoke);
      const parts = own.map((bid) => {
        const pool = called.find((candidate) => candidate.spoke === spoke && candidate.tier === bid.tier);
        const result = (token === 'tETH' ? pool?.collateral : pool?.refund) ?? 0n;
        return (result * bid.shares) / bid.sharesOfPool;
      });
      const expected = parts.reduce((sum, part) => sum + part, 0n);
      const gained = await gainedOf(world, called, { owner, spoke, token });
      return { owner, spoke, token, expected, gained, dust: BigInt(own.length) };
    }),
  );
  return Promise.all(gains);
}

async function gainedOf(
  world: World,
  called: readonly CalledPool[],
  { owner, spoke, token }: Pick<LpGain, 'owner' | 'spoke' | 'token'>,
): Promise<bigint> {
  const deployed = world.deployment.spokes.find((candidate) => (candidate.id as number) === spoke);
  const blockBefore = called.find((pool) => pool.spoke === spoke)?.blockBefore;
  if (deployed === undefined || blockBefore === undefined) throw new Error(`spoke ${spoke} was not called`);
  const chain = chainOfSpoke(world, deployed);
  const address = world.devnet.tokens[token][chain.spec.name];
  const data = ABI.token.encodeFunctionData('balanceOf', [owner]);
  const before = BigInt(await chain.provider.call({ to: address, data, blockTag: blockBefore }));
  return (await balanceOf(chain, address, owner)) - before;
}
