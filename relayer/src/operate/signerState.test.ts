import { pino } from 'pino';
import { beforeEach, expect, it } from 'vitest';
import { SignerState } from './signerState.js';

let lines: string[];
let state: SignerState;
beforeEach(() => {
  lines = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  state = new SignerState({ chain: 'hub', address: '0x11', minBalanceWei: 100n, log });
});

const said = () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg);

it('says once that little is left, and once that it is enough again', () => {
  for (const wei of [100n, 99n, 50n, 100n, 200n]) state.balance(wei);
  expect(said()).toEqual(['the signer has little left: send it native currency', 'the signer has enough again']);
  expect(state.problem).toBeNull();
});

it('says nothing of a low balance without a minimum', () => {
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  new SignerState({ chain: 'hub', address: '0x11', minBalanceWei: null, log }).balance(0n);
  expect(lines).toEqual([]);
});

it('has a problem from the transaction that it cannot pay to the balance that could', () => {
  state.balance(1_000n, 1_000n);
  expect(state.problem).toBeNull();
  state.balance(1_000n, 1_001n);
  expect(state.problem).toMatch(
    /cannot pay for a transaction: send it at least 0\.000000000000001001 in all, to 0x11$/,
  );
  state.balance(1_000n, 1_002n);
  state.balance(1_001n);
  expect(state.problem).not.toBeNull();
  state.balance(1_002n);
  expect(state.problem).toBeNull();
  expect(said()).toEqual([
    'the signer cannot pay for a transaction: send it native currency',
    'the signer can pay again',
  ]);
});

it('can pay again once a transaction is cheap enough', () => {
  state.balance(1_000n, 1_001n);
  state.balance(1_000n, 900n);
  expect(state.problem).toBeNull();
});

it('says once that a chain is too dear, and once that it no longer is', () => {
  for (const wei of [7n, 8n, 9n, 7n, 6n]) state.fees(wei, 7n);
  expect(lines).toHaveLength(2);
  expect(said()[0]).toMatch(/above maxFeePerGasGwei/);
  expect(state.waitsForFees).toBe(false);
  state.fees(8n, 7n);
  expect(state.waitsForFees).toBe(true);
});
