import type { Provider } from 'ethers';
import type { Address } from '../ids.js';
import { parseSmallUint } from '../integers.js';
import { readView, tokenInterface } from './onChain.js';

export interface Token {
  readonly address: Address;
  /** The address where the token has none; of others' choosing, so never an identity. */
  readonly symbol: string;
  readonly decimals: number;
}

/** What a token says of itself. */
export async function readToken(provider: Provider, address: Address): Promise<Token> {
  const token = { address, abi: tokenInterface };
  const symbol = readView(provider, token, 'symbol').then(
    ([text]) => printable(String(text)),
    () => '',
  );
  const [decimals] = await readView(provider, token, 'decimals');
  return { address, symbol: (await symbol) || address, decimals: parseSmallUint('decimals', decimals, 77) };
}

const LONGEST = 20;

/** A terminal or a page obeys what it is shown: letters, digits and a few marks only. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{Nd}.$₮_-]/gu, '').slice(0, LONGEST);
}
