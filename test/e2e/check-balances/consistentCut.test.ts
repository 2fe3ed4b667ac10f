import { expect, test } from 'vitest';
import { findOrphans } from './consistentCut.js';

type Messages = Parameters<typeof findOrphans>[0] extends ReadonlyMap<string, infer Of> ? Of : never;

const nothing: Messages = { portSent: [], oftSent: [], published: [], arrivals: [] };
const sent = { messageId: '0x1', chain: 'spokeA', token: '0xToken', amountLocal: 1n };
const arrivals = [{ id: 'message 0x1', from: 'spokeA' }];

test('what was sent and not received is in flight, not an orphan', () => {
  const messages = new Map<string, Messages>([
    ['hub', nothing],
    ['spokeA', { ...nothing, portSent: [sent] }],
  ]);
  expect(findOrphans(messages)).toEqual([]);
});

test('what was received must have been sent by the very chain that it names', () => {
  const received = (spokeA: Messages, spokeB: Messages) =>
    findOrphans(
      new Map<string, Messages>([
        ['hub', { ...nothing, arrivals }],
        ['spokeA', spokeA],
        ['spokeB', spokeB],
      ]),
    );
  expect(received({ ...nothing, portSent: [sent] }, nothing)).toEqual([]);
  const orphan = [{ id: 'message 0x1', chain: 'hub', from: 'spokeA' }];
  expect(received(nothing, nothing)).toEqual(orphan);
  expect(received(nothing, { ...nothing, portSent: [sent] })).toEqual(orphan);
});

test('OFT and Token Bridge transfers of others are held to the same', () => {
  const both = { id: 'Token Bridge transfer 2/7', from: 'hub' };
  const published = { id: '2/7', tokenChain: 2, tokenAddress: '0xToken', toChain: 4, amount: 1n };
  const spokeB = { ...nothing, arrivals: [both, { id: 'OFT transfer 0xguid', from: 'hub' }] };
  const of = (hub: Messages) =>
    findOrphans(
      new Map<string, Messages>([
        ['hub', hub],
        ['spokeB', spokeB],
      ]),
    ).map((orphan) => orphan.id);
  expect(of(nothing)).toEqual(['Token Bridge transfer 2/7', 'OFT transfer 0xguid']);
  const oftSent = [{ guid: '0xguid', oft: '0xOft', account: '0xMe', amountLocal: 1n }];
  expect(of({ ...nothing, published: [published], oftSent })).toEqual([]);
});
