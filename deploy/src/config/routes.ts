import type { DeployConfig, Representation, SpokeConfig, TokenConfig } from './schema.js';

/** Decimals beyond which a Wormhole transfer carries nothing. */
const WORMHOLE_DECIMALS = 8;

/** One token on one spoke, and how it gets there. */
export interface TokenRoute {
  readonly tokenName: string;
  readonly token: TokenConfig;
  readonly representation: Representation;
  readonly localDecimals: number;
  /** The coarsest step in which the route carries the token, hub units. */
  readonly unit: bigint;
}

/** The tokens that have a representation on the spoke, in the file's order. */
export function routesOf(config: DeployConfig, spoke: SpokeConfig): TokenRoute[] {
  return Object.keys(config.tokens).flatMap((tokenName) => routeOf(config, spoke, tokenName) ?? []);
}

/** The route of a token to the spoke; undefined if there is none. */
export function routeOf(config: DeployConfig, spoke: SpokeConfig, tokenName: string): TokenRoute | undefined {
  const token = config.tokens[tokenName];
  const representation = token?.spokes[String(spoke.id)];
  if (token === undefined || representation === undefined) return undefined;
  const localDecimals = representation.decimals ?? token.decimals;
  const carried = Math.min(carriedDecimals(spoke, representation), localDecimals);
  const unit = 10n ** BigInt(Math.max(0, token.decimals - carried));
  return { tokenName, token, representation, localDecimals, unit };
}

function carriedDecimals({ bridge }: SpokeConfig, { ofts }: Representation): number {
  switch (bridge) {
    case 'local':
      return Infinity;
    case 'wormhole':
      return WORMHOLE_DECIMALS;
    case 'layerzero':
      return ofts?.sharedDecimals ?? 0;
  }
}

/** Tokens that come home to the spoke as collateral: of every market whose basket it takes part in, where there is a route. */
export function collateralRoutesOf(config: DeployConfig, spoke: SpokeConfig): TokenRoute[] {
  const baskets = config.baskets.filter((basket) => String(spoke.id) in basket.spokes).map((basket) => basket.id);
  const names = config.markets.filter((market) => baskets.includes(market.basket)).map((each) => each.collateralToken);
  return [...new Set(names)].flatMap((tokenName) => routeOf(config, spoke, tokenName) ?? []);
}
