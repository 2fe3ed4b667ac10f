import { toAddress } from '@ala/shared/ids';
import type { Deployment } from '@ala/shared/deployment';
import { routesOf } from './config/routes.js';
import type { ChainConfig, DeployConfig, MarketConfig, Representation, SpokeConfig } from './config/schema.js';
import {
  AUCTION_HUB,
  EXCHANGE_VAULT,
  HUB_ENGINE,
  hubPortKey,
  operatorSetKey,
  oracleKey,
  sourceKey,
  spokeEngineKey,
  spokeKey,
  spokePortKey,
  spokeViewsKey,
  timelockKey,
} from './steps/keys.js';
import type { AddressBook, AddressOf, DeployStep, Step } from './steps/step.js';

/**
 * The deployment file's content, which relayer, CLI and checker read (`parseDeployment` in @ala/shared). `startBlocks` says, by
 * chain, where the first event of ALA can be.
 */
export function deploymentRecord(
  config: DeployConfig,
  at: AddressOf,
  startBlocks: Readonly<Record<string, number>>,
): Record<string, unknown> {
  const { chains, hub, baskets, markets, spokes, tokens } = config;
  return {
    network: config.network,
    profile: config.profile,
    chains: Object.fromEntries(
      Object.entries(chains).map(([name, chain]) => [
        name,
        chainRecord(config, name, chain, startBlocks[name] ?? 0, at),
      ]),
    ),
    hub: {
      chain: hub,
      auctionHub: at(AUCTION_HUB),
      exchangeVault: at(EXCHANGE_VAULT),
      engine: at(HUB_ENGINE),
      operatorSet: at(operatorSetKey(hub)),
    },
    baskets: baskets.map(({ id, debtToken, tierStepBps, tierCount, unit }) => ({
      id,
      debtToken: tokens[debtToken]?.hub,
      debtDecimals: tokens[debtToken]?.decimals,
      tierStepBps,
      tierCount,
      unit: unit.toString(),
    })),
    markets: markets.map((market) => marketRecord(config, market, at)),
    spokes: spokes.map((spoke) => spokeRecord(config, spoke, at)),
    wormholeApi: config.wormholeApi,
  };
}

function chainRecord(
  config: DeployConfig,
  name: string,
  chain: ChainConfig,
  startBlock: number,
  at: AddressOf,
): object {
  const { chainId, rpcUrl, layerzero, wormhole } = chain;
  return {
    chainId,
    rpcUrl,
    startBlock,
    isHub: name === config.hub,
    timelock: config.timelock && at(timelockKey(name)),
    layerzero: layerzero && {
      eid: layerzero.eid,
      endpoint: layerzero.endpoint,
      sendUln: layerzero.sendLibrary,
      receiveUln: layerzero.receiveLibrary,
      dvn: firstDvn(config, name),
      executor: layerzero.executor,
    },
    wormhole: wormhole && { chainId: wormhole.chainId, core: wormhole.core, tokenBridge: wormhole.tokenBridge },
  };
}

/** The first verifier of the chain's first path: the file has room for one. */
function firstDvn(config: DeployConfig, chain: string): string | undefined {
  for (const spoke of config.spokes) {
    if (spoke.layerzero === undefined) continue;
    if (spoke.chain === chain) return spoke.layerzero.spoke.requiredDVNs[0];
    if (config.hub === chain) return spoke.layerzero.hub.requiredDVNs[0];
  }
  return undefined;
}

function marketRecord({ tokens }: DeployConfig, market: MarketConfig, at: AddressOf): object {
  const { id, basket, collateralToken, source, oracle } = market;
  return {
    id,
    basket,
    source: source.address ?? at(sourceKey(id)),
    collateralToken: tokens[collateralToken]?.hub,
    collateralDecimals: tokens[collateralToken]?.decimals,
    oracle: oracle.existing?.address ?? at(oracleKey(id)),
    feed: oracle.existing?.feed ?? oracle.chainlink?.feed,
  };
}

function spokeRecord(config: DeployConfig, spoke: SpokeConfig, at: AddressOf): object {
  const { id, chain, bridge } = spoke;
  const routes = routesOf(config, spoke);
  const ofts = routes.flatMap(({ token, representation }) =>
    representation.ofts === undefined ? [] : [[token.hub, oftRecord(representation.ofts)] as const],
  );
  return {
    id,
    chain,
    bridge,
    spoke: at(spokeKey(id)),
    operatorSet: at(operatorSetKey(chain)),
    port: at(spokePortKey(spoke)),
    hubPort: at(hubPortKey(id)),
    engine: at(spokeEngineKey(id)),
    views: at(spokeViewsKey(id)),
    tokens: Object.fromEntries(routes.map(({ token, representation }) => [token.hub, representation.token])),
    ...(bridge === 'layerzero' && { ofts: Object.fromEntries(ofts) }),
  };
}

function oftRecord({ hub, spoke }: NonNullable<Representation['ofts']>): object {
  return { hub: hub.address, spoke: spoke.address, delegates: { hub: hub.delegate, spoke: spoke.delegate } };
}

/** Finds the contracts of a deployment again in its file, for whoever has no journal. */
export function adoptDeployment(deployment: Deployment, steps: readonly Step[], book: AddressBook): void {
  const addresses = new Map<string, string>([
    [AUCTION_HUB, deployment.hub.auctionHub],
    [HUB_ENGINE, deployment.hub.engine],
    ...deployment.chains.flatMap(({ name, timelock }) =>
      timelock === null ? [] : [[timelockKey(name), timelock] as const],
    ),
    [operatorSetKey(deployment.hub.chain), deployment.hub.operatorSet],
    ...deployment.markets.flatMap(({ id, oracle, source }) => [
      [oracleKey(id), oracle] as const,
      [sourceKey(id), source] as const,
    ]),
    ...deployment.spokes.flatMap(({ id, chain, bridge, spoke, engine, views, operatorSet, port, hubPort }) => [
      [spokeKey(id), spoke] as const,
      [spokeEngineKey(id), engine] as const,
      [spokeViewsKey(id), views] as const,
      [operatorSetKey(chain), operatorSet] as const,
      [hubPortKey(id), hubPort] as const,
      [bridge === 'local' ? hubPortKey(id) : `port-${id}`, port] as const,
    ]),
  ]);
  for (const step of steps.filter((each): each is DeployStep => each.kind === 'deploy')) {
    const address = addresses.get(step.key);
    if (address !== undefined) book.add(step, toAddress(address));
  }
}
