import { FetchRequest, isError, JsonRpcProvider, Network, toQuantity, Transaction } from 'ethers';
import { AlaError } from '@ala/shared/errors';
import type { Address, ChainId } from '@ala/shared/ids';
import { endpointOf } from '../lib/endpoint.js';
import { UnavailableError } from '../lib/errors.js';
import type { Signer, UnsignedTransaction } from './signer.js';

/** The external signer answers, and not with what was asked of it. */
export class SignerRefusalError extends AlaError {}

export interface ExternalSigner extends Signer {
  /** Addresses that it says it has keys of; null if it does not say. @throws UnavailableError */
  readonly accounts: () => Promise<readonly string[] | null>;
}

export interface ExternalSignerArgs {
  readonly url: string;
  readonly address: Address;
  readonly chainId: ChainId;
}

/** Signing takes less, and a lane waits for it. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Signs by `eth_signTransaction` of a JSON-RPC server that has the key, as web3signer and clef serve it. */
export function openExternalSigner({ url, address, chainId }: ExternalSignerArgs): ExternalSigner {
  const request = new FetchRequest(url);
  request.timeout = REQUEST_TIMEOUT_MS;
  const network = Network.from(chainId);
  const server = new JsonRpcProvider(request, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1 });
  const where = endpointOf(url);
  return {
    address,
    async signTransaction(transaction) {
      const answer: unknown = await ask(server, where, 'eth_signTransaction', [requestOf(address, transaction)]);
      return checkedRaw(answer, transaction, address, where);
    },
    async accounts() {
      try {
        const accounts: unknown = await ask(server, where, 'eth_accounts', []);
        return Array.isArray(accounts) ? accounts.map((account) => String(account).toLowerCase()) : null;
      } catch (error) {
        if (error instanceof SignerRefusalError) return null;
        throw error;
      }
    },
  };
}

async function ask(server: JsonRpcProvider, where: string, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await server.send(method, params);
  } catch (cause) {
    // These are what ethers makes of an error that the server itself answered.
    const answered = ['UNKNOWN_ERROR', 'UNSUPPORTED_OPERATION', 'ACTION_REJECTED', 'INSUFFICIENT_FUNDS'] as const;
    if (answered.some((code) => isError(cause, code))) {
      const advice = 'see its log, and whether it has the key of externalSigner.address';
      throw new SignerRefusalError(`the external signer at ${where} refuses ${method}: ${reasonOf(cause)}; ${advice}`);
    }
    throw new UnavailableError(`the external signer at ${where} does not answer: start it, or correct its URL`, {
      cause,
    });
  }
}

/** The server's own words; ethers keeps the whole request in its message. */
function reasonOf(error: unknown): string {
  const { error: inner, info } = error as { error?: { message?: string }; info?: { error?: { message?: string } } };
  return inner?.message ?? info?.error?.message ?? 'no reason given';
}

function requestOf(from: Address, tx: UnsignedTransaction): Record<string, string> {
  return {
    from,
    to: tx.to,
    data: tx.data,
    value: toQuantity(tx.value),
    gas: toQuantity(tx.gasLimit),
    nonce: toQuantity(tx.nonce),
    chainId: toQuantity(tx.chainId),
    maxFeePerGas: toQuantity(tx.maxFeePerGas),
    maxPriorityFeePerGas: toQuantity(tx.maxPriorityFeePerGas),
  };
}

/**
 * The signed transaction in the answer: its text (web3signer), or the field `raw` of an object (clef, geth).
 * @throws SignerRefusalError unless it is exactly the transaction that was asked for, signed by the expected address.
 */
function checkedRaw(answer: unknown, asked: UnsignedTransaction, address: Address, where: string): string {
  const raw = typeof answer === 'object' && answer !== null && 'raw' in answer ? answer.raw : answer;
  const signed = parsed(raw, where);
  if (signed.unsignedSerialized !== Transaction.from(asked).unsignedSerialized) {
    const chains = signed.chainId === BigInt(asked.chainId) ? '' : ` (chain ${signed.chainId}, not ${asked.chainId})`;
    throw new SignerRefusalError(
      `the external signer at ${where} signed another transaction than it was asked for${chains}; nothing was sent: ` +
        'correct what it is configured for',
    );
  }
  if (signed.from?.toLowerCase() !== address) {
    throw new SignerRefusalError(
      `the external signer at ${where} signed as ${signed.from ?? 'nobody'}, not as ${address}; nothing was sent: ` +
        'correct externalSigner.address, or the key that it uses',
    );
  }
  return signed.serialized;
}

function parsed(raw: unknown, where: string): Transaction {
  try {
    return Transaction.from(raw as string);
  } catch (cause) {
    throw new SignerRefusalError(`the external signer at ${where} answered with no signed transaction`, { cause });
  }
}
