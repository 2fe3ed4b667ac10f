import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemDetails } from '@ala/shared/api/problem';
import { toAddress, toAuctionId } from '@ala/shared/ids';
import type { Answer, AnswerCache } from './answerCache.js';
import type { ApiContext } from './context.js';
import { PROBLEM_TYPE } from './problems.js';
import type { TermsCache } from './read/termsCache.js';

/** What routes answer from. */
export interface RouteArgs {
  readonly context: ApiContext;
  readonly cache: AnswerCache;
  readonly terms: TermsCache;
}

/** What PostgreSQL's `integer` holds. */
const MAX_ID = 2 ** 31 - 1;

export const id = z.coerce.number().int().min(0).max(MAX_ID);
export const second = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
export const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/);
export const cursor = z.string().min(1).max(400).optional().describe('`nextCursor` of the page before');

export function limit(most: number, usual: number) {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

export const toOwner = toAddress;
export const toId = toAuctionId;

export const nothing = z.strictObject({});

/** One address of the API: what it takes, what it answers, and how that is made. */
export interface Route<Params extends z.ZodType, Query extends z.ZodType, Answered extends z.ZodType> {
  readonly url: string;
  readonly tag: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly answer: Answered;
  readonly make: (params: z.output<Params>, query: z.output<Query>) => Promise<z.output<Answered> & object>;
  /** One such request costs as much as so many others: fewer of them are let through. */
  readonly weight?: number;
}

/** What a request that fails gets. */
export const problemResponses = {
  default: { description: 'RFC 9457 problem details', content: { [PROBLEM_TYPE]: { schema: problemDetails } } },
};

/** Answers GET and HEAD at the route's address, from the cache where it holds the same question. */
export function addRoute<Params extends z.ZodType, Query extends z.ZodType, Answered extends z.ZodType>(
  app: FastifyInstance,
  { context, cache }: Pick<RouteArgs, 'context' | 'cache'>,
  route: Route<Params, Query, Answered>,
): void {
  const { url, tag, summary, params, query, answer, make, weight } = route;
  const { requests } = context.settings.rateLimit;
  app.get(url, {
    schema: { tags: [tag], summary, params, querystring: query, response: { 200: answer, ...problemResponses } },
    config: weight === undefined ? {} : { rateLimit: { max: Math.max(1, Math.floor(requests / weight)) } },
    handler: async (request, reply) => {
      // As the validator leaves them.
      const asked = { params: request.params as z.output<Params>, query: request.query as z.output<Query> };
      const key = `${url} ${JSON.stringify(asked)}`;
      return sendAnswer(request, reply, await cache.get(key, () => make(asked.params, asked.query)));
    },
  });
}

async function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  // To be kept, and asked for again each time: then 304 is all that is sent.
  void reply.headers({ etag: answer.etag, 'cache-control': 'no-cache', vary: varyOf(reply) });
  if (hasTag(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
  void reply.type('application/json; charset=utf-8');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(answer.body);
  return reply.header('content-encoding', 'gzip').send(await answer.gzipped());
}

/** CORS varies answers as well. */
function varyOf(reply: FastifyReply): string {
  const before = reply.getHeader('vary');
  return before === undefined ? 'accept-encoding' : `${String(before)}, accept-encoding`;
}

function hasTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = etag.replace(/^W\//, '');
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === opaque);
}
