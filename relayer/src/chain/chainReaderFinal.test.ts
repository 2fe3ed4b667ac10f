import { expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import { ChainHaltedError } from '../lib/errors.js';
import { ChainReader } from './chainReader.js';
import { argsOf, hash, HEAD, hex, lastBlock, nodeOf, readerOf, stored } from './testReader.js';

/** A node whose blocks above 900 are of another fork than ours. */
const forked = nodeOf({
  eth_getBlockByNumber: ([tag]) => {
    const number = typeof tag === 'string' && !tag.startsWith('0x') ? HEAD : Number(tag);
    const at = (n: number) => hash(n > 900 ? n + 5_000 : n);
    return { number: hex(number), hash: at(number), parentHash: at(number - 1), timestamp: '0x1' };
  },
});
const oursFrom = (final: number) => ({
  nextBlock: 951,
  stored: Array.from({ length: 64 }, (_, index) => stored(950 - index)),
  final: { number: final, hash: toHash(hash(final)) },
});
it('undoes a fork above what is final', async () => {
  expect(await (await readerOf(forked)).read(oursFrom(900))).toEqual({ type: 'reorg', keep: 900 });
});

it('halts at a fork below what is final, and says which block, where and what to set', async () => {
  const reading = (await readerOf(forked)).read(oursFrom(901));
  await expect(reading).rejects.toThrow(ChainHaltedError);
  await expect(reading).rejects.toThrow(`block 901 of hub was final with hash ${hash(901)}`);
  await expect(reading).rejects.toThrow('at most block 900 is common');
  await expect(reading).rejects.toThrow('chains.hub.acceptReorgTo');
});

it('halts also where the fork is below all the blocks that it was searched in', async () => {
  const from = oursFrom(901);
  await expect((await readerOf(forked)).read({ ...from, stored: from.stored.slice(0, 5) })).rejects.toThrow('901');
});

it('goes on from an endpoint that still has what was final', async () => {
  const reader = await readerOf(forked, nodeOf());
  expect((await reader.read(oursFrom(901))).type).toBe('blocks');
});

it('undoes what was final as far as the operator accepts it', async () => {
  const args = { ...(await argsOf([forked])), finality: 2 };
  const reader = new ChainReader({ ...args, acceptReorgTo: 900 });
  expect(await reader.read(oursFrom(901))).toEqual({ type: 'reorg', keep: 900 });
  const lessFar = new ChainReader({ ...args, acceptReorgTo: 901 });
  await expect(lessFar.read(oursFrom(901))).rejects.toThrow(ChainHaltedError);
});

it('halts at a fork below what was not final yet when the operator accepted another', async () => {
  const args = { ...(await argsOf([forked])), finality: 2 };
  const reader = new ChainReader({ ...args, acceptReorgTo: 800 });
  const upTo = (last: number, final: number) => ({
    nextBlock: last + 1,
    stored: Array.from({ length: 64 }, (_, index) => stored(last - index)),
    final: { number: final, hash: toHash(hash(final)) },
  });
  // Blocks on top of what was final at the start, then on top of what has become final since.
  expect((await reader.read(upTo(890, 850))).type).toBe('blocks');
  await expect(reader.read(oursFrom(901))).rejects.toThrow(ChainHaltedError);
});

it('undoes in steps what was final when the operator accepted it, and nothing more after blocks were read', async () => {
  const args = { ...(await argsOf([forked])), finality: 2 };
  const reader = new ChainReader({ ...args, acceptReorgTo: 900 });
  const from = oursFrom(940);
  expect(await reader.read({ ...from, stored: from.stored.slice(0, 20) })).toEqual({ type: 'reorg', keep: 930 });
  const back = { ...from, nextBlock: 931, stored: from.stored.slice(20), final: oursFrom(930).final };
  expect(await reader.read(back)).toEqual({ type: 'reorg', keep: 900 });
  const common = { ...from, nextBlock: 901, stored: from.stored.slice(50), final: oursFrom(900).final };
  expect((await reader.read(common)).type).toBe('blocks');
  await expect(reader.read(oursFrom(935))).rejects.toThrow(ChainHaltedError);
});

it.each([
  ['so many blocks below the head', 10, 989],
  ['the block of a tag', 'finalized', 950],
  ['nothing deeper than the chain', 1_000, null],
] as const)('takes for final %s', async (_, finality, expected) => {
  const withTag = nodeOf({
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? HEAD : tag === 'finalized' ? 950 : Number(tag);
      return { number: hex(number), hash: hash(number), parentHash: hash(number - 1), timestamp: '0x1' };
    },
  });
  const reader = new ChainReader({ ...(await argsOf([withTag])), finality, acceptReorgTo: null });
  const update = await reader.read(lastBlock);
  expect(update.type === 'blocks' && update.finalBlock).toBe(expected);
});
