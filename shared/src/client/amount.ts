import { AlaError } from '../errors.js';
import { UINT256_MAX } from '../integers.js';

/** A text that is no amount, or that can be read as two; the message says how to write it. */
export class AmountError extends AlaError {}

interface Separators {
  readonly decimal: string;
  /** Null where the locale groups with spaces or apostrophes, which always group. */
  readonly group: string | null;
}

const LONGEST = 100;

/**
 * An amount in smallest units, from a text as people type it: `1,000.50`, `1.000,50`, `1 000,50`, `1'000.5`, digits of any script.
 * @param decimals Of the token. @param locale A BCP 47 tag that says which of `.` and `,` begins the decimals; without one, a text
 * that can be read both ways is refused.
 * @throws AmountError
 */
export function parseAmount(text: string, decimals: number, locale?: string): bigint {
  const plain = plainText(text);
  const separators = locale === undefined ? separatorsIn(plain, text) : separatorsOf(locale);
  const { whole, fraction } = split(plain, separators, text, locale);
  const rest = fraction.slice(decimals).replace(/0+$/, '');
  if (rest !== '') throw new AmountError(`${show(text)} has more decimals than the token, which has ${decimals}`);
  const amount = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (amount > UINT256_MAX) throw new AmountError(`${show(text)} is more than any token has`);
  return amount;
}

/** An amount of smallest units with thousands apart and at least two decimals: `1,000.00`. `parseAmount` reads it back. */
export function formatAmount(amount: bigint, decimals: number): string {
  const unit = 10n ** BigInt(decimals);
  const whole = (amount / unit).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = (amount % unit).toString().padStart(decimals, '0').slice(0, decimals).replace(/0+$/, '');
  // Three decimals behind a bare whole could be thousands.
  return `${whole}.${(fraction.length === 3 ? `${fraction}0` : fraction).padEnd(2, '0')}`;
}

/** ASCII digits, `.`, `,`, ` ` and `'` only, without marks of direction and blanks around. */
function plainText(text: string): string {
  if (text.length > LONGEST) throw new AmountError(`an amount has at most ${LONGEST} characters`);
  const folded = text
    .normalize('NFKC')
    .replace(/[\u200e\u200f\u061c]/g, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\u00b7\u066b]/g, (mark) => (mark === '\u066b' ? 'D' : '.'))
    .replace(/\u066c|[\u2018\u2019\u02bc_]/g, "'")
    .replace(/\u060c/g, ',')
    .replace(/\s/g, ' ')
    .trim();
  if (folded === '') throw new AmountError('no amount was given: write digits, as in 1000.50');
  if (/^[-\u2212]/.test(folded)) throw new AmountError(`${show(text)} is below zero`);
  if (!/^[\d.,' D]+$/.test(folded) || !/\d/.test(folded)) {
    throw new AmountError(`${show(text)} is no amount: write digits only, as in 1000.50`);
  }
  return folded;
}

/** Every script's digits are ten code points in a row, and no two rows touch once NFKC has folded the mathematical ones. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

/** What the text itself shows. @throws AmountError if it shows two things. */
function separatorsIn(plain: string, text: string): Separators {
  if (plain.includes('D')) return { decimal: 'D', group: null };
  const [dots, commas] = [count(plain, '.'), count(plain, ',')];
  if (dots > 0 && commas > 0) {
    const decimal = plain.lastIndexOf('.') > plain.lastIndexOf(',') ? '.' : ',';
    return { decimal, group: decimal === '.' ? ',' : '.' };
  }
  const mark = dots > 0 ? '.' : ',';
  const other = mark === '.' ? ',' : '.';
  if (dots + commas > 1) return { decimal: other, group: mark };
  const [whole = '', fraction = ''] = plain.split(mark);
  const couldGroup = /^[1-9]\d{0,2}$/.test(whole) && /^\d{3}$/.test(fraction);
  if (!couldGroup) return { decimal: mark, group: other };
  const short = `${whole}.${fraction.replace(/0+$/, '')}`.replace(/\.$/, '');
  const asFraction = fraction.endsWith('0') ? short : `${short}0`;
  throw new AmountError(
    `${show(text)} can be read in two ways: write ${whole}${fraction} for thousands, or ${asFraction} for decimals`,
  );
}

function separatorsOf(locale: string): Separators {
  const parts = partsOf(locale);
  const decimal = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
  const group = parts.find(({ type }) => type === 'group')?.value ?? '';
  const folded = decimal === '\u066b' ? 'D' : decimal;
  return { decimal: folded, group: group === '.' || group === ',' ? group : null };
}

function partsOf(locale: string): Intl.NumberFormatPart[] {
  try {
    return new Intl.NumberFormat(locale).formatToParts(1_234_567.8);
  } catch (cause) {
    throw new AmountError(`${show(locale)} is no locale: write a tag such as en, de-CH or hi-IN`, { cause });
  }
}

/** Digits before and after the decimal mark, groups taken away. */
function split(plain: string, { decimal, group }: Separators, text: string, locale: string | undefined) {
  const parts = plain.split(decimal);
  const [grouped = '', fraction = ''] = parts;
  const marks = [...new Set(grouped.replace(/\d/g, ''))];
  const [mark] = marks;
  const known = mark === undefined || mark === group || mark === "'" || mark === ' ';
  const wellGrouped = mark === undefined || isGrouped(grouped.split(mark));
  if (parts.length > 2 || marks.length > 1 || !known || !wellGrouped || !/^\d*$/.test(fraction)) {
    const shown = decimal === 'D' ? '\u066b' : decimal;
    const where = locale === undefined ? '' : `in ${locale} "${shown}" begins the decimals: `;
    throw new AmountError(`${show(text)} is no amount: ${where}write it without thousands marks, as in 1000${shown}50`);
  }
  return { whole: grouped.replace(/\D/g, '') || '0', fraction };
}

/** Thousands, or as in India: three digits, and before them two by two. */
function isGrouped(groups: readonly string[]): boolean {
  const [first = '', ...others] = groups;
  const middle = others.slice(0, -1);
  const sizes = middle.every(({ length }) => length === 3) || middle.every(({ length }) => length === 2);
  return first.length >= 1 && first.length <= 3 && others.at(-1)?.length === 3 && sizes;
}

const count = (text: string, mark: string): number => text.split(mark).length - 1;

const show = (text: string): string => JSON.stringify(text);
