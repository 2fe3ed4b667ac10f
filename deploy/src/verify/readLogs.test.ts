import { Interface } from 'ethers';
import { expect, test } from 'vitest';
import { ChainUnavailable, type LogQuery } from '../chain/client.js';
import { FakeChain } from '../run/fakeChain.js';
import { readLogs } from './readLogs.js';

/** A node that gives logs of so many blocks at once: here one of each block, which is its number. */
function chainGiving(mostBlocks: number, heads: number): { chain: FakeChain; asked: LogQuery[] } {
  const chain = new FakeChain(new Interface([]));
  const asked: LogQuery[] = [];
  chain.blocks = heads - 100;
  const logs = (query: LogQuery) => {
    asked.push(query);
    const count = query.toBlock - query.fromBlock + 1;
    if (count > mostBlocks) return Promise.reject(new ChainUnavailable('hub', { cause: 'too many blocks' }));
    return Promise.resolve(
      Array.from({ length: count }, (_, at) => ({ topics: [], data: String(query.fromBlock + at) })),
    );
  };
  return { chain: Object.assign(chain, { logs }), asked };
}

test('every block is asked for once, in smaller pieces where a node refuses', async () => {
  const { chain, asked } = chainGiving(1_000, 60_000);
  const logs = await readLogs(chain, '0x', '0x', 10);
  expect(logs.map(({ data }) => Number(data))).toEqual(Array.from({ length: 59_991 }, (_, at) => 10 + at));
  expect(asked[0]).toMatchObject({ fromBlock: 10, toBlock: 50_009 });
});

test('a node that gives nothing at all is an error, not an empty answer', async () => {
  const { chain } = chainGiving(0, 200);
  await expect(readLogs(chain, '0x', '0x', 0)).rejects.toThrow('does not answer');
});
