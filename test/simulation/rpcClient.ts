import { Agent, request } from 'node:http';

/** What a node answered instead of a result, as JSON-RPC has it. */
export class RpcRefusal extends Error {
  constructor(readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }) {
    super(error.message);
  }
}

interface Response {
  readonly result?: unknown;
  readonly error?: RpcRefusal['error'];
}

/** JSON-RPC over one kept connection: a simulated world asks thousands of times, and ethers' own way costs more than the answer. */
export class RpcClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string) {}

  /** @throws RpcRefusal if the node refuses. */
  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const text = await this.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    const { result, error } = JSON.parse(text) as Response;
    if (error !== undefined) throw new RpcRefusal(error);
    return result;
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: string): Promise<string> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
