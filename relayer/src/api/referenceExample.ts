import { bareOf, typeOf, type Schema } from './answerSchema.js';

/** What a field of such a name looks like: amounts of whole tokens, and a moment. By the end of the name. */
const BY_NAME: readonly (readonly [RegExp, unknown])[] = [
  [/DebtUnits$/, '1000500000'],
  [/(Collateral|Token)Units$/, '540000000000000000'],
  [/Wei$/, '10000000000000000000'],
  [/priceE36$/i, '1850000000000000000000000000'],
  [/bidId$/i, '12'],
  [/(ageSec|LagSec|forSec)$/i, 12],
  [/Sec$/, 1_796_000_000],
  [/Bps$/, 150],
  [/chainId$/, 31_338],
  [/(^|\.)spoke$/, 1],
  [/(^|\.)basket$|marketId$/, 1],
  [/tier$/, 2],
  [/blockNumber$/i, 4_711],
  [/chain$/, 'spokeA'],
  [/symbol$/i, 'tUSD'],
  [/nextCursor$/, null],
  [/problem$/, 'no answer within 3 s'],
];

const HEX = '37f6751199d73160b23f91c8bc6241805eabb8bbdf42b547a758f43c107a0de8';

/** A value that the schema takes, the same each time. */
export function exampleOf(schema: Schema, name = ''): unknown {
  const bare = bareOf(schema);
  const known = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  if (bare.enum !== undefined) return bare.enum[0];
  switch (typeOf(bare)) {
    case 'object':
      return exampleObject(bare);
    case 'array':
      return [exampleOf(bare.items ?? {}, name)];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return typeof known === 'number' ? Math.min(known, bare.maximum ?? known) : (bare.minimum ?? 0);
    default:
      return exampleText(bare, known);
  }
}

function exampleObject({ properties = {}, additionalProperties }: Schema): Record<string, unknown> {
  if (typeof additionalProperties === 'object') return { '1': exampleOf(additionalProperties) };
  return Object.fromEntries(Object.entries(properties).map(([key, field]) => [key, exampleOf(field, key)]));
}

function exampleText({ pattern, format }: Schema, known: unknown): unknown {
  if (pattern?.includes('{40}') === true) return `0x${HEX.slice(0, 40)}`;
  if (pattern?.includes('{64}') === true) return `0x${HEX}`;
  if (pattern?.includes('{0,77}') === true) return typeof known === 'string' ? known : '1';
  if (pattern !== undefined) return '181.6666';
  if (format === 'uri') return 'https://rpc.example';
  return typeof known === 'string' || known === null ? known : 'text';
}
