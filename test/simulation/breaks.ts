import type { Preparation } from '@ala/relayer/dispatch/preparation';
import type { Breaks } from './relayerNode.js';

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
  /** Once it knows how to bring an effect about, it does not ask the chain any more whether the effect is there. */
  asksOnlyOnce: {
    prepare: (prepare) => {
      const answers = new Map<string, Preparation>();
      return async (row) => {
        const answer = answers.get(row.key) ?? (await prepare(row));
        // A message needs several transactions: it would not get further than the first.
        if (answer.status === 'send' && row.intent.kind !== 'carry') answers.set(row.key, answer);
        return answer;
      };
    },
  },
} as const satisfies Readonly<Record<string, Breaks>>;

export type BreakName = keyof typeof BREAKS;

export function isBreakName(name: string): name is BreakName {
  return Object.hasOwn(BREAKS, name);
}
