import type { NetworkAnswer } from '@ala/shared/api/network';

/** Pure: where a chain's explorer shows a transaction; null if the node names none, or one that is no web page. */
export function transactionUrl({ chains }: Pick<NetworkAnswer, 'chains'>, chain: string, hash: string): string | null {
  const explorer = chains.find(({ chain: name }) => name === chain)?.explorerUrl ?? null;
  // A link with another scheme could run as a script in this page.
  if (explorer === null || !/^https?:\/\//i.test(explorer)) return null;
  return `${explorer.replace(/\/+$/, '')}/tx/${encodeURIComponent(hash)}`;
}
