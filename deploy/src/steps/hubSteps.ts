import { ZeroAddress } from 'ethers';
import { routesOf } from '../config/routes.js';
import type { BasketConfig, DeployConfig, MarketConfig, SpokeConfig } from '../config/schema.js';
import { AUCTION_HUB, EXCHANGE_VAULT, HUB_ENGINE, hubPortKey, operatorSetKey, oracleKey, sourceKey } from './keys.js';
import { callStep, deployStep } from './makeStep.js';
import { word, type AddressOf, type CallStep, type DeployStep, type Step } from './step.js';

/** The code that runs on the hub's state, and the hub with the vault that it makes. */
export function hubDeployments({ hub: chain }: DeployConfig, deployer: string): DeployStep[] {
  const engine = deployStep({ key: HUB_ENGINE, chain, artifact: 'HubEngine', args: () => [], owned: false });
  const operatorSet = (at: AddressOf): string => at(operatorSetKey(chain));
  const hub = deployStep({
    key: AUCTION_HUB,
    chain,
    artifact: 'AuctionHub',
    args: (at) => [deployer, operatorSet(at), at(engine.key)],
    immutables: (at) => ({
      vault: word(at(EXCHANGE_VAULT)),
      engine: word(at(engine.key)),
      operatorSet: word(operatorSet(at)),
    }),
    creates: [
      {
        key: EXCHANGE_VAULT,
        artifact: 'ExchangeVault',
        creatorNonce: 1,
        immutables: (at) => ({ hub: word(at(AUCTION_HUB)) }),
      },
    ],
    owned: true,
  });
  return [engine, hub];
}

const onHub = (chain: string) => ({ chain, on: AUCTION_HUB, artifact: 'AuctionHub' });

export function basketCreation(config: DeployConfig, basket: BasketConfig): CallStep {
  const { id } = basket;
  const params = {
    debtToken: config.tokens[basket.debtToken]?.hub,
    tierStepBps: basket.tierStepBps,
    tierCount: basket.tierCount,
    unit: basket.unit,
    callWindowSec: basket.callWindowSec,
    maxSnapshotAgeSec: basket.maxSnapshotAgeSec,
    settleWindowSec: basket.settleWindowSec,
    feeGraceSec: basket.feeGraceSec,
  };
  return callStep({
    ...onHub(config.hub),
    method: 'createBasket',
    which: String(id),
    args: () => [id, params],
    once: true,
    view: { method: 'basketParams', args: () => [id] },
    expected: () => params,
  });
}

/** The hub's side of every token's route to a spoke. */
export function routeSteps(config: DeployConfig, spoke: SpokeConfig): CallStep[] {
  return routesOf(config, spoke).map(({ tokenName, token, unit }) => {
    const route = (at: AddressOf) => ({ port: at(hubPortKey(spoke.id)), unit, timeoutSec: spoke.routeTimeoutSec });
    return callStep({
      ...onHub(config.hub),
      method: 'setRoute',
      which: `${spoke.id} ${tokenName}`,
      args: (at) => [spoke.id, token.hub, route(at)],
      once: false,
      view: { method: 'route', args: () => [spoke.id, token.hub] },
      expected: route,
    });
  });
}

/** A market with the oracle and the source that are not there yet. */
export function marketSteps(config: DeployConfig, market: MarketConfig): Step[] {
  const { id, collateralToken, source, oracle, ...terms } = market;
  const oracleAt = (at: AddressOf): string => oracle.existing?.address ?? at(oracleKey(id));
  const sourceAt = (at: AddressOf): string => source.address ?? at(sourceKey(id));
  const params = (at: AddressOf) => ({
    ...terms,
    source: sourceAt(at),
    collateralToken: config.tokens[collateralToken]?.hub,
    oracle: oracleAt(at),
  });
  const create = callStep({
    ...onHub(config.hub),
    method: 'createMarket',
    which: String(id),
    args: (at) => [id, params(at)],
    once: true,
    view: { method: 'market', args: () => [id] },
    expected: params,
  });
  return [...oracleDeployments(config, market), ...sourceDeployments(config, market, oracleAt), create];
}

function oracleDeployments(config: DeployConfig, { id, collateralToken, basket, oracle }: MarketConfig): DeployStep[] {
  if (oracle.chainlink === undefined) return [];
  const { feed, feedDecimals, maxAgeSec, sequencer } = oracle.chainlink;
  const [sequencerFeed, graceSec] = [sequencer?.feed ?? ZeroAddress, sequencer?.graceSec ?? 0];
  const collateralDecimals = config.tokens[collateralToken]?.decimals ?? 0;
  const debtDecimals = debtOf(config, basket)?.decimals ?? 0;
  // As its constructor calculates it; a negative exponent it refuses itself.
  const scaleDecimals = Math.max(0, 36 + debtDecimals - collateralDecimals - feedDecimals);
  return [
    deployStep({
      key: oracleKey(id),
      chain: config.hub,
      artifact: 'ChainlinkOracle',
      args: () => [feed, collateralDecimals, debtDecimals, maxAgeSec, sequencerFeed, graceSec],
      immutables: () => ({
        feed: word(feed),
        maxAgeSec: word(maxAgeSec),
        sequencerFeed: word(sequencerFeed),
        sequencerGraceSec: word(graceSec),
        scale: word(10n ** BigInt(scaleDecimals)),
      }),
      owned: false,
    }),
  ];
}

function sourceDeployments(
  config: DeployConfig,
  { id, basket, collateralToken, source }: MarketConfig,
  oracleAt: (at: AddressOf) => string,
): DeployStep[] {
  const deployment = { key: sourceKey(id), chain: config.hub, owned: false };
  const hubParts = (at: AddressOf) => ({
    hub: word(at(AUCTION_HUB)),
    vault: word(at(EXCHANGE_VAULT)),
    marketId: word(id),
  });
  if (source.escrow !== undefined) {
    const args = (at: AddressOf) => [at(AUCTION_HUB), id];
    return [deployStep({ ...deployment, artifact: 'EscrowSource', args, immutables: hubParts })];
  }
  if (source.exampleLender === undefined) return [];
  const { maxLtvBps, liquidationLtvBps, auctionSec } = source.exampleLender;
  const collateral = config.tokens[collateralToken]?.hub ?? '';
  const debt = debtOf(config, basket)?.hub ?? '';
  return [
    deployStep({
      ...deployment,
      artifact: 'ExampleLender',
      args: (at) => [
        config.owner,
        at(AUCTION_HUB),
        id,
        collateral,
        debt,
        oracleAt(at),
        maxLtvBps,
        liquidationLtvBps,
        auctionSec,
      ],
      immutables: (at) => ({
        ...hubParts(at),
        collateralToken: word(collateral),
        debtToken: word(debt),
        oracle: word(oracleAt(at)),
        maxLtvBps: word(maxLtvBps),
        liquidationLtvBps: word(liquidationLtvBps),
        auctionDurationSec: word(auctionSec),
      }),
    }),
  ];
}

function debtOf(config: DeployConfig, basketId: number) {
  const basket = config.baskets.find(({ id }) => id === basketId);
  return basket === undefined ? undefined : config.tokens[basket.debtToken];
}
