import { AlaError, DeploymentError } from './errors.js';
import {
  MAX_TIERS,
  toAddress,
  toBasketId,
  toChainId,
  toMarketId,
  toSpokeId,
  type Address,
  type BasketId,
  type ChainId,
  type MarketId,
  type SpokeId,
} from './ids.js';
import { parseSmallUint, parseUint, UINT128_MAX } from './integers.js';
import { FieldReader } from './fieldReader.js';

export type BridgeName = 'layerzero' | 'wormhole' | 'local';

/** Addresses of the LayerZero v2 contracts of a chain; `eid` is its endpoint id. */
export interface LayerZeroChain {
  readonly eid: number;
  readonly endpoint: Address;
  readonly sendUln: Address;
  readonly receiveUln: Address;
  readonly dvn: Address;
  readonly executor: Address;
}

/** Addresses of the Wormhole contracts of a chain; `chainId` is Wormhole's own numbering. */
export interface WormholeChain {
  readonly chainId: number;
  readonly core: Address;
  readonly tokenBridge: Address;
}

export interface ChainDeployment {
  readonly name: string;
  readonly chainId: ChainId;
  readonly rpcUrl: string;
  /** First block that can hold an event of ours. */
  readonly startBlock: number;
  readonly isHub: boolean;
  /** Owns the chain's contracts; null where an account owns them itself. */
  readonly timelock: Address | null;
  readonly layerzero: LayerZeroChain | null;
  readonly wormhole: WormholeChain | null;
}

export interface HubDeployment {
  /** Name of the hub's chain in `chains`. */
  readonly chain: string;
  readonly auctionHub: Address;
  readonly exchangeVault: Address;
  /** Contract whose code runs on the hub's state. */
  readonly engine: Address;
  readonly operatorSet: Address;
}

export interface BasketDeployment {
  readonly id: BasketId;
  readonly debtToken: Address;
  readonly debtDecimals: number;
  readonly tierStepBps: number;
  readonly tierCount: number;
  /** Coarsest step of the debt token's routes, in hub units. */
  readonly unit: bigint;
}

export interface MarketDeployment {
  readonly id: MarketId;
  readonly basket: BasketId;
  readonly source: Address;
  readonly collateralToken: Address;
  readonly collateralDecimals: number;
  readonly oracle: Address;
  /** The price feed behind `oracle`. */
  readonly feed: Address;
}

export interface SpokeDeployment {
  readonly id: SpokeId;
  /** Name of the spoke's chain in `chains`. */
  readonly chain: string;
  readonly bridge: BridgeName;
  readonly spoke: Address;
  readonly operatorSet: Address;
  readonly port: Address;
  /** The port's peer on the hub chain. */
  readonly hubPort: Address;
  /** Contracts whose code runs on the spoke's state. */
  readonly engine: Address;
  readonly views: Address;
  /** Hub token address to the spoke's representation of it. */
  readonly tokens: ReadonlyMap<Address, Address>;
  /** LayerZero only: hub token address to the OFT contracts on both sides. */
  readonly ofts: ReadonlyMap<Address, OftPair>;
}

export interface OftPair {
  readonly hub: Address;
  readonly spoke: Address;
  /** Who may set their bridge configuration; null in files from before this was recorded. */
  readonly delegates: { readonly hub: Address; readonly spoke: Address } | null;
}

/** `production`: a node refuses to run on bridges that are secured for a devnet only. */
export type Profile = 'production' | 'devnet';

export interface DevnetAccount {
  readonly address: Address;
  readonly privateKey: string;
}

export interface DevnetAccounts {
  readonly deployer: DevnetAccount;
  readonly operators: readonly DevnetAccount[];
  readonly relayer: DevnetAccount;
  readonly lps: readonly DevnetAccount[];
  readonly borrower: DevnetAccount;
}

/** Where everything stands: what the relayer, the CLI and the checker know of one network. */
export interface Deployment {
  readonly network: string;
  /** `devnet` where the file says nothing. */
  readonly profile: Profile;
  readonly chains: readonly ChainDeployment[];
  readonly hub: HubDeployment;
  readonly baskets: readonly BasketDeployment[];
  readonly markets: readonly MarketDeployment[];
  readonly spokes: readonly SpokeDeployment[];
  readonly wormholeApi: readonly string[];
  /** Well-known throw-away keys; null outside the devnet. */
  readonly devnet: DevnetAccounts | null;
}

/**
 * Reads a deployment file's text.
 * @throws DeploymentError naming every wrong field at once.
 */
export function parseDeployment(text: string): Deployment {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DeploymentError([`not JSON: ${cause instanceof Error ? cause.message : String(cause)}`], { cause });
  }
  const problems: string[] = [];
  const root = new FieldReader(json, '', problems);
  const chains = root.entries('chains', readChain);
  const deployment: Deployment = {
    network: root.get('network', nonEmptyText),
    profile: root.has('profile') ? root.get('profile', profile) : 'devnet',
    chains,
    hub: readHub(root.object('hub')),
    baskets: root.list('baskets', readBasket),
    markets: root.list('markets', readMarket),
    spokes: root.list('spokes', readSpoke),
    wormholeApi: root.list('wormholeApi', (item) => item.self(nonEmptyText)),
    devnet: root.has('devnet') ? readDevnet(root.object('devnet')) : null,
  };
  if (problems.length === 0) problems.push(...inconsistencies(deployment));
  if (problems.length > 0) throw new DeploymentError(problems);
  return deployment;
}

/** The chain of that name. */
export function chainOf(deployment: Deployment, name: string): ChainDeployment {
  const chain = deployment.chains.find((candidate) => candidate.name === name);
  if (chain === undefined) throw new AlaError(`no chain named ${JSON.stringify(name)} in the deployment`);
  return chain;
}

function readChain(name: string, chain: FieldReader): ChainDeployment {
  return {
    name,
    chainId: chain.get('chainId', toChainId),
    rpcUrl: chain.get('rpcUrl', nonEmptyText),
    startBlock: chain.get('startBlock', integer),
    isHub: chain.get('isHub', flag),
    timelock: chain.has('timelock') ? chain.get('timelock', toAddress) : null,
    layerzero: chain.has('layerzero') ? readLayerZero(chain.object('layerzero')) : null,
    wormhole: chain.has('wormhole') ? readWormhole(chain.object('wormhole')) : null,
  };
}

function readLayerZero(fields: FieldReader): LayerZeroChain {
  return {
    eid: fields.get('eid', integer),
    endpoint: fields.get('endpoint', toAddress),
    sendUln: fields.get('sendUln', toAddress),
    receiveUln: fields.get('receiveUln', toAddress),
    dvn: fields.get('dvn', toAddress),
    executor: fields.get('executor', toAddress),
  };
}

function readWormhole(fields: FieldReader): WormholeChain {
  return {
    chainId: fields.get('chainId', integer),
    core: fields.get('core', toAddress),
    tokenBridge: fields.get('tokenBridge', toAddress),
  };
}

function readHub(hub: FieldReader): HubDeployment {
  return {
    chain: hub.get('chain', nonEmptyText),
    auctionHub: hub.get('auctionHub', toAddress),
    exchangeVault: hub.get('exchangeVault', toAddress),
    engine: hub.get('engine', toAddress),
    operatorSet: hub.get('operatorSet', toAddress),
  };
}

function readBasket(basket: FieldReader): BasketDeployment {
  return {
    id: basket.get('id', toBasketId),
    debtToken: basket.get('debtToken', toAddress),
    debtDecimals: basket.get('debtDecimals', decimals),
    tierStepBps: basket.get('tierStepBps', (value) => parseSmallUint('tierStepBps', value, 10_000, 1)),
    tierCount: basket.get('tierCount', (value) => parseSmallUint('tierCount', value, MAX_TIERS, 1)),
    unit: basket.get('unit', positiveAmount),
  };
}

function readMarket(market: FieldReader): MarketDeployment {
  return {
    id: market.get('id', toMarketId),
    basket: market.get('basket', toBasketId),
    source: market.get('source', toAddress),
    collateralToken: market.get('collateralToken', toAddress),
    collateralDecimals: market.get('collateralDecimals', decimals),
    oracle: market.get('oracle', toAddress),
    feed: market.get('feed', toAddress),
  };
}

function readSpoke(spoke: FieldReader): SpokeDeployment {
  const pairs = spoke.entries('tokens', (hub, local) => [hub, local.self(toAddress)] as const);
  const ofts = spoke.has('ofts') ? spoke.entries('ofts', (hub, oft) => [hub, readOft(oft)] as const) : [];
  return {
    id: spoke.get('id', toSpokeId),
    chain: spoke.get('chain', nonEmptyText),
    bridge: spoke.get('bridge', bridgeName),
    spoke: spoke.get('spoke', toAddress),
    operatorSet: spoke.get('operatorSet', toAddress),
    port: spoke.get('port', toAddress),
    hubPort: spoke.get('hubPort', toAddress),
    engine: spoke.get('engine', toAddress),
    views: spoke.get('views', toAddress),
    tokens: new Map(pairs.map(([hub, local]) => [spoke.key('tokens', hub, toAddress), local])),
    ofts: new Map(ofts.map(([hub, oft]) => [spoke.key('ofts', hub, toAddress), oft])),
  };
}

function readOft(oft: FieldReader): OftPair {
  const sides = (fields: FieldReader) => ({ hub: fields.get('hub', toAddress), spoke: fields.get('spoke', toAddress) });
  return { ...sides(oft), delegates: oft.has('delegates') ? sides(oft.object('delegates')) : null };
}

function readDevnet(devnet: FieldReader): DevnetAccounts {
  return {
    deployer: readAccount(devnet.object('deployer')),
    operators: devnet.list('operators', readAccount),
    relayer: readAccount(devnet.object('relayer')),
    lps: devnet.list('lps', readAccount),
    borrower: readAccount(devnet.object('borrower')),
  };
}

function readAccount(account: FieldReader): DevnetAccount {
  return { address: account.get('address', toAddress), privateKey: account.get('privateKey', nonEmptyText) };
}

/** What only shows when the parts are seen together; the parts themselves are valid. */
function inconsistencies(deployment: Deployment): string[] {
  const names = new Set(deployment.chains.map((chain) => chain.name));
  const baskets = new Set(deployment.baskets.map((basket) => basket.id));
  const problems: string[] = [];
  if (!names.has(deployment.hub.chain)) problems.push(`hub.chain: no chain named "${deployment.hub.chain}"`);
  deployment.spokes.forEach((spoke, index) => {
    if (!names.has(spoke.chain)) problems.push(`spokes[${index}].chain: no chain named "${spoke.chain}"`);
  });
  deployment.markets.forEach((market, index) => {
    if (!baskets.has(market.basket)) problems.push(`markets[${index}].basket: no basket ${market.basket}`);
  });
  if (new Set(deployment.spokes.map((spoke) => spoke.id)).size !== deployment.spokes.length) {
    problems.push('spokes: two of them have the same id');
  }
  return problems;
}

function nonEmptyText(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new AlaError('expected a text that is not empty');
  return value;
}

function flag(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new AlaError('expected true or false');
  return value;
}

function integer(value: unknown): number {
  return parseSmallUint('number', value);
}

function positiveAmount(value: unknown): bigint {
  const amount = parseUint('amount', value, UINT128_MAX);
  if (amount === 0n) throw new AlaError('expected more than zero');
  return amount;
}

function decimals(value: unknown): number {
  return parseSmallUint('decimals', value, 77);
}

function profile(value: unknown): Profile {
  if (value === 'production' || value === 'devnet') return value;
  throw new AlaError('expected "production" or "devnet"');
}

function bridgeName(value: unknown): BridgeName {
  if (value === 'layerzero' || value === 'wormhole' || value === 'local') return value;
  throw new AlaError('expected "layerzero", "wormhole" or "local"');
}
