import { afterEach, expect, it } from 'vitest';
import type { ChainDeployment } from '@ala/shared/deployment';
import { toAddress, toChainId } from '@ala/shared/ids';
import { LogsRefusedError, MalformedAnswerError } from '../lib/errors.js';
import { openChain, type Chain } from './chain.js';
import { ChainReader } from './chainReader.js';
import { startFakeNode, type Answer, type FakeNode } from './fakeNode.js';

const nodes: FakeNode[] = [];
let chain: Chain | undefined;
afterEach(async () => {
  chain?.provider.destroy();
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

const ours = toAddress(`0x${'11'.repeat(20)}`);
const hash = (n: number) => `0x${n.toString(16).padStart(64, '0')}`;
const hex = (n: number) => `0x${n.toString(16)}`;
const HEAD = 999;

/** A node of a chain of a thousand blocks, with these answers instead. */
const nodeOf = (answers: Readonly<Record<string, Answer>> = {}): Readonly<Record<string, Answer>> => ({
  eth_chainId: () => '0x1',
  eth_getBlockByNumber: ([tag]) => {
    const number = tag === 'latest' ? HEAD : Number(tag);
    return { number: hex(number), hash: hash(number), parentHash: hash(Math.max(0, number - 1)), timestamp: '0x1' };
  },
  eth_getLogs: () => [],
  ...answers,
});

async function readerOf(...answers: Readonly<Record<string, Answer>>[]): Promise<ChainReader> {
  for (const each of answers) nodes.push(await startFakeNode(each));
  const deployment = { name: 'hub', chainId: toChainId(1), rpcUrl: '' } as ChainDeployment;
  chain = openChain(
    deployment,
    nodes.map(({ url }) => url),
  );
  return new ChainReader(chain, [ours]);
}

const blocksOf = async (reader: ChainReader, nextBlock: number) => {
  const update = await reader.read({ nextBlock, stored: [] });
  return update.type === 'blocks' ? update.headers.length : update.type;
};

it('asks for fewer blocks where a node refuses the logs of many', async () => {
  const reader = await readerOf(
    nodeOf({
      eth_getLogs: ([filter]) => {
        const { fromBlock, toBlock } = filter as { readonly fromBlock: string; readonly toBlock: string };
        if (Number(toBlock) - Number(fromBlock) >= 100) throw new Error('range too large');
        return [];
      },
    }),
  );
  expect(await blocksOf(reader, 0)).toBe(62);
  expect(nodes[0]?.asked.filter((method) => method === 'eth_getLogs')).toHaveLength(4);
});

it('asks for more blocks where a node gives the logs of many', async () => {
  const reader = await readerOf(nodeOf());
  expect(await blocksOf(reader, 0)).toBe(500);
  expect(await blocksOf(reader, 0)).toBe(1_000);
});

it('gives up on a node that does not give the logs of one block', async () => {
  const refusing = nodeOf({
    eth_getLogs: () => {
      throw new Error('no logs here');
    },
  });
  await expect((await readerOf(refusing)).read({ nextBlock: 0, stored: [] })).rejects.toThrow(LogsRefusedError);
});

it('reads from the next endpoint where one answers what no chain can', async () => {
  const reader = await readerOf(nodeOf({ eth_getLogs: () => null }), nodeOf());
  expect(await blocksOf(reader, 0)).toBe(500);
  // And does not begin with the faulty one the next time.
  const askedBefore = nodes[0]?.asked.length;
  expect(await blocksOf(reader, 0)).toBe(1_000);
  expect(nodes[0]?.asked.length).toBe(askedBefore);
});

it('says what the first endpoint did wrong when all do', async () => {
  const faulty = nodeOf({ eth_getLogs: () => null });
  const reading = (await readerOf(faulty, faulty)).read({ nextBlock: 0, stored: [] });
  await expect(reading).rejects.toThrow(MalformedAnswerError);
});
