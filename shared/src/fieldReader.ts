type Parse<Value> = (value: unknown) => Value;

/**
 * Reads named fields of untrusted JSON and gathers every problem instead of stopping at the first. After a problem the value
 * returned is meaningless: use the result only if `problems` stayed empty.
 */
export class FieldReader {
  private readonly value: unknown;
  private readonly path: string;
  private readonly problems: string[];

  constructor(value: unknown, path: string, problems: string[]) {
    this.value = value;
    this.path = path;
    this.problems = problems;
  }

  /** The value itself, read by `parse`. */
  self<Value>(parse: Parse<Value>): Value {
    return this.attempt(this.path, () => parse(this.value));
  }

  /** The field `name`, read by `parse`. */
  get<Value>(name: string, parse: Parse<Value>): Value {
    return this.child(name).self(parse);
  }

  /** Is the field there, and not null? */
  has(name: string): boolean {
    const value = this.fields()?.[name];
    return value !== undefined && value !== null;
  }

  object(name: string): FieldReader {
    const child = this.child(name);
    if (child.fields() === undefined) this.problems.push(`${child.path}: expected an object`);
    return child;
  }

  list<Value>(name: string, read: (item: FieldReader) => Value): Value[] {
    const child = this.child(name);
    if (!Array.isArray(child.value)) {
      this.problems.push(`${child.path}: expected a list`);
      return [];
    }
    return child.value.map((item: unknown, index) =>
      read(new FieldReader(item, `${child.path}[${index}]`, this.problems)),
    );
  }

  entries<Value>(name: string, read: (key: string, value: FieldReader) => Value): Value[] {
    const child = this.object(name);
    return Object.keys(child.fields() ?? {}).map((key) => read(key, child.child(key)));
  }

  /** A key of the field `name` that has a meaning of its own. */
  key<Value>(name: string, key: string, parse: Parse<Value>): Value {
    return this.attempt(`${this.child(name).path}: key ${JSON.stringify(key)}`, () => parse(key));
  }

  private child(name: string): FieldReader {
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return new FieldReader(this.fields()?.[name], path, this.problems);
  }

  private fields(): Record<string, unknown> | undefined {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) return undefined;
    return this.value as Record<string, unknown>;
  }

  private attempt<Value>(path: string, parse: () => Value): Value {
    try {
      return parse();
    } catch (error) {
      this.problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined as Value;
    }
  }
}
