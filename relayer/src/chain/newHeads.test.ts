import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestAnvil, type TestAnvil } from '../tx/testAnvil.js';
import { watchHeads } from './newHeads.js';

let anvil: TestAnvil;
let proxy: Server;
const sockets: Socket[] = [];
let heads = 0;
let stop: () => Promise<void>;
beforeEach(async () => {
  anvil = await startTestAnvil();
  const port = Number(new URL(anvil.chain.deployment.rpcUrl).port);
  proxy = createServer((socket) => {
    const behind = connect(port, '127.0.0.1');
    sockets.push(socket, behind);
    for (const end of [socket, behind]) end.on('error', () => undefined);
    socket.pipe(behind).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  heads = 0;
  const aborted = new AbortController();
  const url = `ws://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { chainId } = anvil.chain;
  const watching = watchHeads({ url, chainId, signal: aborted.signal, onHead: () => (heads += 1) });
  stop = async () => {
    aborted.abort();
    await watching;
  };
});
afterEach(async () => {
  await stop();
  cut();
  proxy.close();
  await anvil.close();
});

function cut(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

/** A block is told of only once the subscription stands, so more are mined until one is. */
async function tellsOfBlocks(): Promise<void> {
  const before = heads;
  const mined = async () => {
    await anvil.chain.provider.send('evm_mine', []);
    return heads;
  };
  await expect.poll(mined, { timeout: 10_000 }).toBeGreaterThan(before);
}

it('tells of blocks, and does so again after its socket broke', async () => {
  await tellsOfBlocks();
  cut();
  // What was on its way when the socket broke says nothing of the next one.
  await expect.poll(() => sockets.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await tellsOfBlocks();
});

it('opens its socket anew where the other end says something that is no JSON', async () => {
  await tellsOfBlocks();
  const [towardsUs] = sockets;
  const text = Buffer.from('too many requests');
  const closed = new Promise((resolve) => towardsUs?.once('close', resolve));
  towardsUs?.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  await closed;
  await tellsOfBlocks();
});

it('ends when it is told to while nobody listens', async () => {
  cut();
  proxy.close();
  await stop();
});
