import type { CallKind, Fault } from './faults.js';

/** One call of a process to the outside. */
export interface OutsideCall<T> {
  readonly kind: CallKind;
  readonly label: string;
  /** Changes nothing, neither here nor for others. */
  readonly isRead: boolean;
  readonly effect: (fault: Fault | null, worksOnIt: (pid: number) => void) => Promise<T>;
  /** Throws as it does when it fails; a connection is broken then. */
  readonly fail: () => never | Promise<never>;
  /** An answer that no honest one can give. */
  readonly wrong?: () => T;
}

/** Selects alone: what is asked in a session of its own may lock. */
export function isRead(args: readonly unknown[]): boolean {
  return describeQuery(args).startsWith('select');
}

const LONGEST = 60;

/** Whoever calls: a process whose calls wait for the scheduler. */
export interface Caller {
  /** One call to the outside, when the scheduler lets it happen. A process that crashes gets no answer. */
  perform<T>(call: OutsideCall<T>): Promise<T>;
}

/** Of texts that were seen: they are few, and asked again and again. */
const descriptions = new Map<string, string>();

/** A query in a few words, without its values. */
export function describeQuery(args: readonly unknown[]): string {
  const [query] = args;
  const text = typeof query === 'string' ? query : (query as { readonly text: string }).text;
  const description = descriptions.get(text) ?? describe(text);
  descriptions.set(text, description);
  return description;
}

function describe(text: string): string {
  const words = text.replaceAll('"', '').replaceAll(/\s+/g, ' ').trim();
  const table = /(?:from|into|update) (\w+)/.exec(words)?.[1] ?? '';
  const verb = words.split(' ', 1)[0] ?? '';
  return `${verb} ${table}`.trim().slice(0, LONGEST);
}
