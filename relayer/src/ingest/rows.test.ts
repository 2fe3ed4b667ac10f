import { Interface } from 'ethers';
import { expect, it } from 'vitest';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { argsToJson } from './rows.js';

const hub = new Interface(auctionHubAbi);
const id = `0x${'ab'.repeat(32)}`;

it.each([0, 1, 2, 3])('keeps an array of %i structs an array', (count) => {
  const results = Array.from({ length: count }, (_, index) => [BigInt(index), 7n]);
  const event = hub.parseLog(hub.encodeEventLog('LegSettled', [id, id, 5n, results, 2n, true]));
  expect(argsToJson(event!.args)).toEqual({
    legId: id,
    auctionId: id,
    priceE36: '5',
    results: results.map(([used]) => ({ used: String(used), collateral: '7' })),
    fee: '2',
    ended: true,
  });
});
