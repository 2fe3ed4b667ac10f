import { afterEach, expect, it } from 'vitest';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import { toAddress, toChainId } from '@ala/shared/ids';
import { openChain, type Chain } from '../chain/chain.js';
import { startFakeNode, type Answer, type FakeNode } from '../chain/fakeNode.js';
import { examineChain } from './examine.js';

const nodes: FakeNode[] = [];
let chain: Chain | undefined;
afterEach(async () => {
  chain?.provider.destroy();
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

const HASH = `0x${'22'.repeat(32)}`;
const block = () => ({
  number: '0x5',
  hash: HASH,
  parentHash: HASH,
  timestamp: `0x${Math.floor(Date.now() / 1_000).toString(16)}`,
});
const nodeOf = (chainId: string): Readonly<Record<string, Answer>> => ({
  eth_chainId: () => chainId,
  eth_blockNumber: () => '0x5',
  eth_getBlockByNumber: block,
  eth_getLogs: () => [],
  eth_gasPrice: () => '0x1',
  eth_getBalance: () => '0xde0b6b3a7640000',
});

/** What is found of a chain with these endpoints: its levels, by check, with `one`, `two`, … for the endpoints. */
async function findingsOf(...urls: readonly string[]): Promise<Record<string, string>> {
  const deployment = { name: 'a', chainId: toChainId(1), rpcUrl: 'http://127.0.0.1:1' } as ChainDeployment;
  chain = openChain(deployment, urls);
  const elsewhere = { hub: { chain: 'elsewhere' }, chains: [deployment], spokes: [], markets: [], baskets: [] };
  const config = { deployment: elsewhere as unknown as Deployment, operatorSetId: 1, operatorKeys: [] };
  const senders = [{ address: toAddress(`0x${'11'.repeat(20)}`) }];
  const findings = await examineChain(config, chain, { senders });
  const named = (check: string) =>
    chain!.endpoints.reduce((text, { where }, index) => text.replace(where, ['one', 'two', 'three'][index]!), check);
  return Object.fromEntries(findings.map(({ check, level }) => [named(check), level]));
}

async function urlsOf(...answers: Readonly<Record<string, Answer>>[]): Promise<string[]> {
  for (const each of answers) nodes.push(await startFakeNode(each));
  return nodes.map(({ url }) => url);
}

it('looks at each endpoint for itself: one of another chain and one that is down are problems, the right one is well', async () => {
  const urls = await urlsOf(nodeOf('0xa'), nodeOf('0x1'), nodeOf('0x1'));
  nodes[2]?.failWith(500);
  const found = await findingsOf(...urls);
  expect(found).toMatchObject({
    'rpc a one': 'problem',
    'rpc a two': 'ok',
    'head a two': 'ok',
    'logs a two': 'ok',
    'sender a two': 'ok',
    'rpc a three': 'problem',
  });
  expect(Object.keys(found).filter((check) => /head .* (one|three)/.test(check))).toEqual([]);
  // Of another chain nothing else is asked.
  expect(new Set(nodes[0]?.asked)).toEqual(new Set(['eth_chainId']));
});

it('looks at no contract while no endpoint is of the right chain, and says so', async () => {
  const found = await findingsOf(...(await urlsOf(nodeOf('0xa'), nodeOf('0xb'))));
  expect(found).toEqual({ 'rpc a one': 'problem', 'rpc a two': 'problem', 'contracts a': 'warning' });
});
