import { useCallback, useMemo } from 'react';
import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { decodeText } from './decodeText.js';
import { useNetwork } from './queries.js';

/** Selector of `symbol()`. */
const SYMBOL = '0x95d89b41';

/** The symbol of a token on the hub, or its address where no RPC may be asked. */
export type SymbolOf = (token: string) => string;

/**
 * Asks the hub's chain what its tokens call themselves. By hand: the library that would decode the answer weighs more than all of the
 * first load.
 */
export function useSymbols(): SymbolOf {
  const { data } = useNetwork();
  const rpcUrl = data?.chains.find(({ isHub }) => isHub)?.rpcUrl ?? null;
  const tokens = useMemo(() => (data === undefined ? [] : tokensOf(data)), [data]);
  const symbols = useQueries({
    queries: tokens.map((token) => ({
      queryKey: ['symbol', rpcUrl, token],
      queryFn: () => readSymbol(rpcUrl ?? '', token),
      enabled: rpcUrl !== null,
      staleTime: Infinity,
    })),
    combine: found,
  });
  // The same function until another symbol is known: rows of long lists are drawn anew only then.
  return useCallback((token) => symbols[tokens.indexOf(token)] ?? token, [symbols, tokens]);
}

const found = (asked: readonly UseQueryResult<string>[]): (string | undefined)[] => asked.map(({ data }) => data);

function tokensOf({ baskets, markets }: NetworkAnswer): string[] {
  return [
    ...new Set([
      ...baskets.map(({ debtToken }) => debtToken),
      ...markets.map(({ collateralToken }) => collateralToken),
    ]),
  ];
}

async function readSymbol(rpcUrl: string, token: string): Promise<string> {
  const call = { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: token, data: SYMBOL }, 'latest'] };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(rpcUrl, { method: 'POST', headers, body: JSON.stringify(call) });
  const { result } = (await answer.json()) as { result?: unknown };
  return (typeof result === 'string' && decodeText(result)) || token;
}
