import { Interface, type ParamType } from 'ethers';
import { expect, it } from 'vitest';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { layerZeroPortAbi } from '@ala/shared/abi/layerZeroPort';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { toHash } from '@ala/shared/ids';
import { argsToJson } from './rows.js';
import { wordDecoders } from './wordDecoder.js';

const abis = { hub: auctionHubAbi, spoke: liquiditySpokeAbi, port: layerZeroPortAbi };

/** The largest value of its type, or one that has all kinds of digits. */
function valueOf({ type }: ParamType, largest: boolean): unknown {
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits !== undefined)
    return largest ? 2n ** BigInt(bits) - 1n : BigInt(`0x${'0123456789abcdef'.repeat(4)}`) % 2n ** BigInt(bits);
  if (type === 'bool') return largest;
  return `0x${(largest ? 'ff' : '9c').repeat(type === 'address' ? 20 : 32)}`;
}

it.each(Object.entries(abis))('reads the words of the events of the %s as ethers does', (_, abi) => {
  const contract = new Interface(abi);
  const decoders = wordDecoders(contract);
  let events = 0;
  contract.forEachEvent((event) => {
    const decode = decoders.get(event.topicHash);
    if (decode === undefined) return;
    events += 1;
    for (const largest of [true, false]) {
      const log = contract.encodeEventLog(
        event,
        event.inputs.map((input) => valueOf(input, largest)),
      );
      const decoded = decode({ topics: log.topics.map(toHash), data: log.data });
      expect(decoded?.name).toBe(event.name);
      expect(argsToJson(decoded!.args)).toEqual(argsToJson(contract.parseLog(log)!.args));
    }
  });
  expect(events).toBeGreaterThan(2);
});

it('leaves to ethers what has parts of another size, and what has not the shape of its event', () => {
  const spoke = new Interface(liquiditySpokeAbi);
  const decoders = wordDecoders(spoke);
  expect(decoders.has(spoke.getEvent('CapitalCalled')!.topicHash)).toBe(false);
  const { topics, data } = spoke.encodeEventLog('EntriesUpdated', [1, 2, 3, 4n]);
  const decode = decoders.get(topics[0]!)!;
  expect(decode({ topics, data })?.args).toEqual({ basket: 1n, tier: 2n, activeAt: 3n, amount: 4n });
  expect(decode({ topics, data: data.slice(0, -2) })).toBeNull();
  expect(decode({ topics: topics.slice(0, 3), data })).toBeNull();
});
