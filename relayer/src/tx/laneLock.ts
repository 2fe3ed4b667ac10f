import { keccak256, toUtf8Bytes } from 'ethers';
import type { ChainId } from '@ala/shared/ids';

/** Key of the advisory lock of a lane; `signer` is the address with its checksum. */
export function laneLock(chainId: ChainId, signer: string): bigint {
  return BigInt.asIntN(64, BigInt(keccak256(toUtf8Bytes(`lane:${chainId}:${signer}`))));
}
