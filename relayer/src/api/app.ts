import fastifyCors from '@fastify/cors';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { AnswerCache } from './answerCache.js';
import type { ApiContext, ApiSettings } from './context.js';
import { serveDashboard } from './dashboard.js';
import { ApiProblem, notFound, pathOf, problemOf, PROBLEM_TYPE, sendProblem } from './problems.js';
import { registerRoutes } from './routes.js';
import { TermsCache } from './read/termsCache.js';

/** A client that takes longer to send its request is let go. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Time alone changes what can be called: no answer is older. */
const MAX_ANSWER_AGE_MS = 1_000;
const MAX_ANSWERS = 500;

/** The API as an application that listens nowhere yet. */
export async function buildApi(context: ApiContext, log: Logger): Promise<FastifyInstance> {
  const { settings, feed } = context;
  const loggerInstance: FastifyBaseLogger = log;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: 1_024,
    forceCloseConnections: true,
    return503OnClosing: false,
    // What is no request that a route could see.
    frameworkErrors: (error, request, reply) => void sendProblem(reply, request, error),
    clientErrorHandler: (_error, socket) => {
      if (!socket.writable) return;
      const body = JSON.stringify(problemOf(new ApiProblem(400, 'this is not an HTTP request'), '/'));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Answers come as they are to be sent: serialised once, for all who ask.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, request, reply) => sendProblem(reply, request, error));
  await registerPlugins(app, context);
  const { dashboardDir, publicRpcUrls, playgroundUrl } = settings;
  const asked = [...Object.values(publicRpcUrls), ...(playgroundUrl === undefined ? [] : [playgroundUrl])];
  const dashboard = dashboardDir === undefined ? null : await serveDashboard(app, dashboardDir, asked);
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => {
    if (dashboard?.isPage(request) === true) return dashboard.sendPage(reply);
    return sendProblem(
      reply,
      request,
      notFound(`there is no ${request.method} ${pathOf(request.url)}: /v1/openapi.json lists what there is`),
    );
  });
  const terms = new TermsCache(context.db, context.deployment, feed.events);
  app.addHook('onClose', () => terms.close());
  const cache = new AnswerCache({
    version: () => feed.version,
    nowMs: () => Date.now(),
    maxAgeMs: MAX_ANSWER_AGE_MS,
    maxAnswers: MAX_ANSWERS,
  });
  await app.register((scope) => registerRoutes(scope, { context, cache, terms }));
  return app;
}

async function registerPlugins(app: FastifyInstance, { settings, version }: ApiContext): Promise<void> {
  const exposed = ['etag', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
  await app.register(fastifyCors, { origin: corsOrigin(settings), methods: ['GET', 'HEAD'], exposedHeaders: exposed });
  const { requests, windowSec } = settings.rateLimit;
  await app.register(fastifyRateLimit, {
    max: requests,
    timeWindow: windowSec * 1_000,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new ApiProblem(429, `at most ${max} requests in ${windowSec} s: ask again in ${Math.ceil(ttl / 1_000)} s`),
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ALA',
        version,
        description:
          'What a relayer node knows of the chains and of its own work; read only. Amounts are decimal strings of the unit that the name of the field ends with.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true });
}

function corsOrigin({ corsOrigins }: ApiSettings): boolean | '*' | string[] {
  if (corsOrigins.includes('*')) return '*';
  return corsOrigins.length === 0 ? false : [...corsOrigins];
}
