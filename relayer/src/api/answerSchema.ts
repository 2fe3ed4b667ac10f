/** The part of JSON Schema that the answers and parameters are described in. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** What it is when it is not null. */
export function bareOf(schema: Schema): Schema {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

export function typeOf(schema: Schema): string {
  const { type } = bareOf(schema);
  return (typeof type === 'string' ? type : type?.find((each) => each !== 'null')) ?? 'any';
}
