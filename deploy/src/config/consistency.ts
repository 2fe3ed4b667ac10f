import { LEAST_REQUIRED_DVNS } from '@ala/shared/bridgeInterfaces';
import { routeOf } from './routes.js';
import type { BasketConfig, DeployConfig, MarketConfig, SpokeConfig } from './schema.js';

/** What only shows when the parts of a file are seen together; the parts themselves are valid. */
export function inconsistencies(config: DeployConfig): string[] {
  return [
    ...duplicates('spokes', config.spokes),
    ...duplicates('operatorSets', config.operatorSets),
    ...duplicates('baskets', config.baskets),
    ...duplicates('markets', config.markets),
    ...(config.chains[config.hub] === undefined ? [`hub: there is no chain ${config.hub}`] : []),
    ...sameChainIds(config),
    ...guardianProblems(config),
    ...timelockProblems(config),
    ...config.operatorSets.flatMap((set, index) => operatorProblems(config, set, `operatorSets.${index}`)),
    ...config.spokes.flatMap((spoke, index) => spokeProblems(config, spoke, `spokes.${index}`)),
    ...Object.keys(config.tokens).flatMap((tokenName) => tokenProblems(config, tokenName)),
    ...config.baskets.flatMap((basket, index) => basketProblems(config, basket, `baskets.${index}`)),
    ...config.markets.flatMap((market, index) => marketProblems(config, market, `markets.${index}`)),
  ];
}

/** On a production network one compromised operator must not be enough. */
const LEAST_QUORUM = 2;

/** How long an LP of a production network has to notice an announcement. */
const LEAST_REACTION_SEC = 86_400;

/** How long Wormhole's Governor may hold a transfer back, each way; it watches mainnets only. */
const GOVERNOR_SEC = 86_400;

function duplicates(path: string, items: readonly { readonly id: number }[]): string[] {
  const seen = new Set<number>();
  return items.flatMap(({ id }, index) => {
    if (seen.has(id)) return [`${path}.${index}.id: ${id} is there already`];
    seen.add(id);
    return [];
  });
}

function sameChainIds({ chains }: DeployConfig): string[] {
  const byId = new Map<number, string>();
  return Object.entries(chains).flatMap(([chainName, { chainId }]) => {
    const other = byId.get(chainId);
    byId.set(chainId, chainName);
    return other === undefined ? [] : [`chains.${chainName}.chainId: ${chainId} is the chain ${other}`];
  });
}

/** The pause of a timelock waits its whole delay. */
function guardianProblems({ profile, guardian }: DeployConfig): string[] {
  const unguarded = profile === 'production' && guardian === undefined;
  return unguarded ? ['guardian: a production network has somebody who pauses at once'] : [];
}

/**
 * An LP who sees a change announced has all of his money at home before it is made: a bid that was placed just before is
 * active, has asked to leave and has left; and what was called at the last moment has come to the hub, waited for its
 * settlement and come home. Only then nothing of his is on a route, or waits for a token, that the change could replace.
 */
function timelockProblems(config: DeployConfig): string[] {
  const { profile, timelock, baskets } = config;
  const production = profile === 'production';
  if (timelock === undefined) return production ? ['timelock: a production network announces its changes'] : [];
  const reactionSec = production ? LEAST_REACTION_SEC : 0;
  const noticing = production ? ', noticing the announcement included' : '';
  return baskets.flatMap((basket) => {
    const needed = leavingSec(basket) + comingHomeSec(basket, config) + reactionSec;
    if (timelock.delaySec > needed) return [];
    return [
      `timelock.delaySec: until all that leaves basket ${basket.id} is home takes up to ${needed} s${noticing}, ` +
        'the delay has to be longer',
    ];
  });
}

function leavingSec({ activationDelaySec, activationBucketSec, noticeSec, exitBucketSec }: BasketConfig): number {
  return activationDelaySec + activationBucketSec + noticeSec + exitBucketSec;
}

/** From the last plan to the arrival of the last result. */
function comingHomeSec(basket: BasketConfig, config: DeployConfig): number {
  const spokes = config.spokes.filter(({ id }) => String(id) in basket.spokes);
  const away = spokes.map((spoke) => awaySec(basket, spoke, config));
  return basket.callWindowSec + Math.max(basket.settleWindowSec, ...away);
}

/** From a call to the arrival of its result, if no message is stuck: the way to the hub, the wait for a settlement, the way home. */
function awaySec(basket: BasketConfig, { bridge, routeTimeoutSec }: SpokeConfig, { profile }: DeployConfig): number {
  const isGoverned = profile === 'production' && bridge === 'wormhole';
  return 2 * (isGoverned ? routeTimeoutSec + GOVERNOR_SEC : routeTimeoutSec) + basket.settleWindowSec;
}

function operatorProblems(
  { profile }: DeployConfig,
  { operators, quorum }: DeployConfig['operatorSets'][number],
  path: string,
): string[] {
  const problems: string[] = [];
  if (new Set(operators).size !== operators.length) problems.push(`${path}.operators: one of them is there twice`);
  if (quorum > operators.length)
    problems.push(`${path}.quorum: ${quorum} of ${operators.length} operators cannot sign`);
  if (profile === 'production' && quorum < LEAST_QUORUM) {
    problems.push(`${path}.quorum: a production network needs a quorum of at least ${LEAST_QUORUM}`);
  }
  return problems;
}

function spokeProblems(config: DeployConfig, spoke: SpokeConfig, path: string): string[] {
  const { bridge, layerzero } = spoke;
  const chain = config.chains[spoke.chain];
  if (chain === undefined) return [`${path}.chain: there is no chain ${spoke.chain}`];
  const problems: string[] = [];
  if (bridge === 'local' && spoke.chain !== config.hub) problems.push(`${path}.bridge: only the hub's chain is local`);
  if (bridge !== 'local') {
    if (spoke.chain === config.hub) problems.push(`${path}.bridge: a spoke of the hub's own chain is local`);
    for (const chainName of [config.hub, spoke.chain]) {
      if (config.chains[chainName] !== undefined && config.chains[chainName][bridge] === undefined) {
        problems.push(`chains.${chainName}.${bridge}: spoke ${spoke.id} needs it`);
      }
    }
  }
  if (bridge === 'layerzero' && layerzero === undefined) problems.push(`${path}.layerzero: the path is not described`);
  if (bridge !== 'layerzero' && layerzero !== undefined) problems.push(`${path}.layerzero: the bridge is ${bridge}`);
  if (layerzero !== undefined) {
    for (const side of ['hub', 'spoke'] as const) {
      problems.push(...verifierProblems(config, layerzero[side], `${path}.layerzero.${side}`));
    }
  }
  return problems;
}

function verifierProblems(
  { profile }: DeployConfig,
  { requiredDVNs, optionalDVNs, optionalThreshold }: NonNullable<SpokeConfig['layerzero']>['hub'],
  path: string,
): string[] {
  const problems: string[] = [];
  for (const [what, dvns] of Object.entries({ requiredDVNs, optionalDVNs })) {
    if (new Set(dvns).size !== dvns.length) problems.push(`${path}.${what}: one of them is there twice`);
  }
  if (profile === 'production' && requiredDVNs.length < LEAST_REQUIRED_DVNS) {
    problems.push(`${path}.requiredDVNs: a production network needs at least ${LEAST_REQUIRED_DVNS}`);
  }
  if (optionalThreshold > optionalDVNs.length || (optionalThreshold === 0 && optionalDVNs.length > 0)) {
    problems.push(`${path}.optionalThreshold: ${optionalThreshold} of ${optionalDVNs.length} optional DVNs`);
  }
  return problems;
}

function tokenProblems(config: DeployConfig, tokenName: string): string[] {
  const token = config.tokens[tokenName];
  return Object.entries(token?.spokes ?? {}).flatMap(([key, { token: local, decimals, ofts }]) => {
    const path = `tokens.${tokenName}.spokes.${key}`;
    const spoke = config.spokes.find(({ id }) => String(id) === key);
    if (spoke === undefined) return [`${path}: there is no spoke ${key}`];
    const problems: string[] = [];
    if ((spoke.bridge === 'layerzero') !== (ofts !== undefined)) {
      problems.push(`${path}.ofts: ${ofts === undefined ? 'needed for' : 'there are none over'} ${spoke.bridge}`);
    }
    if (spoke.bridge === 'local' && local !== token?.hub) problems.push(`${path}.token: locally it is the hub's own`);
    if (spoke.bridge === 'local' && decimals !== undefined && decimals !== token?.decimals) {
      problems.push(`${path}.decimals: locally they are the hub token's`);
    }
    return problems;
  });
}

function basketProblems(config: DeployConfig, basket: BasketConfig, path: string): string[] {
  if (config.tokens[basket.debtToken] === undefined)
    return [`${path}.debtToken: there is no token ${basket.debtToken}`];
  return [...delayProblems(basket, path), ...spokeTermsProblems(config, basket, path)];
}

/** A bid must not dilute, nor an exit dodge, a call that is planned already. */
function delayProblems(basket: BasketConfig, path: string): string[] {
  const planned = basket.callWindowSec + basket.maxSnapshotAgeSec;
  return (['activationDelaySec', 'noticeSec'] as const)
    .filter((delay) => basket[delay] <= planned)
    .map(
      (delay) => `${path}.${delay}: has to be longer than callWindowSec and maxSnapshotAgeSec together, ${planned} s`,
    );
}

function spokeTermsProblems(config: DeployConfig, basket: BasketConfig, path: string): string[] {
  return Object.entries(basket.spokes).flatMap(([key, { minBid, callTimeoutSec }]) => {
    const spoke = config.spokes.find(({ id }) => String(id) === key);
    if (spoke === undefined) return [`${path}.spokes.${key}: there is no spoke ${key}`];
    const route = routeOf(config, spoke, basket.debtToken);
    if (route === undefined) return [`${path}.spokes.${key}: ${basket.debtToken} has no representation there`];
    const problems: string[] = [];
    if (basket.unit % route.unit !== 0n) {
      problems.push(`${path}.unit: the route to spoke ${key} carries multiples of ${route.unit} only`);
    }
    if (minBid < basket.unit) problems.push(`${path}.spokes.${key}.minBid: below the basket's unit`);
    const away = awaySec(basket, spoke, config);
    if (callTimeoutSec < away) {
      problems.push(
        `${path}.spokes.${key}.callTimeoutSec: a result that is on its way may take ${away} s, anybody could go on without it`,
      );
    }
    return problems;
  });
}

function marketProblems(config: DeployConfig, market: MarketConfig, path: string): string[] {
  const problems: string[] = [];
  const basket = config.baskets.find(({ id }) => id === market.basket);
  if (basket === undefined) problems.push(`${path}.basket: there is no basket ${market.basket}`);
  else if (market.maxPremiumBps < basket.tierStepBps) problems.push(`${path}.maxPremiumBps: below the first tier's`);
  if (config.tokens[market.collateralToken] === undefined) {
    problems.push(`${path}.collateralToken: there is no token ${market.collateralToken}`);
  } else if (basket?.debtToken === market.collateralToken) {
    problems.push(`${path}.collateralToken: it is the basket's debt token`);
  }
  if (config.profile === 'production' && market.source.exampleLender !== undefined) {
    problems.push(`${path}.source.exampleLender: an example, and no lender for a production network`);
  }
  return problems;
}
