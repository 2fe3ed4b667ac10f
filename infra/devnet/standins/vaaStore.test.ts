import { expect, test } from 'vitest';
import { VaaStore } from './vaaStore.js';

const emitter = `0x${'00'.repeat(12)}${'ab'.repeat(20)}`;
const body = { timestampSec: 1, nonce: 0, emitterChain: 2, emitter, sequence: 5n, consistencyLevel: 1, payload: '0x' };
const transactionHash = `0x${'Cd'.repeat(32)}`;
const get = (store: VaaStore, path: string) => store.answer('GET', new URL(path, 'http://guardian'));

function storeWithOne(): VaaStore {
  const store = new VaaStore();
  store.add(body, transactionHash, new Uint8Array([1, 2, 3]));
  return store;
}

test('a VAA is found by chain, emitter and sequence, with and without 0x', () => {
  const store = storeWithOne();
  for (const address of [emitter, emitter.slice(2), emitter.slice(2).toUpperCase()]) {
    expect(get(store, `/v1/signed_vaa/2/${address}/5`)).toEqual({ status: 200, body: { vaaBytes: 'AQID' } });
  }
});

test('a VAA is found by its transaction', () => {
  const answer = get(storeWithOne(), `/api/v1/vaas?txHash=${transactionHash}`);
  expect(answer).toMatchObject({ status: 200, body: { data: [{ vaa: 'AQID', sequence: 5, emitterChain: 2 }] } });
});

test('what is not signed yet is 404, and an unknown transaction has no VAAs', () => {
  const store = storeWithOne();
  expect(get(store, `/v1/signed_vaa/2/${emitter}/6`).status).toBe(404);
  expect(get(store, `/v1/signed_vaa/30/${emitter}/5`).status).toBe(404);
  expect(get(store, `/api/v1/vaas?txHash=0x00`)).toEqual({ status: 200, body: { data: [] } });
  expect(store.answer('POST', new URL('/v1/signed_vaa/2/00/5', 'http://guardian')).status).toBe(405);
});
