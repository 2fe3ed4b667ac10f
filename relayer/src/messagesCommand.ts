import { resolve } from 'node:path';
import { Command } from 'commander';
import { InvalidValueError } from '@ala/shared/errors';
import { toHash } from '@ala/shared/ids';
import { parseSmallUint } from '@ala/shared/integers';
import { messageStates, readCarriedMessages, type MessageState } from './bridge/carriedMessages.js';
import { messageLine, storyLines } from './bridge/describeMessage.js';
import { readMessageStory } from './bridge/messageStory.js';
import { retryMessage } from './bridge/retryMessage.js';
import { readConfig, type Config } from './config/config.js';
import { openDatabase, type Db } from './db/client.js';
import { describeError, UnavailableError } from './lib/errors.js';

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

interface ListOptions extends CommonOptions {
  readonly state?: string;
  readonly stuck?: string | true;
  readonly limit: string;
}

/** Beyond every bridge's usual time with a wide margin. */
const STUCK_SEC = 3_600;

/** `ala messages`: status 0 done, 1 there is no such message or it may not be retried, 2 bad input. */
export function messagesCommand(): Command {
  const command = new Command('messages').description(
    "the bridge messages that ALA's ports sent, from a relayer's database",
  );
  const states = messageStates.join(', ');
  common(command.command('list').description('messages and how far they are'))
    .option('--state <state>', `only those in this state (${states})`)
    .option('--stuck [seconds]', `only those that have not ended and are older, ${STUCK_SEC} s if not said`)
    .option('--limit <count>', 'at most so many', '100')
    .action(list);
  common(command.command('show').description("one message's story").argument('<message-id>')).action(show);
  common(
    command
      .command('retry')
      .description('make a message due now, if nothing is under way for it')
      .argument('<message-id>'),
  ).action(retry);
  return command;
}

function common(command: Command): Command {
  return command
    .exitOverride()
    .option('--config <file>', "the relayer's configuration", '.ala/devnet/relayer.json')
    .option('--json', 'JSON instead of text');
}

async function list(options: ListOptions): Promise<void> {
  const limit = parseSmallUint('limit', options.limit, 1_000_000, 1);
  const state = options.state === undefined ? {} : { state: toMessageState(options.state) };
  const { stuck } = options;
  const seconds = stuck === true ? STUCK_SEC : parseSmallUint('stuck', stuck ?? '0');
  const filter = { limit, ...state, ...(stuck === undefined ? {} : { stuckForSec: seconds }) };
  await withDatabase(options, async (db, { deployment }) => {
    const found = await readCarriedMessages(db, filter);
    const text = () => found.map((message) => `${messageLine(deployment, message)}\n`).join('');
    process.stdout.write(options.json === true ? `${json(found)}\n` : text());
  });
}

async function show(id: string, options: CommonOptions): Promise<void> {
  const messageId = toHash(id);
  await withDatabase(options, async (db, { deployment }) => {
    const story = await readMessageStory(db, messageId);
    if (story === null) refuse(options, `no message ${messageId}: is its source chain read that far?`);
    else print(options.json === true ? json(story) : storyLines(deployment, story).join('\n'));
  });
}

async function retry(id: string, options: CommonOptions): Promise<void> {
  const messageId = toHash(id);
  await withDatabase(options, async (db) => {
    const result = await retryMessage(db, messageId);
    if (!result.retried) {
      refuse(options, `message ${messageId} is not retried: ${result.reason}`);
      return;
    }
    const { from, message } = result;
    const answer = { retried: true, from, key: message.row?.key ?? null };
    const text = `message ${messageId} was ${from} and is due now: the lane of its destination asks that chain what comes next`;
    print(options.json === true ? json(answer) : text);
  });
}

async function withDatabase(
  { config: path }: CommonOptions,
  work: (db: Db, config: Config) => Promise<void>,
): Promise<void> {
  const config = readConfig(resolve(path), process.env);
  const database = openDatabase({ url: config.databaseUrl, onIdleError: () => undefined, maxConnections: 1 });
  try {
    await database.pool.query('select');
  } catch (error) {
    await database.close();
    const text = `the database of ${path} does not answer (${describeError(error)}): is it running?`;
    throw new UnavailableError(text, { cause: error });
  }
  try {
    await work(database.db, config);
  } finally {
    await database.close();
  }
}

function refuse({ json: asJson }: CommonOptions, reason: string): void {
  if (asJson === true) print(json({ error: { kind: 'refused', what: reason, whatToDo: '' } }));
  else process.stderr.write(`ala: ${reason}\n`);
  process.exitCode = 1;
}

function toMessageState(value: string): MessageState {
  const state = messageStates.find((candidate) => candidate === value);
  if (state === undefined) throw new InvalidValueError('state', value, `one of ${messageStates.join(', ')}`);
  return state;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
