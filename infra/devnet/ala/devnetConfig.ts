import type { ChainConfig, DeployConfig, LayerZeroPath, SpokeConfig, TokenConfig } from '@ala/deploy/config/schema';
import { ULN_CONFIRMATIONS, type LayerZeroAddresses } from '../bridges/layerZero.js';
import type { DevnetToken } from '../bridges/tokens.js';
import type { WormholeAddresses } from '../bridges/wormhole.js';
import { CHAIN_NAMES, type ChainName } from '../chain/chainSpec.js';
import type { Devnet } from '../devnet.js';
import { FEED_DECIMALS, MARKETS, OPERATOR_SET_ID, SPOKES, type AlaTerms } from './terms.js';

/** The executor's gas for the OFT's `lzReceive`, which queues a compose: 139,000 measured when cold. */
const RECEIVE_GAS = 200_000n;

/** The Token Bridge asks guardians to wait until a transfer's block is finalized. */
const CONSISTENCY_FINALIZED = 1;

/** What is deployed on the devnet, as a deployment file would say it. The feeds stand on the hub, one a market. */
export function devnetConfig(devnet: Devnet, feeds: readonly string[], terms: AlaTerms): DeployConfig {
  const { accounts, tokens, wormholeApi } = devnet;
  const { operatorQuorum: quorum, minBid, maxInFlight, callTimeoutSec } = terms;
  return {
    network: 'devnet',
    profile: 'devnet',
    owner: accounts.deployer.address,
    chains: Object.fromEntries(CHAIN_NAMES.map((name) => [name, chainConfig(devnet, name)])),
    hub: 'hub',
    spokes: SPOKES.map((spoke) => spokeConfig(devnet, spoke, terms)),
    operatorSets: [{ id: OPERATOR_SET_ID, operators: accounts.operators.map(({ address }) => address), quorum }],
    tokens: {
      tUSD: tokenConfig(tokens.tUSD, accounts.deployer.address),
      tETH: tokenConfig(tokens.tETH, accounts.deployer.address),
      tBTC: tokenConfig(tokens.tBTC, accounts.deployer.address),
    },
    baskets: [
      {
        id: terms.basket,
        debtToken: 'tUSD',
        tierStepBps: terms.tierStepBps,
        tierCount: terms.tierCount,
        unit: terms.unit,
        callWindowSec: terms.callWindowSec,
        maxSnapshotAgeSec: terms.maxSnapshotAgeSec,
        settleWindowSec: terms.settleWindowSec,
        feeGraceSec: terms.feeGraceSec,
        activationDelaySec: terms.activationDelaySec,
        activationBucketSec: terms.activationBucketSec,
        noticeSec: terms.noticeSec,
        exitBucketSec: terms.exitBucketSec,
        spokes: Object.fromEntries(SPOKES.map(({ id }) => [String(id), { minBid, maxInFlight, callTimeoutSec }])),
      },
    ],
    markets: MARKETS.map((market, index) => marketConfig(market, feeds[index] ?? '', terms)),
    wormholeApi: [wormholeApi],
  };
}

function chainConfig(devnet: Devnet, name: ChainName): ChainConfig {
  const { spec, rpcUrl, layerZero, wormhole } = devnet.chains[name];
  return {
    chainId: spec.chainId,
    rpcUrl,
    confirmations: 1,
    ...(layerZero && { layerzero: layerZeroConfig(layerZero) }),
    ...(wormhole && { wormhole: wormholeConfig(wormhole) }),
  };
}

function layerZeroConfig({ eid, endpoint, sendUln, receiveUln, executor }: LayerZeroAddresses) {
  return { eid, endpoint, sendLibrary: sendUln, receiveLibrary: receiveUln, executor };
}

function wormholeConfig({ chainId, core, tokenBridge }: WormholeAddresses) {
  return { chainId, core, tokenBridge, consistencyLevel: CONSISTENCY_FINALIZED };
}

function spokeConfig(devnet: Devnet, spoke: (typeof SPOKES)[number], terms: AlaTerms): SpokeConfig {
  const { hub, spokeA } = devnet.chains;
  const confirmations = Number(ULN_CONFIRMATIONS);
  const verifiers = (dvn: string) => ({ requiredDVNs: [dvn], optionalDVNs: [], optionalThreshold: 0 });
  const layerzero: LayerZeroPath = {
    receiveGas: { hub: RECEIVE_GAS, spoke: RECEIVE_GAS },
    confirmations: { toSpoke: confirmations, toHub: confirmations },
    hub: verifiers(hub.layerZero.dvn),
    spoke: verifiers(spokeA.layerZero.dvn),
  };
  return {
    ...spoke,
    routeTimeoutSec: terms.routeTimeoutSec,
    ...(spoke.bridge === 'layerzero' && { layerzero }),
  };
}

function tokenConfig(token: DevnetToken, deployer: string): TokenConfig {
  const oft = (address: string) => ({ address, owner: deployer, delegate: deployer });
  const ofts = { hub: oft(token.oftAdapter), spoke: oft(token.spokeA), sharedDecimals: 6 };
  const spokes = SPOKES.map(({ id, chain, bridge }) => {
    return [String(id), { token: token[chain], ...(bridge === 'layerzero' && { ofts }) }] as const;
  });
  return { hub: token.hub, decimals: token.decimals, spokes: Object.fromEntries(spokes) };
}

function marketConfig(
  { id, collateral }: (typeof MARKETS)[number],
  feed: string,
  terms: AlaTerms,
): DeployConfig['markets'][number] {
  const { maxLtvBps, liquidationLtvBps, auctionSec } = terms;
  return {
    id,
    basket: terms.basket,
    collateralToken: collateral,
    source: { exampleLender: { maxLtvBps, liquidationLtvBps, auctionSec } },
    oracle: { chainlink: { feed, feedDecimals: FEED_DECIMALS, maxAgeSec: terms.priceMaxAgeSec } },
    operatorFeeBps: terms.operatorFeeBps,
    maxPremiumBps: terms.maxPremiumBps,
    priceToleranceBps: terms.priceToleranceBps,
    maxDurationSec: terms.maxAuctionSec,
    minLeg: terms.minLeg,
    maxInFlight: terms.maxInFlight,
  };
}
