import { and, asc, inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { BasketAnswer, BidTerms, MarketAnswer, MarketTerms, NetworkAnswer } from '@ala/shared/api/network';
import { chainOf, type BasketDeployment, type Deployment } from '@ala/shared/deployment';
import { toTier } from '@ala/shared/ids';
import { premiumBps } from '@ala/shared/ladder';
import type { DbOrTx } from '../../db/client.js';
import { rawEvents } from '../../db/chainTables.js';
import type { ApiContext } from '../context.js';

/** What the events of their creation say of markets, and of baskets on each spoke. */
export interface Terms {
  readonly markets: ReadonlyMap<number, MarketTerms>;
  /** By spoke. */
  readonly bids: ReadonlyMap<number, readonly BidTerms[]>;
}

/** The events that say what terms are. */
export const termEvents: readonly string[] = ['MarketCreated', 'MaxInFlightSet', 'BasketCreated'];

const whole = z.coerce.number().int().min(0);
const units = z.string();

const marketCreated = z.object({
  marketId: whole,
  params: z.object({
    operatorFeeBps: whole,
    maxPremiumBps: whole,
    priceToleranceBps: whole,
    maxDurationSec: whole,
    minLeg: units,
    maxInFlight: units,
  }),
});
const maxInFlightSet = z.object({ marketId: whole, maxInFlight: units });
const basketCreated = z.object({
  basket: whole,
  params: z.object({
    minBid: units,
    activationDelaySec: whole,
    activationBucketSec: whole,
    noticeSec: whole,
    exitBucketSec: whole,
    callTimeoutSec: whole,
  }),
});

export async function readTerms(db: DbOrTx, deployment: Deployment): Promise<Terms> {
  const addresses = [deployment.hub.auctionHub, ...deployment.spokes.map(({ spoke }) => spoke)];
  const rows = await db
    .select()
    .from(rawEvents)
    .where(and(inArray(rawEvents.name, [...termEvents]), inArray(rawEvents.address, addresses)))
    .orderBy(asc(rawEvents.chainId), asc(rawEvents.blockNumber), asc(rawEvents.logIndex));
  return termsOf(deployment, rows);
}

/** Pure: terms as the last of these events leave them. */
export function termsOf(deployment: Deployment, rows: readonly (typeof rawEvents.$inferSelect)[]): Terms {
  const markets = new Map<number, MarketTerms>();
  const bids = new Map<number, BidTerms[]>();
  const hub = chainOf(deployment, deployment.hub.chain).chainId;
  for (const { chainId, address, name, args } of rows) {
    const onHub = chainId === hub && address === deployment.hub.auctionHub;
    if (onHub && name === 'MarketCreated') {
      const { marketId, params } = marketCreated.parse(args);
      const { minLeg, maxInFlight, ...terms } = params;
      markets.set(marketId, { ...terms, minLegDebtUnits: minLeg, maxInFlightDebtUnits: maxInFlight });
    } else if (onHub && name === 'MaxInFlightSet') {
      const { marketId, maxInFlight } = maxInFlightSet.parse(args);
      const before = markets.get(marketId);
      if (before !== undefined) markets.set(marketId, { ...before, maxInFlightDebtUnits: maxInFlight });
    } else if (!onHub && name === 'BasketCreated') {
      const spoke = deployment.spokes.find(
        (candidate) => candidate.spoke === address && chainOf(deployment, candidate.chain).chainId === chainId,
      );
      if (spoke === undefined) continue;
      const { basket, params } = basketCreated.parse(args);
      const { minBid, ...terms } = params;
      bids.set(spoke.id, [...(bids.get(spoke.id) ?? []), { basket, minBidDebtUnits: minBid, ...terms }]);
    }
  }
  return { markets, bids };
}

export function basketAnswer(basket: BasketDeployment): BasketAnswer {
  return {
    basket: basket.id,
    debtToken: basket.debtToken,
    debtDecimals: basket.debtDecimals,
    unitDebtUnits: basket.unit.toString(),
    tiers: Array.from({ length: basket.tierCount }, (_, tier) => ({
      tier,
      premiumBps: premiumBps(basket, toTier(tier)),
    })),
  };
}

export function marketAnswers({ deployment, settings }: ApiContext, terms: Terms): MarketAnswer[] {
  return deployment.markets.map((market) => ({
    marketId: market.id,
    basket: market.basket,
    source: market.source,
    oracle: market.oracle,
    collateralToken: market.collateralToken,
    collateralDecimals: market.collateralDecimals,
    fixedPenaltyBps: settings.fixedPenaltyBps[String(market.id)] ?? null,
    terms: terms.markets.get(market.id) ?? null,
  }));
}

/** Addresses, ids, tokens and tiers; never the node's own RPCs, whose URLs may hold keys. */
export function networkAnswer(context: ApiContext, terms: Terms): NetworkAnswer {
  const { deployment, version, settings } = context;
  const { chain, auctionHub, exchangeVault, operatorSet } = deployment.hub;
  return {
    network: deployment.network,
    profile: deployment.profile,
    version,
    playgroundUrl: settings.playgroundUrl ?? null,
    chains: deployment.chains.map(({ name, chainId, isHub, startBlock }) => ({
      chain: name,
      chainId,
      isHub,
      rpcUrl: settings.publicRpcUrls[name] ?? null,
      explorerUrl: settings.explorerUrls[name] ?? null,
      startBlock,
    })),
    hub: { chain, auctionHub, exchangeVault, operatorSet },
    spokes: deployment.spokes.map((spoke) => ({
      spoke: spoke.id,
      chain: spoke.chain,
      bridge: spoke.bridge,
      address: spoke.spoke,
      port: spoke.port,
      hubPort: spoke.hubPort,
      operatorSet: spoke.operatorSet,
      tokens: [...spoke.tokens].map(([hubToken, token]) => ({ hubToken, token })),
      bidTerms: [...(terms.bids.get(spoke.id) ?? [])],
    })),
    baskets: deployment.baskets.map(basketAnswer),
    markets: marketAnswers(context, terms),
  };
}
