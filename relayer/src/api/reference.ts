import { bareOf, typeOf, type Schema } from './answerSchema.js';
import { exampleOf } from './referenceExample.js';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** The part of OpenAPI that `npm run openapi` writes. */
export interface OpenApi {
  readonly info: { readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
}

/** Where a devnet's node serves the API. */
const DEVNET = 'http://127.0.0.1:8550';
const PLACEHOLDERS: Readonly<Record<string, string>> = { basket: '1', owner: 'OWNER', auctionId: 'AUCTION_ID' };
const PREFACE = `What all answers have in common (pages, freshness, ETags, problems) is in [api.md](api.md). The same for programs is
[openapi.json](openapi.json); to be looked through it is at \`/docs\` of a node. The commands ask the node of a devnet (\`npm start\`); \`OWNER\` is an
LP's address.`;
/** zod says it of every integer. */
const SAFE = Number.MAX_SAFE_INTEGER;

/** docs/api-reference.md: every address with what it takes and answers. What all answers have in common is in docs/api.md. */
export function referencePage({ info, paths }: OpenApi): string {
  const routes = Object.entries(paths);
  const [first] = routes;
  const index = routes.map(([path, { get }]) => `| [\`${path}\`](#${anchorOf(path)}) | ${get.summary} |`);
  return [
    '<!-- Written by `npm run openapi` from the routes in relayer/src/api: what is changed here is lost. -->',
    '# API reference',
    `Version ${info.version}. ${info.description} ${PREFACE}`,
    ['| address | answers |', '| --- | --- |', ...index].join('\n'),
    ...routes.map(([path, { get }]) => section(path, get)),
    '## Problems',
    'Every address answers a request that fails so, as `application/problem+json` (RFC 9457): 400 for what it does not take, 404 for what is not there, 429 over the rate limit, 503 while the database does not answer.',
    first === undefined ? '' : fieldTable(schemaOf(first[1].get, 'default')),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(path: string, operation: Operation): string {
  const { summary, parameters = [], responses } = operation;
  const isStream = path.endsWith('/events');
  const answer = schemaOf({ responses, summary }, '200');
  const parts = [
    `## \`${path}\``,
    `${summary}.`,
    fence('sh', `${isStream ? 'curl -N' : 'curl'} ${addressOf(path, parameters)}`),
  ];
  if (parameters.length > 0) parts.push(parameterTable(parameters));
  if (!isStream) parts.push(fieldTable(answer), details(exampleOf(answer)));
  return parts.join('\n\n');
}

/** With what has to be given. */
function addressOf(path: string, parameters: readonly Parameter[]): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PLACEHOLDERS[name] ?? name);
  const asked = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const query = asked.map(({ name }) => `${name}=${PLACEHOLDERS[name] ?? name}`).join('&');
  return query === '' ? `${DEVNET}${filled}` : `'${DEVNET}${filled}?${query}'`;
}

function schemaOf({ responses }: Operation, status: string): Schema {
  return Object.values(responses[status]?.content ?? {})[0]?.schema ?? {};
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: where, required, description, schema }) => {
    const needed =
      schema.default === undefined
        ? required
          ? 'has to be given'
          : ''
        : `\`${JSON.stringify(schema.default).replaceAll('"', '')}\``;
    return `| \`${name}\` | ${where} | ${typeText(schema)} | ${needed} | ${cell(description ?? schema.description)} |`;
  });
  return ['| parameter | in | type | if left out | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function fieldTable(schema: Schema): string {
  const rows = fieldsOf(schema, '').map(
    ([name, field]) => `| \`${name}\` | ${typeText(field)} | ${cell(noteOf(field))} |`,
  );
  return ['| field | type | |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Every field with the way to it: `items[].bidId`. */
function fieldsOf(schema: Schema, path: string): [string, Schema][] {
  const bare = bareOf(schema);
  if (bare.items !== undefined) return fieldsOf(bare.items, `${path}[]`);
  if (typeof bare.additionalProperties === 'object') return fieldsOf(bare.additionalProperties, `${path}.*`);
  return Object.entries(bare.properties ?? {}).flatMap(([name, field]): [string, Schema][] => {
    const at = path === '' ? name : `${path}.${name}`;
    return [[at, field], ...fieldsOf(field, at)];
  });
}

function isNullable({ anyOf, type }: Schema): boolean {
  return anyOf?.some((each) => each.type === 'null') ?? (Array.isArray(type) && type.includes('null'));
}

function typeText(schema: Schema): string {
  const bare = bareOf(schema);
  const orNull = isNullable(schema) ? ' or null' : '';
  if (bare.enum !== undefined) return `${bare.enum.map((each) => `\`${each}\``).join(', ')}${orNull}`;
  if (bare.items !== undefined) return `list of ${typeText(bare.items)}${orNull}`;
  return `${kindOf(bare)}${orNull}`;
}

/** Words for the patterns of shared/src/api/scalars.ts. */
function kindOf(schema: Schema): string {
  const { pattern, format, minimum, maximum } = schema;
  const type = typeOf(schema);
  if (pattern?.includes('{40}') === true) return 'address';
  if (pattern?.includes('{64}') === true) return '32 bytes';
  if (pattern?.includes('{0,77}') === true) return 'decimal string';
  if (pattern !== undefined) return 'decimal string with four decimals';
  if (format === 'uri') return 'URL';
  if (type !== 'integer') return type;
  const most = maximum === undefined || maximum === SAFE ? '' : ` to ${maximum}`;
  return most === '' && (minimum ?? 0) === 0 ? 'integer' : `integer from ${minimum ?? 0}${most}`;
}

const SAID_BY_TYPE = new Set([
  'Decimal digits of an unsigned integer',
  '20 bytes as 0x and lower-case hex digits',
  '32 bytes as 0x and lower-case hex digits',
]);

function noteOf(schema: Schema): string {
  const note = schema.description ?? bareOf(schema).description ?? '';
  return SAID_BY_TYPE.has(note) ? '' : note;
}

function cell(text = ''): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function details(example: unknown): string {
  return `<details><summary>Example</summary>\n\n${fence('json', JSON.stringify(example, null, 1))}\n\n</details>`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** As the repository's host makes it of a heading. */
function anchorOf(path: string): string {
  return path.toLowerCase().replaceAll(/[^\w-]/g, '');
}
