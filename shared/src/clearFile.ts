import { clear, type Clearing } from './clear.js';
import type { ClearInput } from './clearInput.js';
import { ClearInputError } from './errors.js';
import type { SpokeId, Tier } from './ids.js';

/**
 * `./ala clear`: reads a clearing's input as JSON text and gives its output as one line of JSON.
 *
 * Amounts are strings of decimal digits, everything else is a number; the input has exactly the fields of `ClearInput`.
 * @throws ClearInputError naming the field that is missing, unknown, malformed or out of range.
 */
export function clearFile(text: string): string {
  return formatClearing(clear(parseClearInput(text)));
}

/** A clearing as `./ala clear` prints it. */
export function formatClearing(clearing: Clearing): string {
  return JSON.stringify({
    fills: clearing.fills.map(({ tier, spoke, amount }) => ({ tier, spoke, amount: String(amount) })),
    filled: String(clearing.filled),
    shortfall: String(clearing.shortfall),
    collateral: String(clearing.collateral),
    operatorFee: String(clearing.operatorFee),
    marginalPremiumBps: clearing.marginalPremiumBps,
    averagePremiumBps: clearing.averagePremiumBps,
  });
}

/** The input of `clear` from JSON text: its shape only, `clear` checks what the values mean. */
export function parseClearInput(text: string): ClearInput {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ClearInputError('', `malformed JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const root = fieldsOf(json, '', ['auction', 'ladder', 'pools']);
  const auction = fieldsOf(root['auction'], 'auction', [
    'debtLeft',
    'collateralLeft',
    'priceE36',
    'operatorFeeBps',
    'unit',
    'minLeg',
  ]);
  const ladder = fieldsOf(root['ladder'], 'ladder', ['tierStepBps', 'tierCount']);
  if (!Array.isArray(root['pools'])) throw new ClearInputError('pools', 'must be a list');
  return {
    auction: {
      debtLeft: amountOf(auction['debtLeft'], 'auction.debtLeft'),
      collateralLeft: amountOf(auction['collateralLeft'], 'auction.collateralLeft'),
      priceE36: amountOf(auction['priceE36'], 'auction.priceE36'),
      operatorFeeBps: integerOf(auction['operatorFeeBps'], 'auction.operatorFeeBps'),
      unit: amountOf(auction['unit'], 'auction.unit'),
      minLeg: amountOf(auction['minLeg'], 'auction.minLeg'),
    },
    ladder: {
      tierStepBps: integerOf(ladder['tierStepBps'], 'ladder.tierStepBps'),
      tierCount: integerOf(ladder['tierCount'], 'ladder.tierCount'),
    },
    pools: root['pools'].map((item: unknown, index) => {
      const path = `pools[${index}]`;
      const pool = fieldsOf(item, path, ['spoke', 'tier', 'available']);
      return {
        spoke: integerOf(pool['spoke'], `${path}.spoke`) as SpokeId,
        tier: integerOf(pool['tier'], `${path}.tier`) as Tier,
        available: amountOf(pool['available'], `${path}.available`),
      };
    }),
  };
}

/** The fields of a JSON object that has exactly `names`. */
function fieldsOf(value: unknown, path: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ClearInputError(path, path === '' ? 'the input must be an object' : 'must be an object');
  }
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const name of names) if (!Object.hasOwn(value, name)) throw new ClearInputError(at(name), 'is missing');
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) throw new ClearInputError(at(name), 'is not a field of the input');
  }
  return value as Record<string, unknown>;
}

function amountOf(value: unknown, path: string): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(value)) {
    throw new ClearInputError(path, `must be a string of at most 78 decimal digits, is ${JSON.stringify(value)}`);
  }
  return BigInt(value);
}

function integerOf(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new ClearInputError(path, `must be an integer, is ${JSON.stringify(value)}`);
  }
  return value;
}
