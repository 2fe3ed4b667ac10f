/** Root of every error that ALA's own code throws on purpose; the class says what kind of failure it was. */
export class AlaError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A value that is not what its type says: an id, address, hash or integer out of its range. */
export class InvalidValueError extends AlaError {
  readonly what: string;
  readonly value: unknown;

  constructor(what: string, value: unknown, expected: string, options?: { cause?: unknown }) {
    super(`${what}: expected ${expected}, got ${show(value)}`, options);
    this.what = what;
    this.value = value;
  }
}

/** Bytes that are not a message of this protocol version, or a message that has no encoding. */
export class MessageFormatError extends AlaError {}

/** An input of `clear` that is refused; `path` names the field, as in `pools[2].available`. */
export class ClearInputError extends AlaError {
  readonly path: string;

  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super(path === '' ? problem : `${path}: ${problem}`, options);
    this.path = path;
  }
}

/** A deployment file with wrong fields; all of them are in `problems`. */
export class DeploymentError extends AlaError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: { cause?: unknown }) {
    super(`invalid deployment file:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  return value === null ? 'null' : typeof value;
}
