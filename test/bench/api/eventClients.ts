import { get, type ClientRequest } from 'node:http';

export interface EventClients {
  /** By all of them. */
  readonly heard: number;
  close(): void;
}

/** So many clients of server-sent events, each on a connection of its own. */
export async function listenForEvents(url: string, count: number): Promise<EventClients> {
  let heard = 0;
  const open = (): Promise<ClientRequest> =>
    new Promise((resolve, reject) => {
      const request = get(url, { agent: false, headers: { accept: 'text/event-stream' } }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${url}: ${String(response.statusCode)}`));
        response.on('data', (chunk: Buffer) => (heard += chunk.toString().split('\nevent: ').length - 1));
        // Ends with `close`, on this side.
        response.on('error', () => undefined);
        resolve(request);
      });
      request.on('error', reject);
    });
  const requests = await Promise.all(Array.from({ length: count }, open));
  return {
    get heard() {
      return heard;
    },
    close: () => {
      for (const request of requests) request.destroy();
    },
  };
}
