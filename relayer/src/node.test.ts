import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import type { Config } from './config/config.js';
import { runNode } from './node.js';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

function run(databaseUrl: string, signal: AbortSignal, lines: string[]): Promise<void> {
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  return runNode({
    config: {
      databaseUrl,
      senderKey: [`0x${'01'.repeat(32)}`],
      deployment: { chains: [] as const },
    } as unknown as Config,
    log,
    signal,
    onStage: () => undefined,
  });
}

it('stops at once while it waits for a database that takes the connection and never answers', async () => {
  const stop = new AbortController();
  server = createServer((socket) => {
    sockets.push(socket);
    stop.abort();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await run(`postgres://u:secret@127.0.0.1:${port}/d`, stop.signal, []);
  expect(sockets).toHaveLength(1);
});

it('says once what is missing, without its password, and stops at once between two attempts', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const running = run('postgres://u:secret@127.0.0.1:1/d', stop.signal, lines);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toContain('the database');
  expect(lines[0]).toContain('ECONNREFUSED');
  expect(lines[0]).not.toContain('secret');
  stop.abort();
  await running;
  expect(lines).toHaveLength(1);
});
