import { z } from 'zod';
import { address, amount, amountOrZero, bps, id, name, seconds, text, uint, uint32, uint8, upTo } from './scalars.js';

/** Keys of spokes in the lists that say something for each spoke. */
const spokeKey = z.string().regex(/^[1-9]\d*$/, 'expected the id of a spoke');
const perSpoke = <Value extends z.ZodType>(value: Value) => z.record(spokeKey, value);

const layerZeroChain = z.strictObject({
  /** LayerZero's endpoint id; from 30000 up, since lower ones count as v1. */
  eid: uint(0xffff_ffff, 30_000),
  endpoint: address,
  /** Message libraries and executor that the paths of this chain must use. */
  sendLibrary: address,
  receiveLibrary: address,
  executor: address,
});

const wormholeChain = z.strictObject({
  /** Wormhole's own chain id. */
  chainId: uint(0xffff, 1),
  core: address,
  tokenBridge: address,
  /** What the Token Bridge asks guardians to wait for: 1 and 202 finalized, 201 safe, 200 latest. */
  consistencyLevel: uint8,
});

const chain = z.strictObject({
  chainId: uint(Number.MAX_SAFE_INTEGER, 1),
  rpcUrl: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }),
  /** Blocks, its own included, after which a transaction counts as done. */
  confirmations: uint(10_000, 1).default(1),
  layerzero: layerZeroChain.optional(),
  wormhole: wormholeChain.optional(),
});

/** Verifiers that the OFTs of one side must require towards the other side, when sending and when receiving. */
const verifiers = z.strictObject({
  requiredDVNs: z.array(address).min(1, 'expected at least one DVN'),
  optionalDVNs: z.array(address).default([]),
  optionalThreshold: uint8.default(0),
});

/** `MAX_RECEIVE_GAS` of `LayerZeroPort`. */
const receiveGas = upTo(2_000_000n);

const layerZeroPath = z.strictObject({
  /** Gas that the executor gives to the OFT's `lzReceive` on that side. */
  receiveGas: z.strictObject({ hub: receiveGas, spoke: receiveGas }),
  /** Blocks that verifiers wait for, by direction. */
  confirmations: z.strictObject({ toSpoke: uint32, toHub: uint32 }),
  hub: verifiers,
  spoke: verifiers,
});

const spoke = z.strictObject({
  id,
  chain: name,
  bridge: z.enum(['layerzero', 'wormhole', 'local']),
  /** A leg expires so long after its plan's `callBy`: three times the route's usual time. */
  routeTimeoutSec: seconds,
  layerzero: layerZeroPath.optional(),
});

/** An OFT, or the adapter of a token, with who may change it: both belong to the token's issuer and are only checked. */
const oft = z.strictObject({ address, owner: address, delegate: address });

const representation = z.strictObject({
  token: address,
  /** The hub token's if left out. */
  decimals: uint(77).optional(),
  /** LayerZero only. */
  ofts: z.strictObject({ hub: oft, spoke: oft, sharedDecimals: uint(18).default(6) }).optional(),
});

const token = z.strictObject({ hub: address, decimals: uint(77), spokes: perSpoke(representation) });

const operatorSet = z.strictObject({
  id,
  operators: z.array(address).min(1, 'expected at least one operator'),
  quorum: uint(255, 1),
  /** Second until which plans of the set are accepted; for ever if left out. */
  validUntil: amountOrZero.optional(),
});

const basket = z.strictObject({
  id,
  debtToken: name,
  tierStepBps: uint(10_000, 1),
  tierCount: uint(64, 1),
  unit: amount,
  callWindowSec: seconds,
  maxSnapshotAgeSec: seconds,
  settleWindowSec: seconds,
  feeGraceSec: uint32,
  /** A bid is active, and what is asked to leave leaves, at the first multiple of its bucket that is so long ahead. */
  activationDelaySec: seconds,
  activationBucketSec: seconds,
  noticeSec: seconds,
  exitBucketSec: seconds,
  /** The spokes that take part, with what is the basket's own on each. */
  spokes: perSpoke(
    z.strictObject({
      minBid: amount,
      /** What calls may have drawn whose results are not complete. */
      maxInFlight: amount,
      /** Past so long after a call anyone may go on without its result. */
      callTimeoutSec: seconds,
    }),
  ),
});

const source = z
  .strictObject({
    /** A contract that stands already. */
    address: address.optional(),
    exampleLender: z.strictObject({ maxLtvBps: bps, liquidationLtvBps: bps, auctionSec: seconds }).optional(),
    escrow: z.strictObject({}).optional(),
  })
  .refine((value) => Object.keys(value).length === 1, 'expected exactly one of address, exampleLender, escrow');

const oracle = z
  .strictObject({
    /** A contract that stands already, and the feed behind it. */
    existing: z.strictObject({ address, feed: address }).optional(),
    /** A `ChainlinkOracle` over this feed. */
    chainlink: z
      .strictObject({
        feed: address,
        feedDecimals: uint(77),
        maxAgeSec: seconds,
        /** The uptime feed of the hub chain's sequencer, if it has one, and how long it has to be up. */
        sequencer: z.strictObject({ feed: address, graceSec: seconds }).optional(),
      })
      .optional(),
  })
  .refine((value) => Object.keys(value).length === 1, 'expected exactly one of existing, chainlink');

const market = z.strictObject({
  id,
  basket: id,
  collateralToken: name,
  source,
  oracle,
  operatorFeeBps: bps,
  maxPremiumBps: uint(0xffff, 1),
  priceToleranceBps: bps,
  maxDurationSec: seconds,
  minLeg: amountOrZero,
  /** What the market's committed legs may have in flight. */
  maxInFlight: amount,
});

/** What the deployment of one network is: the whole content of the file. */
export const shape = z.strictObject({
  network: name,
  /** `production` refuses what is only good enough for a devnet. */
  profile: z.enum(['production', 'devnet']),
  /** Owns every contract in the end, or proposes to the timelocks that do; may be the deployer. */
  owner: address,
  /** A `Timelock` on each chain owns its contracts: changes are announced, and made after the delay. */
  timelock: z.strictObject({ delaySec: seconds }).optional(),
  /** Pauses hub and spokes at once, beside the owner. */
  guardian: address.optional(),
  chains: z.record(name, chain),
  /** Name of the hub's chain. */
  hub: name,
  spokes: z.array(spoke),
  operatorSets: z.array(operatorSet).min(1, 'expected at least one set of operators'),
  tokens: z.record(name, token),
  baskets: z.array(basket),
  markets: z.array(market),
  /** Where the relayer asks for VAAs. */
  wormholeApi: z.array(text).default([]),
});

export type DeployConfig = z.infer<typeof shape>;
export type ChainConfig = DeployConfig['chains'][string];
export type SpokeConfig = DeployConfig['spokes'][number];
export type TokenConfig = DeployConfig['tokens'][string];
export type Representation = TokenConfig['spokes'][string];
export type BasketConfig = DeployConfig['baskets'][number];
export type MarketConfig = DeployConfig['markets'][number];
export type OperatorSetConfig = DeployConfig['operatorSets'][number];
export type LayerZeroPath = NonNullable<SpokeConfig['layerzero']>;
export type LayerZeroChain = NonNullable<ChainConfig['layerzero']>;
export type WormholeChain = NonNullable<ChainConfig['wormhole']>;
