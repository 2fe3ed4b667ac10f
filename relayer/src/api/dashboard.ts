import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConfigError } from '../config/config.js';
import { pathOf } from './problems.js';

/** The built dashboard, as part of the API's server. */
export interface Dashboard {
  /** One of its pages is asked for: they all are the same file, which finds out by itself what to show. */
  isPage(request: FastifyRequest): boolean;
  sendPage(reply: FastifyReply): FastifyReply;
}

const PAGE = 'index.html';

/**
 * Serves the files of `dashboardDir` at `/`. Those with a hash in their name never change and are kept by browsers; the page is asked for anew.
 * @throws ConfigError if nothing has been built there.
 */
export async function serveDashboard(app: FastifyInstance, dir: string, urls: readonly string[]): Promise<Dashboard> {
  if (!existsSync(join(dir, PAGE))) {
    throw new ConfigError([`api.dashboardDir: ${dir} holds no ${PAGE}: build it with npm run build, or leave it out`]);
  }
  const policy = contentPolicy(urls);
  await app.register(fastifyStatic, {
    root: dir,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(dir, 'assets'));
      void reply.headers({
        'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    },
  });
  return {
    isPage: ({ method, url, headers }) =>
      (method === 'GET' || method === 'HEAD') &&
      headers.accept?.includes('text/html') === true &&
      !/^\/(v1|docs|assets)(\/|$)/.test(pathOf(url)),
    sendPage: (reply) => reply.sendFile(PAGE),
  };
}

/**
 * Pure: what the page may load and whom it may ask: this node, the RPCs that it names and a devnet's playground, nobody else. The component library writes its
 * colours into style elements.
 */
export function contentPolicy(urls: readonly string[]): string {
  const origins = [...new Set(urls.map((url) => new URL(url).origin))];
  return [
    "default-src 'self'",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
