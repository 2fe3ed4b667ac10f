/** A query as pg takes it, with a name for its text. */
interface Query {
  readonly text: string;
  readonly name?: string;
}

const names = new Map<string, string>();

/**
 * The same query, which a session takes in and plans once: worlds ask the same hundred queries thousands of times, and most of what the
 * server has to do for one is to read it. A text without values may hold several queries, which cannot be prepared.
 */
export function prepared(args: readonly unknown[]): readonly unknown[] {
  const [query, values, ...others] = args;
  if (!Array.isArray(values) || values.length === 0) return args;
  const asked = typeof query === 'string' ? { text: query } : (query as Query);
  return [{ ...asked, name: asked.name ?? nameOf(asked.text) }, values, ...others];
}

/** The same for the same text, in all sessions. */
export function nameOf(text: string): string {
  const name = names.get(text) ?? `query ${names.size + 1}`;
  names.set(text, name);
  return name;
}
