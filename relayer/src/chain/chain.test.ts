import { afterEach, expect, it } from 'vitest';
import type { ChainDeployment } from '@ala/shared/deployment';
import { toChainId } from '@ala/shared/ids';
import { MalformedAnswerError, UnavailableError, WrongChainError } from '../lib/errors.js';
import { openChain, type Chain } from './chain.js';
import { startFakeNode, type Answer, type FakeNode } from './fakeNode.js';
import { RpcEndpoint } from './rpcEndpoint.js';

const nodes: FakeNode[] = [];
let chain: Chain | undefined;
afterEach(async () => {
  chain?.provider.destroy();
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

const ofChain = (chainId: string, answers: Readonly<Record<string, Answer>> = {}) => ({
  eth_chainId: () => chainId,
  eth_blockNumber: () => '0x5',
  ...answers,
});

/** A chain of such nodes, all of them with a key in their URL. */
async function chainBehind(...answers: Readonly<Record<string, Answer>>[]): Promise<Chain> {
  for (const each of answers) nodes.push(await startFakeNode(each));
  const urls = nodes.map(({ url }) => `${url}/key-of-a-provider`);
  const deployment = { name: 'hub', chainId: toChainId(1), rpcUrl: urls[0] } as ChainDeployment;
  chain = openChain(deployment, urls.length === 1 ? undefined : urls);
  return chain;
}

const head = ({ provider }: Chain): Promise<unknown> => provider.send('eth_blockNumber', []);
const rpcError = (code: number, message: string) => () => {
  throw Object.assign(new Error(message), { code });
};

it('lets the right chain pass, and asks for its id once', async () => {
  const one = await chainBehind(ofChain('0x1'));
  expect([await head(one), await head(one)]).toEqual(['0x5', '0x5']);
  expect(nodes[0]?.asked).toEqual(['eth_chainId', 'eth_blockNumber', 'eth_blockNumber']);
});

it('refuses another chain, says what to set, and keeps the key in the URL to itself', async () => {
  const asking = head(await chainBehind(ofChain('0xa')));
  await expect(asking).rejects.toThrow(WrongChainError);
  const message = `${nodes[0]?.url} serves chain 10, not 1: set rpcUrl of hub in the deployment file to a node of chain 1`;
  await expect(asking).rejects.toThrow(message);
});

it('uses an endpoint of another chain for nothing, transactions included', async () => {
  const two = await chainBehind(ofChain('0xa'), ofChain('0x1', { eth_sendRawTransaction: () => '0xaa' }));
  expect(await head(two)).toBe('0x5');
  expect(await two.provider.send('eth_sendRawTransaction', ['0x02'])).toBe('0xaa');
  expect(new Set(nodes[0]?.asked)).toEqual(new Set(['eth_chainId']));
});

it('asks the next endpoint when one is down', async () => {
  const two = await chainBehind(ofChain('0x1'), ofChain('0x1', { eth_blockNumber: () => '0x6' }));
  await nodes[0]?.close();
  expect(await head(two)).toBe('0x6');
  expect(await head(two)).toBe('0x6');
});

it.each([
  ['is over its limit by JSON-RPC', { eth_blockNumber: rpcError(-32_005, 'daily request count exceeded') }],
  ['does not answer the request that was asked', { eth_blockNumber: () => undefined }],
])('asks the next endpoint when one %s', async (_, faulty) => {
  const two = await chainBehind(ofChain('0x1', faulty), ofChain('0x1', { eth_blockNumber: () => '0x6' }));
  expect(await head(two)).toBe('0x6');
});

it.each([429, 503])('asks the next endpoint when one answers with status %i', async (status) => {
  const two = await chainBehind(ofChain('0x1'), ofChain('0x1', { eth_blockNumber: () => '0x6' }));
  nodes[0]?.failWith(status);
  expect(await head(two)).toBe('0x6');
});

it('gives an endpoint that takes a request and never answers up', async () => {
  nodes.push(await startFakeNode(ofChain('0x1', { eth_blockNumber: () => new Promise(() => undefined) })));
  const url = nodes[0]?.url ?? '';
  const endpoint = new RpcEndpoint({ url, where: 'a', chainId: toChainId(1), todo: '', timeoutMs: 100 });
  await expect(endpoint.send('eth_blockNumber', [])).rejects.toThrow(UnavailableError);
  expect(endpoint.health.failures).toBe(1);
  endpoint.destroy();
});

it('takes a revert for an answer', async () => {
  const two = await chainBehind(ofChain('0x1', { eth_call: rpcError(3, 'execution reverted') }), ofChain('0x1'));
  await expect(two.provider.send('eth_call', [{}])).rejects.toThrow('revert');
  expect(nodes[1]?.asked).toEqual([]);
});

it('says what the first endpoint said when none answers', async () => {
  const silent = ofChain('0x1', { eth_blockNumber: () => undefined });
  await expect(head(await chainBehind(silent, silent))).rejects.toThrow(MalformedAnswerError);
});

it('hands a raw transaction to every endpoint, and is content when one takes it', async () => {
  const refusing = ofChain('0x1', { eth_sendRawTransaction: rpcError(-32_000, 'already known') });
  const two = await chainBehind(refusing, ofChain('0x1', { eth_sendRawTransaction: () => '0xaa' }));
  expect(await two.provider.send('eth_sendRawTransaction', ['0x02'])).toBe('0xaa');
  expect(nodes.map(({ asked }) => asked.at(-1))).toEqual(['eth_sendRawTransaction', 'eth_sendRawTransaction']);
});

it('decides for each of several raw transactions by itself which endpoint took it', async () => {
  const taking =
    (wanted: string, hash: string): Answer =>
    ([raw]) => {
      if (raw !== wanted) throw new Error(`does not take ${String(raw)}`);
      return hash;
    };
  const two = await chainBehind(
    ofChain('0x1', { eth_sendRawTransaction: taking('0x01', '0xaa') }),
    ofChain('0x1', { eth_sendRawTransaction: taking('0x02', '0xbb') }),
  );
  const sent = ['0x01', '0x02', '0x03'].map(
    (raw) => two.provider.send('eth_sendRawTransaction', [raw]) as Promise<unknown>,
  );
  const [first, second, third] = await Promise.allSettled(sent);
  expect([first, second]).toMatchObject([{ value: '0xaa' }, { value: '0xbb' }]);
  expect(third).toMatchObject({ status: 'rejected' });
});

it('says why no endpoint took a raw transaction', async () => {
  const refusing = (message: string) => ofChain('0x1', { eth_sendRawTransaction: rpcError(-32_000, message) });
  const two = await chainBehind(refusing('nonce too low'), refusing('already known'));
  await expect(two.provider.send('eth_sendRawTransaction', ['0x02'])).rejects.toThrow('nonce');
});

it('tells endpoints apart that differ by their keys alone', () => {
  const deployment = { name: 'hub', chainId: toChainId(1), rpcUrl: '' } as ChainDeployment;
  chain = openChain(deployment, ['https://a.example/key1', 'https://a.example/key2', 'https://b.example/key3']);
  expect(chain.endpoints.map(({ where }) => where)).toEqual([
    'https://a.example (1)',
    'https://a.example (2)',
    'https://b.example',
  ]);
});
