import { ZeroAddress, type Provider } from 'ethers';
import type { HubAtSnapshot } from '../clearingInput.js';
import type { Address, AuctionId, SpokeId } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { hubInterface, readView } from './onChain.js';

/** The hub's `AuctionStatus.Open`. */
const OPEN = 1n;

export interface AuctionAtSnapshot {
  readonly hub: HubAtSnapshot;
  /** The round that comes next. */
  readonly round: number;
  /** Spokes to which collateral can go, with the smallest step in which it does: the hub refuses a plan with a leg on another one. */
  readonly collateralUnits: ReadonlyMap<SpokeId, bigint>;
}

/** Where the hub is, and which spokes it has; a deployment says so. */
export interface HubWithSpokes {
  readonly hub: { readonly auctionHub: Address };
  readonly spokes: readonly { readonly id: SpokeId }[];
}

/** The hub's figures of an auction at a block; null if it was not open there. */
export async function readHubAtSnapshot(
  provider: Provider,
  { hub, spokes }: HubWithSpokes,
  auctionId: AuctionId,
  hubBlock: number,
): Promise<AuctionAtSnapshot | null> {
  const target = { address: hub.auctionHub, abi: hubInterface };
  const [record] = await readView(provider, target, 'auction', [auctionId], hubBlock);
  const { status, terms } = record as { status: bigint; terms: { collateralToken: string } };
  if (status !== OPEN) return null;
  const read = (method: string, args: readonly unknown[]) => readView(provider, target, method, args, hubBlock);
  const [[state], routes] = await Promise.all([
    read('clearingState', [auctionId]),
    Promise.all(spokes.map(({ id }) => read('route', [id, terms.collateralToken]))),
  ]);
  const values = state as Record<string, unknown>;
  return {
    round: parseSmallUint('round', values['round']),
    collateralUnits: new Map(
      spokes.flatMap(({ id }, index) => {
        const { port, unit } = routes[index]?.[0] as { port: string; unit: unknown };
        return port === ZeroAddress ? [] : [[id, parseUint('unit', unit)] as const];
      }),
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
export async function readMarketOf(provider: Provider, hub: Address, auctionId: AuctionId): Promise<number> {
  const [record] = await readView(provider, { address: hub, abi: hubInterface }, 'auction', [auctionId]);
  return parseSmallUint('marketId', (record as { marketId: unknown }).marketId);
}
