import { ZeroAddress } from 'ethers';
import type { DevnetAccounts } from '../accounts.js';
import { layerZeroCode } from '../chain/contractCode.js';
import type { Lane } from '../chain/lane.js';

export interface LayerZeroAddresses {
  readonly eid: number;
  readonly endpoint: string;
  readonly sendUln: string;
  readonly receiveUln: string;
  readonly dvn: string;
  readonly executor: string;
  readonly priceFeed: string;
}

/** Blocks that the DVN waits for, on top of the one that holds the packet. */
export const ULN_CONFIRMATIONS = 1n;

const TREASURY_GAS_LIMIT = 10_000_000n;
const MAX_MESSAGE_SIZE = 10_000;
const RECEIVE_LIBRARY_GRACE_BLOCKS = 0;
const NATIVE_DECIMALS_RATE = 10n ** 18n;
/** PriceFeed's denominator of ratios and dollar prices. */
const PRICE_UNIT = 10n ** 20n;
const V1_EID_OFFSET = 30_000;

const PRICE = { priceRatio: PRICE_UNIT, gasPriceInUnit: 1_000_000_000n, gasPerByte: 16 };
const NATIVE_PRICE_USD = 2_000n * PRICE_UNIT;
/** What a fee adds on the price of the gas; 0 leaves it to the worker's default of 120 %. */
const NO_MARGIN = { multiplierBps: 0, floorMarginUSD: 0 };

/**
 * Plans LayerZero v2 on one chain: endpoint, message libraries, price feed, executor and DVN, wired for one remote endpoint.
 * The DVN is a quorum of one signer and, on this devnet only, the one required verifier.
 */
export function planLayerZero(
  lane: Lane,
  eid: number,
  remoteEid: number,
  accounts: DevnetAccounts,
): LayerZeroAddresses {
  const endpointCode = layerZeroCode('lz-evm-protocol-v2', 'EndpointV2');
  const sendCode = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/SendUln302');
  const receiveCode = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/ReceiveUln302');

  const endpoint = lane.deploy(endpointCode, [eid, lane.address]);
  const sendUln = lane.deploy(sendCode, [endpoint, TREASURY_GAS_LIMIT, 0]);
  const receiveUln = lane.deploy(receiveCode, [endpoint]);
  for (const library of [sendUln, receiveUln])
    lane.call(endpoint, endpointCode.interface, 'registerLibrary', [library]);

  const priceFeed = planPriceFeed(lane, remoteEid);
  const executor = planExecutor(lane, {
    eid,
    remoteEid,
    endpoint,
    sendUln,
    priceFeed,
    admin: accounts.executor.address,
  });
  const dvn = planDvn(lane, {
    eid,
    remoteEid,
    sendUln,
    priceFeed,
    admin: accounts.dvn.address,
    signer: accounts.dvnSigner.address,
  });

  const uln = {
    confirmations: ULN_CONFIRMATIONS,
    requiredDVNCount: 1,
    optionalDVNCount: 0,
    optionalDVNThreshold: 0,
    requiredDVNs: [dvn],
    optionalDVNs: [],
  };
  lane.call(sendUln, sendCode.interface, 'setDefaultUlnConfigs', [[{ eid: remoteEid, config: uln }]]);
  const executorConfig = { maxMessageSize: MAX_MESSAGE_SIZE, executor };
  lane.call(sendUln, sendCode.interface, 'setDefaultExecutorConfigs', [[{ eid: remoteEid, config: executorConfig }]]);
  lane.call(receiveUln, receiveCode.interface, 'setDefaultUlnConfigs', [[{ eid: remoteEid, config: uln }]]);
  lane.call(endpoint, endpointCode.interface, 'setDefaultSendLibrary', [remoteEid, sendUln]);
  lane.call(endpoint, endpointCode.interface, 'setDefaultReceiveLibrary', [
    remoteEid,
    receiveUln,
    RECEIVE_LIBRARY_GRACE_BLOCKS,
  ]);
  return { eid, endpoint, sendUln, receiveUln, dvn, executor, priceFeed };
}

function planPriceFeed(lane: Lane, remoteEid: number): string {
  const code = layerZeroCode('lz-evm-messagelib-v2', 'PriceFeed');
  const priceFeed = lane.deploy(code);
  lane.call(priceFeed, code.interface, 'initialize', [lane.address]);
  lane.call(priceFeed, code.interface, 'setNativeTokenPriceUSD', [NATIVE_PRICE_USD]);
  lane.call(priceFeed, code.interface, 'setPrice', [[{ eid: remoteEid % V1_EID_OFFSET, price: PRICE }]]);
  return priceFeed;
}

interface ExecutorPlan {
  readonly eid: number;
  readonly remoteEid: number;
  readonly endpoint: string;
  readonly sendUln: string;
  readonly priceFeed: string;
  readonly admin: string;
}

function planExecutor(lane: Lane, plan: ExecutorPlan): string {
  const code = layerZeroCode('lz-evm-messagelib-v2', 'Executor');
  const executor = lane.deploy(code);
  const feeLib = lane.deploy(layerZeroCode('lz-evm-messagelib-v2', 'ExecutorFeeLib'), [plan.eid, NATIVE_DECIMALS_RATE]);
  const admins = [lane.address, plan.admin];
  const { endpoint, sendUln, priceFeed } = plan;
  lane.call(executor, code.interface, 'initialize', [
    endpoint,
    ZeroAddress,
    [sendUln],
    priceFeed,
    lane.address,
    admins,
  ]);
  lane.call(executor, code.interface, 'setWorkerFeeLib', [feeLib]);
  lane.call(executor, code.interface, 'setDstConfig', [
    [
      {
        dstEid: plan.remoteEid,
        lzReceiveBaseGas: 80_000,
        lzComposeBaseGas: 80_000,
        nativeCap: 10n ** 18n,
        ...NO_MARGIN,
      },
    ],
  ]);
  return executor;
}

interface DvnPlan {
  readonly eid: number;
  readonly remoteEid: number;
  readonly sendUln: string;
  readonly priceFeed: string;
  readonly admin: string;
  readonly signer: string;
}

function planDvn(lane: Lane, plan: DvnPlan): string {
  const code = layerZeroCode('lz-evm-messagelib-v2', 'uln/dvn/DVN');
  const feeLib = lane.deploy(layerZeroCode('lz-evm-messagelib-v2', 'uln/dvn/DVNFeeLib'), [
    plan.eid,
    NATIVE_DECIMALS_RATE,
  ]);
  const admins = [lane.address, plan.admin];
  const vid = dvnId(plan.eid);
  const dvn = lane.deploy(code, [plan.eid, vid, [plan.sendUln], plan.priceFeed, [plan.signer], 1, admins]);
  lane.call(dvn, code.interface, 'setWorkerFeeLib', [feeLib]);
  lane.call(dvn, code.interface, 'setDstConfig', [[{ dstEid: plan.remoteEid, gas: 100_000, ...NO_MARGIN }]]);
  return dvn;
}

/** The `vid` a DVN answers to: LayerZero's convention. */
export function dvnId(eid: number): number {
  return eid % V1_EID_OFFSET;
}
