import type { z } from 'zod';
import { auctionDetail, auctionsAnswer, type AuctionState } from '../api/auctions.js';
import { book, ownDepth } from '../api/book.js';
import { chainsAnswer } from '../api/chains.js';
import { streamEvent, type StreamEvent } from '../api/events.js';
import { bidCallsAnswer, bidsAnswer, claimableAnswer } from '../api/lp.js';
import { basketsAnswer, marketsAnswer, network } from '../api/network.js';
import { operate } from '../api/operate.js';
import { problemDetails } from '../api/problem.js';
import { statistics } from '../api/statistics.js';
import type { Address, AuctionId } from '../ids.js';
import { ClientError, type ErrorKind } from './clientError.js';
import { EventStreamReader } from './eventStream.js';

export interface PageQuery {
  readonly cursor?: string;
  readonly limit?: number;
}

export interface BidsQuery extends PageQuery {
  readonly basket?: number;
  readonly spoke?: number;
  /** `open`: not over; `exits`: asked to leave and not collected. */
  readonly show?: 'open' | 'exits' | 'all';
}

export interface AuctionsQuery extends PageQuery {
  readonly basket?: number;
  readonly marketId?: number;
  readonly state?: AuctionState;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** A node's HTTP API. What it answers is checked against its schemas; amounts are decimal strings, for `BigInt`. */
export class ApiClient {
  /** @param baseUrl Where the node serves, without `/v1`. */
  constructor(private readonly baseUrl: string) {}

  network = () => this.get('network', network);
  chains = () => this.get('chains', chainsAnswer);
  baskets = () => this.get('baskets', basketsAnswer);
  markets = () => this.get('markets', marketsAnswer);
  book = (basket: number) => this.get(`baskets/${basket}/book`, book);
  bids = (owner: Address, query: BidsQuery = {}) => this.get(`lps/${owner}/bids`, bidsAnswer, { ...query });
  depth = (owner: Address, basket: number) => this.get(`lps/${owner}/depth`, ownDepth, { basket });
  calls = (owner: Address, query: BidsQuery = {}) => this.get(`lps/${owner}/calls`, bidCallsAnswer, { ...query });
  claimable = (owner: Address, query: BidsQuery = {}) =>
    this.get(`lps/${owner}/claimable`, claimableAnswer, { ...query });
  auctions = (query: AuctionsQuery = {}) => this.get('auctions', auctionsAnswer, { ...query });
  auction = (auctionId: AuctionId) => this.get(`auctions/${auctionId}`, auctionDetail);
  statistics = (sinceSec = 0) => this.get('statistics', statistics, { sinceSec });
  operate = () => this.get('operate', operate);

  /**
   * What moves, for as long as nobody aborts. A connection that ends is made anew, from the last event on; after `reset` ask for everything
   * again.
   * @throws ClientError if the API refuses.
   */
  async *events(signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
    let lastId: string | null = null;
    let waitMs = FIRST_WAIT_MS;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const headers: Record<string, string> = lastId === null ? {} : { 'last-event-id': lastId };
        const answer = await fetch(this.url('events'), {
          signal,
          headers: { accept: 'text/event-stream', ...headers },
        });
        if (!answer.ok) throw await problemOf(answer);
        const reader = new EventStreamReader();
        for await (const piece of textOf(answer)) {
          for (const { id, data } of reader.take(piece)) {
            lastId = id;
            yield parse('events', streamEvent, JSON.parse(data));
          }
          waitMs = reader.retryMs ?? FIRST_WAIT_MS;
        }
      } catch (error) {
        if (isOver()) return;
        if (error instanceof ClientError && error.kind !== 'unreachable') throw error;
        waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      }
      await pause(waitMs, signal);
    }
  }

  private async get<Answer extends z.ZodType>(
    path: string,
    schema: Answer,
    query: Query = {},
  ): Promise<z.output<Answer>> {
    const answer = await fetch(this.url(path, query), { headers: { accept: 'application/json' } }).catch(
      (cause: unknown) => {
        throw unreachable(this.baseUrl, cause);
      },
    );
    if (!answer.ok) throw await problemOf(answer);
    return parse(path, schema, await answer.json());
  }

  private url(path: string, query: Query = {}): URL {
    const url = new URL(`${this.baseUrl.replace(/\/$/, '')}/v1/${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }
}

/** Every item of a list, page after page: `pagesOf((cursor) => api.auctions({ cursor }))`. */
export async function* pagesOf<Item>(
  read: (page: PageQuery) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>,
): AsyncGenerator<Item, void, undefined> {
  let page: PageQuery = {};
  for (;;) {
    const { items, nextCursor } = await read(page);
    yield* items;
    if (nextCursor === null) return;
    page = { cursor: nextCursor };
  }
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

function parse<Answer extends z.ZodType>(path: string, schema: Answer, value: unknown): z.output<Answer> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path: field }) => field.join('.')).slice(0, 3);
  const what = `/v1/${path} answered what this version does not know (${where.join(', ')})`;
  throw new ClientError({ kind: 'unknown', what, whatToDo: 'Use a client of the version of the node.' });
}

/** RFC 9457 problem details in words; what is no such answer came from something before the node. */
async function problemOf(answer: Response): Promise<ClientError> {
  const { success, data } = problemDetails.safeParse(await answer.json().catch(() => null));
  const busy = answer.status === 429 || answer.status >= 500;
  const kind: ErrorKind = busy ? 'unreachable' : answer.status === 400 || answer.status === 404 ? 'input' : 'unknown';
  if (!success) {
    return new ClientError({
      kind,
      what: `the API answered ${answer.status}`,
      whatToDo: 'Check its address, and try again.',
    });
  }
  const fields = (data.errors ?? []).map(({ field, problem }) => ` ${field}: ${problem}`).join(';');
  return new ClientError({ kind, what: `the API refused: ${data.title}${fields}`, whatToDo: data.detail });
}

function unreachable(baseUrl: string, cause: unknown): ClientError {
  const what = `the API at ${URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl} does not answer`;
  return new ClientError(
    { kind: 'unreachable', what, whatToDo: 'Check its address, and that the node runs.' },
    { cause },
  );
}

async function* textOf({ body }: Response): AsyncGenerator<string, void, undefined> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield decoder.decode(piece.value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
