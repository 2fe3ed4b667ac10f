import { createServer, type ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { ConfigError } from '../config/config.js';
import { describeError } from '../lib/errors.js';

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface OperationsServerArgs {
  readonly host: string;
  /** 0 takes any. */
  readonly port: number;
  /** Why the node is not ready; empty if it is. */
  readonly problems: () => Promise<readonly string[]>;
  readonly metrics: () => Promise<string>;
}

/**
 * Serves `/healthz` (the process lives), `/readyz` (200, or 503 with the reasons) and `/metrics`, over HTTP without a password: it reads
 * only, and belongs on loopback or a network of the operator's own.
 * @throws ConfigError if it cannot listen there.
 */
export async function serveOperations(args: OperationsServerArgs): Promise<OperationsServer> {
  const { host } = args;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      write(response, { status: 405, text: 'only GET and HEAD\n' });
      return;
    }
    answerTo(args, request.url ?? '/').then(
      (answer) => write(response, answer),
      (error: unknown) => write(response, { status: 500, text: `${describeError(error)}\n` }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new ConfigError([`operations: cannot listen on ${host}:${args.port}: ${describeError(error)}`])),
    );
    server.listen(args.port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : args.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

async function answerTo({ problems, metrics }: OperationsServerArgs, url: string): Promise<Answer> {
  switch (url.split('?')[0]) {
    case '/healthz':
      return { status: 200, text: 'alive\n' };
    case '/readyz': {
      const found = await problems();
      if (found.length === 0) return { status: 200, text: 'ready\n' };
      return { status: 503, text: found.map((problem) => `${problem}\n`).join('') };
    }
    case '/metrics':
      return { status: 200, text: await metrics(), type: Registry.PROMETHEUS_CONTENT_TYPE };
    default:
      return { status: 404, text: 'there are /healthz, /readyz and /metrics\n' };
  }
}

function write(response: ServerResponse, { status, text, type = 'text/plain; charset=utf-8' }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
