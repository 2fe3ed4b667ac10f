/** Anything that `JSON.stringify` writes without loss. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A value with bigints as decimal strings, ready for `jsonb`; fails on what JSON cannot carry. */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') {
    const json: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) if (item !== undefined) json[key] = toJson(item);
    return json;
  }
  throw new TypeError(`not representable in JSON: ${typeof value}`);
}
