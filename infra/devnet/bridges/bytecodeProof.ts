import { dataLength, dataSlice, keccak256, type JsonRpcProvider } from 'ethers';
import type { ChainName } from '../chain/chainSpec.js';
import type { Deployment } from '../chain/lane.js';

/** Shows that one deployed bridge contract was made from its package's creation code. */
export interface BytecodeProof {
  readonly chain: ChainName;
  readonly contract: string;
  readonly address: string;
  readonly origin: string;
  readonly transactionHash: string;
  /** keccak of the package's creation code. */
  readonly packageHash: string;
  /** keccak of the same length of the deployment's input, read from the chain; constructor arguments follow it. */
  readonly chainHash: string;
  readonly equal: boolean;
}

/**
 * Reads each deployment's transaction back from the chain. The creation code is what is compared: runtime code differs from
 * the package's wherever a constructor has set an immutable, and then by nothing else.
 */
export async function proveBytecode(
  chain: ChainName,
  provider: JsonRpcProvider,
  deployments: readonly Deployment[],
): Promise<BytecodeProof[]> {
  const foreign = deployments.filter(({ code }) => code.origin !== 'contracts');
  return Promise.all(
    foreign.map(async ({ code, address, transactionHash }) => {
      const [transaction, receipt, runtimeCode] = await Promise.all([
        provider.getTransaction(transactionHash),
        provider.getTransactionReceipt(transactionHash),
        provider.getCode(address),
      ]);
      const input = transaction?.data ?? '0x';
      const length = dataLength(code.bytecode);
      const created = dataLength(input) >= length ? dataSlice(input, 0, length) : '0x';
      const packageHash = keccak256(code.bytecode);
      const chainHash = keccak256(created);
      const atAddress = receipt?.contractAddress === address && runtimeCode !== '0x';
      const proof = {
        chain,
        contract: code.name,
        address,
        origin: code.origin,
        transactionHash,
        packageHash,
        chainHash,
      };
      return { ...proof, equal: atAddress && packageHash === chainHash };
    }),
  );
}
