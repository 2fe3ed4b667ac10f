import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JsonRpcProvider, Network } from 'ethers';

/** Answers one method of a node; what it throws becomes the RPC's error, a promise is waited for, undefined leaves the answer out. */
export type Answer = (params: readonly unknown[]) => unknown;

/** A node for tests: answers what it is told to, faults included. */
export interface FakeNode {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  /** Every method that was asked for, in order. */
  readonly asked: readonly string[];
  /** From now on requests get this HTTP status and nothing else. */
  failWith(status: number): void;
  close(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Starts a JSON-RPC server on loopback with these answers, by method; methods it does not know are refused. */
export async function startFakeNode(answers: Readonly<Record<string, Answer>>): Promise<FakeNode> {
  const asked: string[] = [];
  let status = 200;
  const reply = async ({ id, method, params }: Request) => {
    asked.push(method);
    try {
      const answer = answers[method];
      if (answer === undefined) throw new Error(`no answer to ${method}`);
      const result = await answer(params);
      return result === undefined ? null : { jsonrpc: '2.0', id, result };
    } catch (error) {
      const { code = -32_000, message } = error as Error & { readonly code?: number };
      return { jsonrpc: '2.0', id, error: { code, message } };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Request | Request[];
      void Promise.all([body].flat().map(reply)).then((answers) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(status === 200 ? JSON.stringify(Array.isArray(body) ? answers : answers[0]) : '');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const network = Network.from(1);
  const provider = new JsonRpcProvider(url, network, { staticNetwork: network, cacheTimeout: -1 });
  return { url, provider, asked, failWith: (code) => (status = code), close: () => close(server, provider) };
}

async function close(server: Server, provider: JsonRpcProvider): Promise<void> {
  provider.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
