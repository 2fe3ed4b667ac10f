import { z } from 'zod';
import { addressText, bps, bridgeName, count, seconds, tier, uintText } from './scalars.js';

const ladderTier = z.object({ tier, premiumBps: bps });

/** A basket: markets that share a debt token and a ladder. */
export const basket = z.object({
  basket: count,
  debtToken: addressText.describe('On the hub'),
  debtDecimals: count,
  unitDebtUnits: uintText.describe('Bids, debts and draws are multiples of it'),
  tiers: z.array(ladderTier).describe('The cheapest first'),
});

/** Terms that the chain's events have shown; null as long as they have not been read. */
export const marketTerms = z.object({
  operatorFeeBps: bps,
  maxPremiumBps: bps,
  priceToleranceBps: bps,
  maxDurationSec: seconds,
  minLegDebtUnits: uintText,
  maxInFlightDebtUnits: uintText,
});

export const market = z.object({
  marketId: count,
  basket: count,
  source: addressText,
  oracle: addressText,
  collateralToken: addressText.describe('On the hub'),
  collateralDecimals: count,
  fixedPenaltyBps: bps.nullable().describe("The lending protocol's own penalty, if the node's operator has named it"),
  terms: marketTerms.nullable(),
});

/** Terms of bids on one spoke, from the chain's events. */
export const bidTerms = z.object({
  basket: count,
  minBidDebtUnits: uintText,
  activationDelaySec: seconds,
  activationBucketSec: seconds,
  noticeSec: seconds,
  exitBucketSec: seconds,
  callTimeoutSec: seconds,
});

export const spokeInfo = z.object({
  spoke: count,
  chain: z.string(),
  bridge: bridgeName,
  address: addressText.describe('LiquiditySpoke: where bids are placed'),
  port: addressText.describe('Its end of the bridge, on its chain: the peer of `hubPort`'),
  hubPort: addressText.describe('The end of the bridge on the hub: the peer of `port`'),
  operatorSet: addressText,
  tokens: z.array(z.object({ hubToken: addressText, token: addressText.describe('The same on this chain') })),
  bidTerms: z.array(bidTerms),
});

/** All that a front end has to know of the network before it asks or sends anything. */
export const network = z.object({
  network: z.string(),
  profile: z.enum(['production', 'devnet']),
  version: z.string().describe("The node's"),
  playgroundUrl: z.url().nullable().describe('Where a devnet gives play money and lets prices fall; null elsewhere'),
  chains: z.array(
    z.object({
      chain: z.string(),
      chainId: count,
      isHub: z.boolean(),
      rpcUrl: z.url().nullable().describe("What the node's operator lets pages use, if anything"),
      explorerUrl: z.url().nullable().describe('A block explorer: `/tx/<hash>` behind it shows a transaction'),
      startBlock: count.describe("No event of ALA's contracts is older"),
    }),
  ),
  hub: z.object({
    chain: z.string(),
    auctionHub: addressText,
    exchangeVault: addressText,
    operatorSet: addressText,
  }),
  spokes: z.array(spokeInfo),
  baskets: z.array(basket),
  markets: z.array(market),
});

export const basketsAnswer = z.object({ items: z.array(basket) });
export const marketsAnswer = z.object({ items: z.array(market) });

export type NetworkAnswer = z.infer<typeof network>;
export type BasketAnswer = z.infer<typeof basket>;
export type MarketAnswer = z.infer<typeof market>;
export type MarketTerms = z.infer<typeof marketTerms>;
export type BidTerms = z.infer<typeof bidTerms>;
export type SpokeInfo = z.infer<typeof spokeInfo>;
