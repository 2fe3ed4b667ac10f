import { afterEach } from 'vitest';
import type { ChainDeployment } from '@ala/shared/deployment';
import { toAddress, toChainId, toHash } from '@ala/shared/ids';
import { openChain, type Chain } from './chain.js';
import { ChainReader } from './chainReader.js';
import { startFakeNode, type Answer, type FakeNode } from './fakeNode.js';

/** Of the test that runs: those that it has started, and the chain that it reads from them. */
export const nodes: FakeNode[] = [];
let chain: Chain | undefined;
export const endpoints = () => chain?.endpoints ?? [];
afterEach(async () => {
  chain?.provider.destroy();
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

export const ours = toAddress(`0x${'11'.repeat(20)}`);
export const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;
export const hex = (n: number) => `0x${n.toString(16)}`;
export const HEAD = 999;

/** A node of a chain of a thousand blocks, with these answers instead. */
export const nodeOf = (answers: Readonly<Record<string, Answer>> = {}): Readonly<Record<string, Answer>> => ({
  eth_chainId: () => '0x1',
  eth_getBlockByNumber: ([tag]) => {
    const number = tag === 'latest' ? HEAD : Number(tag);
    return { number: hex(number), hash: hash(number), parentHash: hash(Math.max(0, number - 1)), timestamp: '0x1' };
  },
  eth_getLogs: () => [],
  ...answers,
});

export async function readerOf(...answers: Readonly<Record<string, Answer>>[]): Promise<ChainReader> {
  return new ChainReader({ ...(await argsOf(answers)), finality: 2, acceptReorgTo: null });
}

export async function argsOf(answers: readonly Readonly<Record<string, Answer>>[]) {
  for (const each of answers) nodes.push(await startFakeNode(each));
  const deployment = { name: 'hub', chainId: toChainId(1), rpcUrl: '' } as ChainDeployment;
  chain = openChain(
    deployment,
    nodes.map(({ url }) => url),
  );
  return { chain, addresses: [ours] };
}

/** The newest block, before anything is stored. */
export const lastBlock = { nextBlock: HEAD, stored: [], final: null };

export const stored = (number: number) => ({
  number,
  hash: toHash(hash(number)),
  parentHash: toHash(hash(number - 1)),
  timestampSec: 1,
});
