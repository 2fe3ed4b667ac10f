import type { DevnetAccount } from '../accounts.js';
import { balanceOf, fetchVaa, redeemWormhole, sendOft, sendWormhole } from '../bridges/transfers.js';
import { Lane } from '../chain/lane.js';
import { waitFor } from '../chain/waitFor.js';
import { readable } from './amounts.js';
import type { PlannedBid } from './plannedBids.js';
import { ABI, type World } from './world.js';

const ARRIVAL_MS = 30_000;

interface Funding {
  readonly lp: DevnetAccount;
  readonly amount: bigint;
}

/** What each LP needs on one spoke for its bids. */
function fundingsOf(world: World, bids: readonly PlannedBid[], spoke: number): Funding[] {
  const perLp = new Map<number, bigint>();
  for (const bid of bids) {
    if (bid.spoke === spoke) perLp.set(bid.lp, (perLp.get(bid.lp) ?? 0n) + bid.amount);
  }
  return [...perLp].map(([index, amount]) => ({ lp: lpOf(world, index), amount }));
}

export function lpOf(world: World, index: number): DevnetAccount {
  const lp = world.devnet.accounts.lps[index];
  if (!lp) throw new Error(`the devnet has no LP ${index}`);
  return lp;
}

/** Mints the dollars on the hub and sends them to the LPs' chains over the bridges, where they bid with representations. */
export async function fundLps(world: World, bids: readonly PlannedBid[]): Promise<void> {
  const { devnet } = world;
  const { tUSD } = devnet.tokens;
  const [overLayerZero, overWormhole, local] = [1, 2, 3].map((spoke) => fundingsOf(world, bids, spoke)) as [
    Funding[],
    Funding[],
    Funding[],
  ];
  const sum = (fundings: readonly Funding[]): bigint => fundings.reduce((total, { amount }) => total + amount, 0n);
  const { deployer } = devnet.accounts;
  const lane = await Lane.open(devnet.chains.hub.provider, deployer);
  lane.call(tUSD.hub, ABI.token, 'mint', [deployer.address, sum(overLayerZero) + sum(overWormhole)]);
  for (const { lp, amount } of local) lane.call(tUSD.hub, ABI.token, 'mint', [lp.address, amount]);
  await lane.flush();

  await sendFundsOverLayerZero(world, overLayerZero);
  await sendFundsOverWormhole(world, overWormhole);
  await Promise.all(overLayerZero.map((funding) => arrived(world, funding)));
  const text = (fundings: readonly Funding[]): string => readable(sum(fundings), tUSD.decimals);
  world.say(
    'all',
    'fund',
    `LPs hold ${text(overLayerZero)} on spokeA, ${text(overWormhole)} on spokeB, ${text(local)} on the hub`,
  );
}

async function sendFundsOverLayerZero({ devnet }: World, fundings: readonly Funding[]): Promise<void> {
  const { hub, spokeA } = devnet.chains;
  const { tUSD } = devnet.tokens;
  const common = { from: hub, to: spokeA, account: devnet.accounts.deployer, token: tUSD.hub, oapp: tUSD.oftAdapter };
  for (const { lp, amount } of fundings) await sendOft({ ...common, recipient: lp.address, amount });
}

async function sendFundsOverWormhole({ devnet }: World, fundings: readonly Funding[]): Promise<void> {
  const { hub, spokeB } = devnet.chains;
  const { deployer } = devnet.accounts;
  const common = { from: hub, to: spokeB, account: deployer, token: devnet.tokens.tUSD.hub };
  const messages = [];
  for (const { lp, amount } of fundings)
    messages.push(await sendWormhole({ ...common, recipient: lp.address, amount }));
  for (const message of messages) await redeemWormhole(spokeB, deployer, await fetchVaa(devnet.wormholeApi, message));
}

async function arrived({ devnet }: World, { lp, amount }: Funding): Promise<void> {
  const { spokeA } = devnet.chains;
  await waitFor(
    async () => ((await balanceOf(spokeA, devnet.tokens.tUSD.spokeA, lp.address)) >= amount ? true : null),
    { what: `the funds of ${lp.address} on spokeA`, timeoutMs: ARRIVAL_MS, pollMs: 200 },
  );
}
