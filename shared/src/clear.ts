import { collateralDown, demandDown, feeDown, floorToUnit, proRata } from './clearingMath.js';
import type { ClearAuction, ClearInput } from './clearInput.js';
import { checkClearInput } from './clearInputCheck.js';
import type { SpokeId, Tier } from './ids.js';
import { premiumBps, type Ladder } from './ladder.js';

/** A plan has at most so many fills; the next round goes on. */
export const MAX_FILLS_PER_PLAN = 128;

/** What one pool gives; always positive. */
export interface ClearFill {
  readonly tier: Tier;
  readonly spoke: SpokeId;
  readonly amount: bigint;
}

export interface Clearing {
  /** By tier, then spoke. */
  readonly fills: readonly ClearFill[];
  readonly filled: bigint;
  /** What of the debt, floored to `unit`, stays uncovered. */
  readonly shortfall: bigint;
  /** Collateral for the LPs at the input's price. */
  readonly collateral: bigint;
  /** Collateral for the operators. */
  readonly operatorFee: bigint;
  /** Premium of the dearest fill; 0 without fills. */
  readonly marginalPremiumBps: number;
  /** Premium weighted by amount, four decimals, rounded down; `"0.0000"` without fills. */
  readonly averagePremiumBps: string;
}

/**
 * Clears an auction against the book: who pays how much, cheapest premium first (protocol, "Clearing", rules 1 to 6). Pure, and
 * the same for any order of `pools`: anybody can check a plan with it.
 * @throws ClearInputError naming the field: `unit` or price zero, a negative amount, a tier outside the ladder, a pool twice.
 */
export function clear(input: ClearInput): Clearing {
  checkClearInput(input);
  const { auction, ladder } = input;
  const book = sortBook(input);
  const debt = floorToUnit(auction.debtLeft, auction.unit);
  let best = clearBook({ auction, ladder, book, debt });
  for (;;) {
    const leftOut = legToLeaveOut(best, book, auction.minLeg);
    if (leftOut === undefined) break;
    for (const tier of book) tier.delete(leftOut);
    const without = clearBook({ auction, ladder, book, debt });
    if (without.filled < best.filled) break;
    best = without;
  }
  return summarize(best, debt, ladder);
}

/** For each tier of the ladder what each spoke has available, floored to the unit; no empty pools; spokes ascending. */
type Book = readonly Map<SpokeId, bigint>[];

interface Taken {
  readonly fills: ClearFill[];
  filled: bigint;
  collateral: bigint;
  operatorFee: bigint;
}

function sortBook({ auction, ladder, pools }: ClearInput): Book {
  const book = Array.from({ length: ladder.tierCount }, () => new Map<SpokeId, bigint>());
  for (const pool of [...pools].sort((a, b) => a.spoke - b.spoke)) {
    const available = floorToUnit(pool.available, auction.unit);
    if (available > 0n) book[pool.tier]?.set(pool.spoke, available);
  }
  return book;
}

/** Rules 1 to 5: walks up the ladder until the demand, the collateral, the book or the room in a plan ends. */
function clearBook(args: { auction: ClearAuction; ladder: Ladder; book: Book; debt: bigint }): Taken {
  const { auction, ladder, book, debt } = args;
  const { priceE36, operatorFeeBps, unit } = auction;
  const taken: Taken = { fills: [], filled: 0n, collateral: 0n, operatorFee: 0n };
  for (const [index, pools] of book.entries()) {
    const tier = index as Tier;
    const premium = premiumBps(ladder, tier);
    const debtLeft = debt - taken.filled;
    const collateralLeft = auction.collateralLeft - taken.collateral - taken.operatorFee;
    const demand = demandDown({ debtLeft, collateralLeft, priceE36, premiumBps: premium, operatorFeeBps, unit });
    if (demand === 0n || taken.fills.length + pools.size > MAX_FILLS_PER_PLAN) break;
    const available = [...pools.values()];
    const supply = available.reduce((sum, amount) => sum + amount, 0n);
    const isMarginal = supply > demand;
    const given = isMarginal ? proRata(available, demand, unit) : available;
    for (const [at, spoke] of [...pools.keys()].entries()) {
      const amount = given[at] ?? 0n;
      if (amount === 0n) continue;
      taken.fills.push({ tier, spoke, amount });
      taken.filled += amount;
      taken.collateral += collateralDown(amount, premium, priceE36);
      taken.operatorFee += feeDown(amount, operatorFeeBps, priceE36);
    }
    if (isMarginal) break;
  }
  return taken;
}

/** Rule 6: of the legs below `minLeg` the one whose spoke has least up to the marginal tier; undefined if all may stay. */
function legToLeaveOut(taken: Taken, book: Book, minLeg: bigint): SpokeId | undefined {
  const legs = new Map<SpokeId, bigint>();
  for (const { spoke, amount } of taken.fills) legs.set(spoke, (legs.get(spoke) ?? 0n) + amount);
  if (legs.size < 2) return undefined;
  const marginalTier = taken.fills.at(-1)?.tier ?? 0;
  const reachable = (spoke: SpokeId) =>
    book.slice(0, marginalTier + 1).reduce((sum, pools) => sum + (pools.get(spoke) ?? 0n), 0n);
  let worst: { spoke: SpokeId; available: bigint } | undefined;
  for (const [spoke, amount] of legs) {
    if (amount >= minLeg) continue;
    const available = reachable(spoke);
    const isWorse =
      worst === undefined || available < worst.available || (available === worst.available && spoke > worst.spoke);
    if (isWorse) worst = { spoke, available };
  }
  return worst?.spoke;
}

function summarize(taken: Taken, debt: bigint, ladder: Ladder): Clearing {
  const { fills, filled, collateral, operatorFee } = taken;
  const last = fills.at(-1);
  const weighted = fills.reduce((sum, fill) => sum + fill.amount * BigInt(premiumBps(ladder, fill.tier)), 0n);
  const averageE4 = filled === 0n ? 0n : (weighted * 10_000n) / filled;
  return {
    fills,
    filled,
    shortfall: debt - filled,
    collateral,
    operatorFee,
    marginalPremiumBps: last === undefined ? 0 : premiumBps(ladder, last.tier),
    averagePremiumBps: `${averageE4 / 10_000n}.${String(averageE4 % 10_000n).padStart(4, '0')}`,
  };
}
