import { ZeroAddress } from 'ethers';
import type { HubAtSnapshot } from '@ala/shared/clearingInput';
import type { Deployment } from '@ala/shared/deployment';
import type { AuctionId, SpokeId } from '@ala/shared/ids';
import { parseSmallUint, parseUint } from '@ala/shared/integers';
import type { Chain } from '../chain/chain.js';
import { hubInterface, readContract } from '../chain/contracts.js';

/** The hub's `AuctionStatus.Open`. */
const OPEN = 1n;

export interface AuctionAtSnapshot {
  readonly hub: HubAtSnapshot;
  /** The round that comes next. */
  readonly round: number;
  /** Spokes to which collateral can go: the hub refuses a plan with a leg on another one. */
  readonly collateralRoutes: ReadonlySet<SpokeId>;
}

/** The hub's figures of an auction at a block; null if it was not open there. */
export async function readHubAtSnapshot(
  hub: Chain,
  deployment: Deployment,
  auctionId: AuctionId,
  hubBlock: number,
): Promise<AuctionAtSnapshot | null> {
  const target = { address: deployment.hub.auctionHub, abi: hubInterface };
  const [record] = await readContract(hub.provider, target, 'auction', [auctionId], hubBlock);
  const { status, terms } = record as { status: bigint; terms: { collateralToken: string } };
  if (status !== OPEN) return null;
  const read = (method: string, args: readonly unknown[]) => readContract(hub.provider, target, method, args, hubBlock);
  const [[state], routes] = await Promise.all([
    read('clearingState', [auctionId]),
    Promise.all(deployment.spokes.map(({ id }) => read('route', [id, terms.collateralToken]))),
  ]);
  const values = state as Record<string, unknown>;
  return {
    round: parseSmallUint('round', values['round']),
    collateralRoutes: new Set(
      deployment.spokes
        .filter((_, index) => (routes[index]?.[0] as { port: string }).port !== ZeroAddress)
        .map(({ id }) => id),
    ),
    hub: {
      marketId: parseSmallUint('marketId', values['marketId']),
      debtLeft: parseUint('debtLeft', values['debtLeft']),
      collateralLeft: parseUint('collateralLeft', values['collateralLeft']),
      inFlightLeft: parseUint('inFlightLeft', values['inFlightLeft']),
      priceE36: parseUint('priceE36', values['priceE36']),
      operatorFeeBps: parseSmallUint('operatorFeeBps', values['operatorFeeBps']),
      maxPremiumBps: parseSmallUint('maxPremiumBps', values['maxPremiumBps']),
      unit: parseUint('unit', values['unit']),
      minLeg: parseUint('minLeg', values['minLeg']),
    },
  };
}

/** The market of an auction, which never changes. */
export async function readMarketOf(hub: Chain, deployment: Deployment, auctionId: AuctionId): Promise<number> {
  const target = { address: deployment.hub.auctionHub, abi: hubInterface };
  const [record] = await readContract(hub.provider, target, 'auction', [auctionId]);
  return parseSmallUint('marketId', (record as { marketId: unknown }).marketId);
}
