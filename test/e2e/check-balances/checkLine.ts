/** One statement about one token in one place, and how it was found. Amounts in smallest units. */
export interface CheckLine {
  /** What must hold, in words. */
  readonly check: string;
  /** Symbol of the token that the amounts are in. */
  readonly token: string;
  /** A chain, a spoke, a leg: where to look. */
  readonly place: string;
  readonly expected: bigint;
  readonly found: bigint;
  /** `found - expected`. */
  readonly difference: bigint;
  /** How far below and above `expected` it may lie; null for any distance. */
  readonly below: bigint | null;
  readonly above: bigint | null;
  readonly ok: boolean;
}

export type Statement = Pick<CheckLine, 'check' | 'token' | 'place' | 'expected' | 'found'>;

/** Found may differ from expected by the dust that `allowed` gives, either way. */
export function equalWithin(allowed: bigint, statement: Statement): CheckLine {
  return bounded(statement, allowed, allowed);
}

/** Found must be there for what is expected; more is a surplus. */
export function covers(statement: Statement): CheckLine {
  return bounded(statement, 0n, null);
}

/** Found must not pass the expected limit. */
export function atMost(statement: Statement): CheckLine {
  return bounded(statement, null, 0n);
}

export function bounded(statement: Statement, below: bigint | null, above: bigint | null): CheckLine {
  const difference = statement.found - statement.expected;
  const ok = (below === null || difference >= -below) && (above === null || difference <= above);
  return { ...statement, difference, below, above, ok };
}

/** A failed line as a sentence. */
export function describeFailure(line: CheckLine): string {
  const { check, token, place, expected, found, difference } = line;
  const limit = (value: bigint | null): string => (value === null ? 'any' : value.toString());
  const allowed = `allowed ${limit(line.below)} below, ${limit(line.above)} above`;
  return `${check}: ${token} on ${place}: expected ${expected}, found ${found}, difference ${difference} (${allowed})`;
}
