import { TypedDataEncoder } from 'ethers';
import { toAddress, toChainId } from '@ala/shared/ids';
import { planDomain } from '@ala/shared/plan';
import { collateralRoutesOf, routeOf } from '../config/routes.js';
import type { DeployConfig, SpokeConfig } from '../config/schema.js';
import { AUCTION_HUB, operatorSetKey, spokeEngineKey, spokeKey, spokePortKey, spokeViewsKey } from './keys.js';
import { callStep, deployStep } from './makeStep.js';
import { word, type AddressOf, type CallStep, type DeployStep } from './step.js';

/** A spoke that trusts the hub's plans, with the code that runs on its state; its baskets come once its port is there. */
export function spokeDeployments(config: DeployConfig, { id, chain }: SpokeConfig, deployer: string): DeployStep[] {
  const none = { chain, args: () => [], owned: false };
  const engine = deployStep({ key: spokeEngineKey(id), artifact: 'SpokeEngine', ...none });
  const views = deployStep({ key: spokeViewsKey(id), artifact: 'SpokeViews', ...none });
  const hubChainId = toChainId(config.chains[config.hub]?.chainId);
  const operatorSet = (at: AddressOf): string => at(operatorSetKey(chain));
  const domainSeparator = (at: AddressOf): string =>
    TypedDataEncoder.hashDomain(planDomain({ chainId: hubChainId, auctionHub: toAddress(at(AUCTION_HUB)) }));
  const spoke = deployStep({
    key: spokeKey(id),
    chain,
    artifact: 'LiquiditySpoke',
    args: (at) => [deployer, id, hubChainId, at(AUCTION_HUB), operatorSet(at), at(engine.key), at(views.key)],
    immutables: (at) => ({
      spokeId: word(id),
      operatorSet: word(operatorSet(at)),
      domainSeparator: domainSeparator(at),
      engine: word(at(engine.key)),
      views: word(at(views.key)),
    }),
    owned: true,
  });
  return [engine, views, spoke];
}

/** The baskets that the spoke takes part in, and the collateral that comes home to it. */
export function spokeTermsSteps(config: DeployConfig, spoke: SpokeConfig): CallStep[] {
  const onSpoke = { chain: spoke.chain, on: spokeKey(spoke.id), artifact: 'LiquiditySpoke', once: true };
  const port = (at: AddressOf): string => at(spokePortKey(spoke));
  const baskets = config.baskets.flatMap((basket) => {
    const { id, debtToken, tierStepBps, tierCount, unit } = basket;
    const { activationDelaySec, activationBucketSec, noticeSec, exitBucketSec } = basket;
    const [terms, route] = [basket.spokes[String(spoke.id)], routeOf(config, spoke, debtToken)];
    if (terms === undefined || route === undefined) return [];
    const params = (at: AddressOf) => ({
      debtToken: route.representation.token,
      hubDebtToken: route.token.hub,
      port: port(at),
      localDecimals: route.localDecimals,
      hubDecimals: route.token.decimals,
      tierStepBps,
      tierCount,
      unit,
      activationDelaySec,
      activationBucketSec,
      noticeSec,
      exitBucketSec,
      ...terms,
    });
    return callStep({
      ...onSpoke,
      method: 'createBasket',
      which: String(id),
      args: (at) => [id, params(at)],
      view: { method: 'basketParams', args: () => [id] },
      expected: params,
    });
  });
  const collaterals = collateralRoutesOf(config, spoke).map(({ tokenName, token, representation, localDecimals }) => {
    const terms = (at: AddressOf) => ({
      token: representation.token,
      port: port(at),
      localDecimals,
      hubDecimals: token.decimals,
    });
    return callStep({
      ...onSpoke,
      method: 'setCollateral',
      which: tokenName,
      args: (at) => [token.hub, terms(at)],
      view: { method: 'collateral', args: () => [token.hub] },
      expected: terms,
    });
  });
  return [...baskets, ...collaterals];
}
