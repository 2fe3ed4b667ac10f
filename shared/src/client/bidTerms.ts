import { toAddress, toTier, type Address, type BasketId, type Tier } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { premiumBps, type Ladder } from '../ladder.js';
import { formatAmount } from './amount.js';
import { ClientError } from './clientError.js';
import { readView, spokeInterface, type SpokeOnChain } from './onChain.js';

/** A basket's terms on one spoke; amounts in hub units. */
export interface BidTerms extends Ladder {
  readonly basket: BasketId;
  readonly debtToken: Address;
  readonly localDecimals: number;
  readonly hubDecimals: number;
  readonly unit: bigint;
  readonly minBid: bigint;
  readonly activationDelaySec: number;
  readonly noticeSec: number;
}

/** @throws ClientError if the spoke has no such basket. */
export async function readBidTerms(spoke: SpokeOnChain, basket: BasketId): Promise<BidTerms> {
  const [params] = await readView(spoke.provider, { ...spoke, abi: spokeInterface }, 'basketParams', [basket]);
  const fields = params as Readonly<Record<string, unknown>>;
  const tierCount = parseSmallUint('tierCount', fields['tierCount']);
  if (tierCount === 0) {
    const what = `spoke ${spoke.spokeId} has no basket ${basket}`;
    throw new ClientError({ kind: 'input', what, whatToDo: 'Name a basket of the deployment.' });
  }
  return {
    basket,
    tierCount,
    tierStepBps: parseSmallUint('tierStepBps', fields['tierStepBps']),
    debtToken: toAddress(fields['debtToken']),
    localDecimals: parseSmallUint('localDecimals', fields['localDecimals']),
    hubDecimals: parseSmallUint('hubDecimals', fields['hubDecimals']),
    unit: parseUint('unit', fields['unit']),
    minBid: parseUint('minBid', fields['minBid']),
    activationDelaySec: parseSmallUint('activationDelaySec', fields['activationDelaySec']),
    noticeSec: parseSmallUint('noticeSec', fields['noticeSec']),
  };
}

/** Hub units in the spoke's own, rounded down. */
export function toLocalUnits({ hubDecimals, localDecimals }: BidTerms, amount: bigint): bigint {
  return rescaledDown(amount, hubDecimals, localDecimals);
}

/** The spoke's own units in hub units, rounded down. */
export function toHubUnits({ hubDecimals, localDecimals }: BidTerms, amountLocal: bigint): bigint {
  return rescaledDown(amountLocal, localDecimals, hubDecimals);
}

function rescaledDown(amount: bigint, from: number, to: number): bigint {
  return to >= from ? amount * 10n ** BigInt(to - from) : amount / 10n ** BigInt(from - to);
}

/** The tier with that premium. @throws ClientError naming the nearest ones that there are. */
export function tierOfPremium(terms: Ladder, bps: number): Tier {
  const step = bps / terms.tierStepBps;
  if (Number.isInteger(step) && step >= 1 && step <= terms.tierCount) return toTier(step - 1);
  const [least, most] = [terms.tierStepBps, terms.tierStepBps * terms.tierCount];
  const what = `the ladder has no tier at ${bps} basis points`;
  const whatToDo = `Name a multiple of ${terms.tierStepBps} from ${least} to ${most} basis points.`;
  throw new ClientError({ kind: 'input', what, whatToDo });
}

/** Why the spoke would refuse such a bid whatever its state; checked before anything is approved. @throws ClientError */
export function checkBid(terms: BidTerms, tier: Tier, amount: bigint): void {
  premiumBps(terms, tier);
  const shown = (units: bigint): string => formatAmount(units, terms.hubDecimals);
  const { minBid, unit } = terms;
  if (amount < minBid || amount === 0n) {
    const what = `${shown(amount)} is below the smallest bid`;
    throw new ClientError({ kind: 'input', what, whatToDo: `Bid ${shown(minBid)} or more.` });
  }
  if (amount % unit !== 0n) {
    const what = `${shown(amount)} is no multiple of ${shown(unit)}, which the bridges carry`;
    throw new ClientError({ kind: 'input', what, whatToDo: `Bid ${shown(amount - (amount % unit))}.` });
  }
}
