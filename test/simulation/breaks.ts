import type { Breaks } from './relayerNode.js';

const RETRY_MS = 500;

/** Nodes that are broken in one way, to show that the simulation finds it. */
export const BREAKS = {
  /** Its transaction may be on a chain, and nothing on its disk says so. */
  sendsBeforeItStores: {
    signer: (signer, { provider }) => ({
      ...signer,
      signTransaction: async (transaction) => {
        const raw = await signer.signTransaction(transaction);
        await provider.send('eth_sendRawTransaction', [raw]);
        return raw;
      },
    }),
  },
  /** It takes an effect for had only if it has sent for it itself: not if another node has, or somebody else, or it before a crash. */
  believesOnlyItself: {
    prepare: (prepare) => {
      const sent = new Set<string>();
      return async (row) => {
        const answer = await prepare(row);
        if (answer.status === 'send') sent.add(row.key);
        if (answer.status !== 'done' || sent.has(row.key)) return answer;
        return { status: 'notReady', reason: 'it was not this node that sent for it', retryInMs: RETRY_MS };
      };
    },
  },
} as const satisfies Readonly<Record<string, Breaks>>;

export type BreakName = keyof typeof BREAKS;

export function isBreakName(name: string): name is BreakName {
  return Object.hasOwn(BREAKS, name);
}
