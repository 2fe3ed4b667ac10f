import { Interface, keccak256 } from 'ethers';
import { toChain } from '@wormhole-foundation/sdk-base';
import { getVaaBytes } from '@wormhole-foundation/sdk-connect/whscan-api';
import { deserialize, UniversalAddress } from '@wormhole-foundation/sdk-definitions';
import type { Address } from '@ala/shared/ids';
import type { WormholeChain } from '@ala/shared/deployment';
import type { Chain } from '../chain/chain.js';
import { readContract, wormholePortInterface } from '../chain/contracts.js';
import type { Preparation } from '../dispatch/preparation.js';
import { describeError, UnavailableError } from '../lib/errors.js';

const tokenBridgeInterface = new Interface([
  'function isTransferCompleted(bytes32 hash) view returns (bool completed)',
]);

/** Guardians sign within seconds of their consistency level: asking more often only loads their API. */
const RETRY_MS = 500;
const REQUEST_TIMEOUT_MS = 10_000;

export interface CarryWormholeArgs {
  readonly source: WormholeChain;
  readonly destination: Chain;
  readonly destinationBridge: WormholeChain;
  readonly port: Address;
  readonly sequence: bigint;
  readonly apiUrls: readonly string[];
  readonly askForVaa: AskForVaa;
}

/**
 * A transfer's VAA from one source; null if it does not have it (yet).
 * @throws what the source says when it does not answer as one; UnavailableError if it is silent.
 */
export type AskForVaa = (apiUrl: string, source: WormholeChain, sequence: bigint) => Promise<Uint8Array | null>;

/** Fetches the guardians' signed VAA and brings it to the receiving port, the only one that may redeem it. */
export async function prepareWormhole(args: CarryWormholeArgs): Promise<Preparation> {
  const vaaBytes = await fetchVaa(args);
  if (vaaBytes === null)
    return { status: 'notReady', reason: 'the guardians have not signed yet', retryInMs: RETRY_MS };
  // Checks the form and the payload's kind; the signatures are the core contract's to check.
  const vaa = deserialize('TokenBridge:TransferWithPayload', vaaBytes);
  // The SDK hashes the body once, the core contract's `vm.hash` is the hash of that.
  const [completed] = (await readContract(
    args.destination.provider,
    { address: args.destinationBridge.tokenBridge, abi: tokenBridgeInterface },
    'isTransferCompleted',
    [keccak256(vaa.hash)],
  )) as unknown as [boolean];
  if (completed) return { status: 'done' };
  return {
    status: 'send',
    call: {
      to: args.port,
      data: wormholePortInterface.encodeFunctionData('receiveTransfer', [vaaBytes]),
      valueWei: 0n,
      finalErrors: [],
      oneOfSeveral: true,
    },
  };
}

/** Asks one source after the other; null if all that answer say "not yet". */
async function fetchVaa({ source, sequence, apiUrls, askForVaa }: CarryWormholeArgs): Promise<Uint8Array | null> {
  const failures: unknown[] = [];
  for (const apiUrl of apiUrls) {
    try {
      const bytes = await askForVaa(apiUrl, source, sequence);
      if (bytes !== null) return bytes;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === apiUrls.length) {
    const reasons = failures.map(describeError).join('; ');
    throw new UnavailableError(`no source of VAAs answers (${apiUrls.join(', ')}): ${reasons}`, { cause: failures[0] });
  }
  return null;
}

/** Asks over HTTP. */
export const askForVaa: AskForVaa = (apiUrl, source, sequence) => {
  const id = {
    chain: toChain(source.chainId),
    emitter: new UniversalAddress(source.tokenBridge),
    sequence,
  };
  return withTimeout(getVaaBytes(apiUrl, id), apiUrl);
};

/** The SDK sets no limit of its own. */
async function withTimeout<Value>(promise: Promise<Value>, apiUrl: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UnavailableError(`no answer from ${apiUrl} within ${REQUEST_TIMEOUT_MS} ms`));
    }, REQUEST_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
