import { expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import {
  ChainHaltedError,
  InconsistentReadError,
  LogsRefusedError,
  MalformedAnswerError,
  UnavailableError,
} from '../lib/errors.js';
import type { ChainReader } from './chainReader.js';
import type { Answer } from './fakeNode.js';
import { endpoints, hash, HEAD, hex, lastBlock, nodeOf, nodes, ours, readerOf, stored } from './testReader.js';

const blocksOf = async (reader: ChainReader, nextBlock: number) => {
  const update = await reader.read({ nextBlock, stored: [], final: null });
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
  await expect((await readerOf(refusing)).read({ nextBlock: 0, stored: [], final: null })).rejects.toThrow(
    LogsRefusedError,
  );
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
  const reading = (await readerOf(faulty, faulty)).read({ nextBlock: 0, stored: [], final: null });
  await expect(reading).rejects.toThrow(MalformedAnswerError);
});

/** Says what its head is, and has no block below it while `isBroken()`. */
const inconsistent = (isBroken: () => boolean) => {
  const whole = nodeOf();
  return nodeOf({
    eth_getBlockByNumber: (params) =>
      params[0] !== 'latest' && isBroken() ? null : whole['eth_getBlockByNumber']?.(params),
  });
};

it('reads from the next endpoint where one gives three readings in a row that do not fit together', async () => {
  const reader = await readerOf(
    inconsistent(() => true),
    nodeOf(),
  );
  for (let time = 0; time < 3; time++) await expect(blocksOf(reader, 0)).rejects.toThrow(InconsistentReadError);
  expect(endpoints().map(({ failures }) => failures)).toEqual([1, 0]);
  expect(await blocksOf(reader, 0)).toBe(500);
});

it('holds nothing against an endpoint whose chain has changed under two readings', async () => {
  let isBroken = true;
  const reader = await readerOf(
    inconsistent(() => isBroken),
    nodeOf(),
  );
  const fail = async () => {
    for (let time = 0; time < 2; time++) await expect(blocksOf(reader, 0)).rejects.toThrow(InconsistentReadError);
  };
  await fail();
  isBroken = false;
  expect(await blocksOf(reader, 0)).toBe(500);
  isBroken = true;
  await fail();
  expect(endpoints().map(({ failures }) => failures)).toEqual([0, 0]);
});

it('reads ahead, and takes what it has read where it goes on from there', async () => {
  const reader = await readerOf(nodeOf());
  const first = await reader.read({ nextBlock: 0, stored: [], final: null });
  if (first.type !== 'blocks') throw new Error('nothing was read');
  const asked = () => nodes[0]?.asked.filter((method) => method === 'eth_getLogs').length;
  reader.readAhead(first);
  const from = { nextBlock: 500, stored: [...first.headers].reverse(), final: null };
  const second = await reader.read(from);
  expect(second.type === 'blocks' && second.headers[0]?.number).toBe(500);
  expect(reader.position).toEqual({ block: 999, head: HEAD });
  expect(asked()).toBe(2);
  reader.readAhead(first);
  // Meanwhile another node on the database has stored another block 499.
  const other = { ...from, stored: [{ ...stored(499), hash: toHash(hash(4)) }] };
  expect((await reader.read(other)).type).toBe('reorg');
});

it('reads anew what it could not read ahead', async () => {
  const whole = nodeOf();
  let failures = 0;
  const failing: Answer = (params) => {
    if (failures === 0) return whole['eth_getBlockByNumber']?.(params);
    failures -= 1;
    throw new Error('overloaded');
  };
  const reader = await readerOf(nodeOf({ eth_getBlockByNumber: failing }));
  const first = await reader.read({ nextBlock: 0, stored: [], final: null });
  if (first.type !== 'blocks') throw new Error('nothing was read');
  const from = { nextBlock: 500, stored: [...first.headers].reverse(), final: null };
  failures = 1;
  reader.readAhead(first);
  expect((await reader.read(from)).type).toBe('blocks');
  failures = 2;
  reader.readAhead(first);
  await expect(reader.read(from)).rejects.toThrow('overloaded');
});

/** Every header says that everything may have logged in its block. */
const suspicious = (answers: Readonly<Record<string, Answer>>) =>
  nodeOf({
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? HEAD : Number(tag);
      const [own, parent] = [hash(number), hash(Math.max(0, number - 1))];
      return {
        number: hex(number),
        hash: own,
        parentHash: parent,
        timestamp: '0x1',
        logsBloom: `0x${'ff'.repeat(256)}`,
      };
    },
    ...answers,
  });
const receipt = (...addresses: string[]) => ({
  blockHash: hash(HEAD),
  logs: addresses.map((address) => ({ address })),
});
const foreign = `0x${'22'.repeat(20)}`;
const log = {
  blockNumber: hex(HEAD),
  blockHash: hash(HEAD),
  logIndex: '0x0',
  transactionHash: hash(1),
  address: ours,
  topics: [],
  data: '0x',
};
const unknown = () => {
  throw new Error('the method does not exist');
};

it('goes on where the receipts of a suspect block have no log of ours', async () => {
  const reader = await readerOf(suspicious({ eth_getBlockReceipts: () => [receipt(foreign)] }));
  expect((await reader.read(lastBlock)).type).toBe('blocks');
});

it('halts where the one node leaves logs out, and says of which block', async () => {
  const reader = await readerOf(suspicious({ eth_getBlockReceipts: () => [receipt(foreign), receipt(ours)] }));
  const reading = reader.read(lastBlock);
  await expect(reading).rejects.toThrow(ChainHaltedError);
  await expect(reading).rejects.toThrow('no endpoint of hub gives all logs of block 999');
});

it('asks for one receipt after the other where a node does not give those of a block', async () => {
  const reader = await readerOf(
    suspicious({
      eth_getBlockReceipts: unknown,
      eth_getBlockByHash: () => ({ transactions: [hash(1)] }),
      eth_getTransactionReceipt: () => receipt(ours),
    }),
  );
  await expect(reader.read(lastBlock)).rejects.toThrow(ChainHaltedError);
});

it('believes another endpoint that has a receipt with a log of ours, and takes the logs from it', async () => {
  const leavesOut = suspicious({ eth_getBlockReceipts: () => [] });
  const whole = suspicious({ eth_getBlockReceipts: () => [receipt(ours)], eth_getLogs: () => [log] });
  const update = await (await readerOf(leavesOut, whole)).read(lastBlock);
  expect(update.type === 'blocks' && update.logs).toHaveLength(1);
});

it('takes nothing of a suspect block whose receipts nobody gives', async () => {
  const reader = await readerOf(suspicious({ eth_getBlockReceipts: () => null, eth_getBlockByHash: unknown }));
  await expect(reader.read(lastBlock)).rejects.toThrow(UnavailableError);
});

it('halts while endpoints disagree on a block for long, names both, and goes on once they agree', async () => {
  let forked = hash(7);
  const other = nodeOf({
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? HEAD : Number(tag);
      return { number: hex(number), hash: forked, parentHash: hash(number - 1), timestamp: '0x1' };
    },
  });
  const reader = await readerOf(nodeOf(), other);
  const newest = { number: HEAD, hash: toHash(hash(HEAD)), parentHash: toHash(hash(HEAD - 1)), timestampSec: 1 };
  const from = { nextBlock: HEAD + 1, stored: [newest], final: null };
  await reader.compare(newest, 0);
  expect((await reader.read(from, 1)).type).toBe('idle');
  await reader.compare(newest, 60_000);
  const halted = reader.read(from, 60_001);
  await expect(halted).rejects.toThrow(ChainHaltedError);
  await expect(halted).rejects.toThrow(`${nodes[1]?.url}: ${hash(7)}`);
  forked = hash(HEAD);
  await reader.compare(newest, 60_002);
  expect((await reader.read(from, 60_003)).type).toBe('idle');
});

it('prefers the head to an endpoint that is far behind', async () => {
  const behind = nodeOf({
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? 900 : Number(tag);
      if (number > 900) return null;
      return { number: hex(number), hash: hash(number), parentHash: hash(number - 1), timestamp: '0x1' };
    },
  });
  const reader = await readerOf(behind, nodeOf());
  const stored = Array.from({ length: 5 }, (_, index) => HEAD - 1 - index).map((number) => ({
    number,
    hash: toHash(hash(number)),
    parentHash: toHash(hash(number - 1)),
    timestampSec: 1,
  }));
  const from = { nextBlock: HEAD, stored, final: null };
  expect(await reader.read(from)).toEqual({ type: 'lagging', head: 900 });
  expect((await reader.read(from)).type).toBe('blocks');
});

const announcedHead = { number: HEAD, hash: toHash(hash(HEAD)) };
/** A reader that has found nothing above these blocks while the head was below. */
async function atHead(answers: Readonly<Record<string, Answer>>, tip = stored(HEAD - 1)): Promise<ChainReader> {
  let isBelow = true;
  const shown = nodeOf(answers);
  const reader = await readerOf({
    ...shown,
    eth_getBlockByNumber: ([tag, ...others]) =>
      shown['eth_getBlockByNumber']?.([isBelow && tag === 'latest' ? hex(tip.number) : tag, ...others]),
  });
  expect((await reader.read({ nextBlock: tip.number + 1, stored: [tip], final: null })).type).toBe('idle');
  isBelow = false;
  return reader;
}

it('reads the block that it is told of, in one request', async () => {
  const reader = await atHead({ eth_getLogs: ([filter]) => ('blockHash' in (filter as object) ? [log] : []) });
  const before = nodes[0]?.asked.length;
  const update = await reader.readAnnounced(announcedHead);
  expect(update?.headers.map(({ number }) => number)).toEqual([HEAD]);
  expect(update?.logs).toHaveLength(1);
  expect(update?.finalBlock).toBe(HEAD - 2);
  expect(nodes[0]?.asked.slice(before)).toEqual(['eth_getBlockByNumber', 'eth_getLogs']);
});

it.each<[string, Readonly<Record<string, Answer>>, object?, ReturnType<typeof stored>?]>([
  ['is not the head', {}, { ...announcedHead, hash: toHash(hash(7)) }],
  ['is not the next', {}, announcedHead, stored(HEAD - 2)],
  ['has logs of another block', { eth_getLogs: () => [{ ...log, blockHash: hash(7) }] }],
  ['is not known to the node', { eth_getLogs: unknown }],
])(
  'leaves to the usual reading a block that %s',
  async (_, answers, announced = announcedHead, tip = stored(HEAD - 1)) => {
    const reader = await atHead(answers, tip);
    expect(await reader.readAnnounced(announced as typeof announcedHead)).toBeNull();
  },
);

it('follows no announcement before it knows what is stored', async () => {
  expect(await (await readerOf(nodeOf())).readAnnounced(announcedHead)).toBeNull();
});

it('follows no announcement on top of what nobody has said was stored', async () => {
  const reader = await atHead({});
  expect(await reader.readAnnounced(announcedHead)).not.toBeNull();
  expect(await reader.readAnnounced(announcedHead)).toBeNull();
});

it('leaves to the usual reading a block that is not the child of what is stored', async () => {
  const reader = await atHead({});
  const other = { ...stored(HEAD - 1), hash: toHash(hash(5)), logsBloom: null };
  reader.stored({ type: 'blocks', headers: [other], logs: [], head: HEAD - 1, elapsedMs: 0 });
  expect(await reader.readAnnounced(announcedHead)).toBeNull();
});
