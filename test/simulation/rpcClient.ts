import { connect, type Socket } from 'node:net';

/** What a node answered instead of a result, as JSON-RPC has it. */
export class RpcRefusal extends Error {
  constructor(readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }) {
    super(error.message);
  }
}

interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: RpcRefusal['error'];
}

interface Asked {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
}

/** JSON-RPC over a Unix socket, an answer a line: a world asks thousands of times, and HTTP costs more than the answer. */
export class RpcClient {
  private readonly asked = new Map<number, Asked>();
  private readonly socket: Socket;
  /** Of an answer whose end has not come yet. */
  private readonly begun: string[] = [];
  private lastId = 0;

  constructor(path: string) {
    this.socket = connect(path).setEncoding('utf8');
    this.socket.on('data', (text: string) => this.hear(text));
    this.socket.on('error', (error) => this.end(error));
    this.socket.on('close', () => this.end(new Error(`${path} was closed`)));
  }

  /** @throws RpcRefusal if the node refuses. */
  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = ++this.lastId;
    const response = new Promise<Response>((resolve, reject) => this.asked.set(id, { resolve, reject }));
    this.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { result, error } = await response;
    if (error !== undefined) throw new RpcRefusal(error);
    return result;
  }

  close(): void {
    this.socket.destroy();
  }

  private hear(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.begun.push(first);
    for (const next of others) {
      const line = this.begun.splice(0).join('');
      this.begun.push(next);
      const response = JSON.parse(line) as Response;
      this.asked.get(response.id)?.resolve(response);
      this.asked.delete(response.id);
    }
  }

  private end(error: Error): void {
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}
