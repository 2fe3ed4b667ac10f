import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interface, Transaction, Wallet } from 'ethers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AddressBook, type CallStep } from '../steps/step.js';
import { applySteps, type ApplyContext } from './apply.js';
import { FakeChain } from './fakeChain.js';
import { Journal } from './journal.js';
import { describePlan, planSteps } from './plan.js';

const ABI = new Interface(['function setLimit(uint256 limit)', 'function limit() view returns (uint256)']);
const CONTRACT = `0x${'11'.repeat(20)}`;

const step: CallStep = {
  kind: 'call',
  key: 'contract setLimit',
  chain: 'hub',
  on: CONTRACT,
  interface: ABI,
  method: 'setLimit',
  args: () => [7],
  outcome: [
    { on: CONTRACT, interface: ABI, method: 'limit', args: () => [], expected: () => ({ limit: 7 }), what: 'limit' },
  ],
  once: false,
};

let folder: string;
let chain: FakeChain;
let context: ApplyContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-apply-'));
  chain = new FakeChain(ABI);
  chain.values.set('limit', [3n]);
  chain.onTransaction = (raw) => {
    chain.values.set('limit', [ABI.parseTransaction({ data: Transaction.from(raw).data })?.args[0]]);
  };
  const wallet = new Wallet(`0x${'42'.repeat(32)}`);
  const chainIds = { hub: 1 };
  context = {
    clients: { hub: chain },
    book: new AddressBook(),
    journal: Journal.begin(join(folder, 'journal.json'), { network: 'test', deployer: wallet.address, chainIds }),
    wallet,
    confirmations: {},
    receiptTimeoutMs: 1_000,
    pollMs: 1,
    atMoment: () => undefined,
    say: () => undefined,
    redo: [],
  };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a setting that is not what the file says is planned, changed once, and then done', async () => {
  expect(describePlan(await planSteps(context, [step]))).toContain('contract setLimit  (limit is 3, not 7)');
  expect((await applySteps(context, [step])).transactions).toBe(1);
  expect((await applySteps(context, [step])).transactions).toBe(0);
  expect(chain.sent).toHaveLength(1);
});

test('what was written down before an interruption is sent as it is, not made anew', async () => {
  const interrupted = {
    ...context,
    atMoment: () => {
      throw new Error('interrupted');
    },
  };
  await expect(applySteps(interrupted, [step])).rejects.toThrow('interrupted');
  const attempt = context.journal.last(step.key);
  expect(attempt?.state).toBe('intent');
  await applySteps(context, [step]);
  expect(chain.sent).toEqual([attempt?.raw]);
});

test('an open transaction of a step that the file no longer has keeps its nonce: nothing is sent beside it', async () => {
  const interrupted = {
    ...context,
    atMoment: () => {
      throw new Error('interrupted');
    },
  };
  await expect(applySteps(interrupted, [step])).rejects.toThrow('interrupted');
  await expect(applySteps(context, [])).rejects.toThrow('the file no longer has this step');
});

test('a transaction that succeeded and shows nothing is not sent again', async () => {
  chain.onTransaction = () => undefined;
  await expect(applySteps(context, [step])).rejects.toThrow(
    'its transaction succeeded, but the chain does not show it',
  );
  expect(chain.sent).toHaveLength(1);
});

test('a transaction that reverted stops the run, and the next run makes a new one', async () => {
  const setLimit = chain.onTransaction;
  chain.succeeds = false;
  chain.onTransaction = () => undefined;
  await expect(applySteps(context, [step])).rejects.toThrow(/reverted in block 101; apply again tries anew/);
  chain.succeeds = true;
  chain.onTransaction = setLimit;
  expect(describePlan(await planSteps(context, [step]))).toContain('1 steps to do');
  await applySteps(context, [step]);
  expect(chain.sent).toHaveLength(2);
});

test('a transaction counts once it has the confirmations that its chain asks for', async () => {
  const patient = { ...context, confirmations: { hub: 3 }, receiptTimeoutMs: 20 };
  await expect(applySteps(patient, [step])).rejects.toThrow('is not confirmed yet; apply again goes on waiting');
  expect(context.journal.last(step.key)?.state).toBe('sent');
  await expect(applySteps(patient, [step])).rejects.toThrow('is not confirmed yet');
  chain.blocks = 2;
  await applySteps(patient, [step]);
  expect(context.journal.last(step.key)).toMatchObject({ state: 'mined', blockNumber: 101 });
  expect(chain.sent).toHaveLength(1);
});
