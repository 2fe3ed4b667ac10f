import type { NetworkAnswer } from '@ala/shared/api/network';

/** Chains without an RPC that pages may use: without all of them nothing can be verified. */
export function unreadChains({ chains }: NetworkAnswer): string[] {
  return chains.filter(({ rpcUrl }) => rpcUrl === null).map(({ chain }) => chain);
}
