import type { SpokeConfig } from '../config/schema.js';

/** Names of the contracts of a deployment. */
export const AUCTION_HUB = 'auctionHub';
export const EXCHANGE_VAULT = 'exchangeVault';
export const HUB_ENGINE = 'hubEngine';

export const operatorSetKey = (chain: string): string => `operatorSet@${chain}`;
export const timelockKey = (chain: string): string => `timelock@${chain}`;
export const spokeKey = (spokeId: number): string => `spoke-${spokeId}`;
export const spokeEngineKey = (spokeId: number): string => `spokeEngine-${spokeId}`;
export const spokeViewsKey = (spokeId: number): string => `spokeViews-${spokeId}`;
export const hubPortKey = (spokeId: number): string => `hubPort-${spokeId}`;
/** A local port is one contract for both sides. */
export const spokePortKey = ({ id, bridge }: SpokeConfig): string =>
  bridge === 'local' ? hubPortKey(id) : `port-${id}`;
export const oracleKey = (marketId: number): string => `oracle-${marketId}`;
export const sourceKey = (marketId: number): string => `source-${marketId}`;

/** The hub's number among a port's peers. */
export const HUB_PEER = 0;
