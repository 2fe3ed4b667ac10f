import { Interface, keccak256 } from 'ethers';
import { toChain } from '@wormhole-foundation/sdk-base';
import { getVaaBytes } from '@wormhole-foundation/sdk-connect/whscan-api';
import { deserialize, UniversalAddress, type VAA } from '@wormhole-foundation/sdk-definitions';
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

type TransferVaa = VAA<'TokenBridge:TransferWithPayload'>;

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
  const found = await fetchVaa(args);
  if (found === null) return { status: 'notReady', reason: 'the guardians have not signed yet', retryInMs: RETRY_MS };
  const { vaaBytes, vaa } = found;
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

interface FoundVaa {
  readonly vaaBytes: Uint8Array;
  readonly vaa: TransferVaa;
}

/** Asks one source after the other; null if all that answer say "not yet". */
async function fetchVaa({ source, sequence, apiUrls, askForVaa }: CarryWormholeArgs): Promise<FoundVaa | null> {
  const failures: unknown[] = [];
  for (const apiUrl of apiUrls) {
    try {
      const bytes = await askForVaa(apiUrl, source, sequence);
      if (bytes !== null) return { vaaBytes: bytes, vaa: vaaOf(bytes, source, sequence) };
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

/**
 * Checks the form, the payload's kind and of which message it is; the signatures are the core contract's to check.
 * @throws UnavailableError if it is another one's: of one that was redeemed long ago the message here would seem to have arrived.
 */
function vaaOf(bytes: Uint8Array, source: WormholeChain, sequence: bigint): TransferVaa {
  const vaa = deserialize('TokenBridge:TransferWithPayload', bytes);
  const emitter = new UniversalAddress(source.tokenBridge);
  if (vaa.emitterChain === toChain(source.chainId) && vaa.emitterAddress.equals(emitter) && vaa.sequence === sequence)
    return vaa;
  const answered = `${vaa.emitterChain}/${vaa.emitterAddress.toString()}/${vaa.sequence}`;
  throw new UnavailableError(
    `asked for ${source.chainId}/${emitter.toString()}/${sequence}, it answered with ${answered}`,
  );
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
