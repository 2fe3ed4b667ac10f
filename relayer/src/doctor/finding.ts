/** A problem keeps a node from its work; a warning is for the operator to judge. */
export type Level = 'ok' | 'warning' | 'problem';

/** What one check has found, in one sentence; `todo` says what to do about it, null if nothing. */
export interface Finding {
  readonly check: string;
  readonly level: Level;
  readonly says: string;
  readonly todo: string | null;
}

export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says, todo: null };
}

export function warning(check: string, says: string, todo: string): Finding {
  return { check, level: 'warning', says, todo };
}

export function problem(check: string, says: string, todo: string): Finding {
  return { check, level: 'problem', says, todo };
}

/** The worst of all. */
export function levelOf(findings: readonly Finding[]): Level {
  const levels = new Set(findings.map(({ level }) => level));
  if (levels.has('problem')) return 'problem';
  return levels.has('warning') ? 'warning' : 'ok';
}
