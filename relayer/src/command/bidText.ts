import { formatAmount } from '@ala/shared/client/amount';
import type { Step } from '@ala/shared/client/sendCall';
import type { Token } from '@ala/shared/client/token';
import { progress } from './terminal.js';

/** Smallest units where nobody could say what the token is. */
export function tokenText(token: Token | undefined, amountLocal: bigint): string {
  return token === undefined ? String(amountLocal) : `${formatAmount(amountLocal, token.decimals)} ${token.symbol}`;
}

/** Before it is mined: who is interrupted knows where to look. */
export function sayStep({ method, hash }: Step): void {
  progress(`${method} sent: ${hash}`);
}
