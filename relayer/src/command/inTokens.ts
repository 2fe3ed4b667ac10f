import type { BidTerms } from '@ala/shared/client/bidTerms';
import { ClientError } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import type { SpokeOnChain } from '@ala/shared/client/onChain';
import { sayTokens } from '@ala/shared/client/sayAmount';
import { readToken } from '@ala/shared/client/token';

/**
 * Lets what a spoke refuses be said in whole tokens of the basket: `1,000.00 tUSD`.
 *
 * @throws ClientError with those words, or what the work threw where there are no better ones.
 */
export async function inTokens<T>(spoke: SpokeOnChain, terms: BidTerms, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const token = await readToken(spoke.provider, terms.debtToken).catch(() => null);
    if (token === null) throw error;
    const explained = explainError(error, sayTokens(terms, token.symbol));
    if (explained.kind === 'unknown') throw error;
    throw new ClientError(explained, { cause: error });
  }
}
