import { createServer, type IncomingMessage } from 'node:http';
import { PlaygroundRefusal, type Playground } from './playground.js';

export interface PlaygroundServer {
  stop(): Promise<void>;
}

const LONGEST_BODY = 1_000;

/** Serves a playground on loopback; any page may ask, since all that it gives is play money. */
export async function servePlayground(playground: Playground, port: number): Promise<PlaygroundServer> {
  const server = createServer((request, response) => {
    const headers = {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'content-type',
    };
    if (request.method === 'OPTIONS') {
      response.writeHead(204, headers).end();
      return;
    }
    void answer(playground, request).then(({ status, body }) => {
      response.writeHead(status, headers).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(playground: Playground, request: IncomingMessage): Promise<Answer> {
  try {
    const body = await bodyOf(request);
    switch (`${request.method} ${request.url}`) {
      case 'POST /fund':
        await playground.fund(body['address'], body['chain']);
        return { status: 200, body: {} };
      case 'POST /fall':
        return { status: 200, body: { auctionId: await playground.fall() } };
      case 'POST /pass':
        await playground.pass(body['seconds']);
        return { status: 200, body: {} };
      default:
        return { status: 404, body: { problem: 'there are POST /fund, POST /fall and POST /pass' } };
    }
  } catch (error) {
    if (error instanceof PlaygroundRefusal) return { status: error.status, body: { problem: error.message } };
    return { status: 500, body: { problem: error instanceof Error ? error.message : String(error) } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LONGEST_BODY) throw new PlaygroundRefusal(400, `a body has at most ${LONGEST_BODY} characters`);
  }
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Said below, as of any other body that is no object.
  }
  throw new PlaygroundRefusal(400, 'the body is no JSON object');
}
