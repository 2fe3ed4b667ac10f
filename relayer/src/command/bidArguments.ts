import { AmountError, parseAmount } from '@ala/shared/client/amount';
import { tierOfPremium } from '@ala/shared/client/bidTerms';
import { ClientError } from '@ala/shared/client/clientError';
import { InvalidValueError } from '@ala/shared/errors';
import { toTier, type Tier } from '@ala/shared/ids';
import { parseSmallUint, parseUint } from '@ala/shared/integers';
import type { Ladder } from '@ala/shared/ladder';
import type { AccountOptions } from './account.js';
import type { NetworkOptions } from './openNetwork.js';

export type BidOptions = NetworkOptions & AccountOptions;

/** One of both. */
export interface TierOptions {
  readonly tier?: string;
  readonly premium?: string;
}

export function tierOf({ tier, premium }: TierOptions, ladder: Ladder): Tier {
  if ((tier === undefined) === (premium === undefined)) {
    const what = tier === undefined ? 'no premium was named' : 'both --tier and --premium were named';
    throw new ClientError({ kind: 'input', what, whatToDo: 'Name either --premium or --tier.' });
  }
  if (tier !== undefined) return toTier(tier);
  try {
    return tierOfPremium(ladder, Number(parseAmount((premium ?? '').replace(/%\s*$/, ''), 2)));
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    throw new InvalidValueError('premium', premium, 'a percentage such as 1.5', { cause: error });
  }
}

/** A bid is named `spoke/id`, as `ala bid list` shows it. */
export function toBidName(name: string): readonly [number, bigint] {
  const [spoke, bid, more] = name.split('/');
  if (bid === undefined || more !== undefined) {
    throw new InvalidValueError('bid', name, 'spoke and number as `ala bid list` shows them, such as 1/5');
  }
  return [toSpoke(spoke ?? ''), parseUint('bid', bid)];
}

export function toSpoke(text: string): number {
  return parseSmallUint('spoke', text, undefined, 1);
}
