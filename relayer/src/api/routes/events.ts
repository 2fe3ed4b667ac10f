import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { ApiProblem } from '../problems.js';
import { problemResponses } from '../route.js';
import { eventStream } from '../stream.js';

const MAX_CLIENTS = 1_000;
/** Proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const MAX_BUFFERED_BYTES = 1_048_576;

const eventId = z.string().min(1).max(64).optional();

/** What moves, as server-sent events. */
export function eventsRoute(app: FastifyInstance, { feed: { events } }: ApiContext): void {
  app.get('/v1/events', {
    exposeHeadRoute: false,
    schema: {
      tags: ['events'],
      summary: 'Server-sent events of everything that moves; what they look like is in shared/src/api/events.ts',
      querystring: z.strictObject({ lastEventId: eventId.describe('For clients that cannot set Last-Event-ID') }),
      headers: z.looseObject({ 'last-event-id': eventId }),
      response: {
        200: { description: 'A stream', content: { 'text/event-stream': { schema: z.string() } } },
        ...problemResponses,
      },
    },
    handler: (request, reply) => {
      if (events.subscribers >= MAX_CLIENTS) throw new ApiProblem(503, 'too many clients listen: come back later');
      const stream = eventStream({
        events,
        lastEventId: lastEventId(request),
        heartbeatMs: HEARTBEAT_MS,
        maxBufferedBytes: MAX_BUFFERED_BYTES,
      });
      return reply
        .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .send(stream);
    },
  });
}

function lastEventId({ headers, query }: FastifyRequest): string | null {
  const header = headers['last-event-id'];
  return typeof header === 'string' ? header : ((query as { lastEventId?: string }).lastEventId ?? null);
}
