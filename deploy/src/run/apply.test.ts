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

const ABI = new Interface([
  'function setLimit(uint256 limit)',
  'function limit() view returns (uint256)',
  'function announce(uint256 limit)',
  'function executableAt(uint256 limit) view returns (uint256)',
]);
const CONTRACT = `0x${'11'.repeat(20)}`;
const DELAY_SEC = 500;

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
  announcement: { method: 'announce', args: () => [7], executableAt: { method: 'executableAt', args: () => [7] } },
};

/** The same where it can be done at once. */
const plainStep: CallStep = (({ announcement, ...rest }) => (announcement === undefined ? step : rest))(step);

let folder: string;
let chain: FakeChain;
let context: ApplyContext;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-announce-'));
  chain = new FakeChain(ABI);
  chain.values.set('limit', [3n]).set('executableAt', [0n]);
  chain.onTransaction = (raw) => {
    const called = ABI.parseTransaction({ data: Transaction.from(raw).data });
    if (called?.name === 'announce') chain.values.set('executableAt', [BigInt(chain.nowSec + DELAY_SEC)]);
    else chain.values.set('limit', [called?.args[0]]);
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

const methodsSent = (): (string | undefined)[] =>
  chain.sent.map((raw) => ABI.parseTransaction({ data: Transaction.from(raw).data })?.name);

test('a change that needs it is announced first, waited for, and made once its time has come', async () => {
  expect(describePlan(await planSteps(context, [step]))).toContain('announce contract setLimit  (limit is 3, not 7)');
  const announced = await applySteps(context, [step]);
  expect(methodsSent()).toEqual(['announce']);
  expect(announced.waiting).toEqual([{ key: step.key, untilSec: BigInt(1_000 + DELAY_SEC) }]);

  chain.nowSec += DELAY_SEC - 1;
  expect((await applySteps(context, [step])).transactions).toBe(0);
  expect(describePlan(await planSteps(context, [step]))).toContain('can be made from 1970-01-01T00:25:00.000Z');

  chain.nowSec += 1;
  expect((await applySteps(context, [step])).waiting).toEqual([]);
  expect(methodsSent()).toEqual(['announce', 'setLimit']);
  expect((await applySteps(context, [step])).transactions).toBe(0);
});

test('an announcement that was written down before an interruption is sent as it is, not made anew', async () => {
  const interrupted = {
    ...context,
    atMoment: () => {
      throw new Error('interrupted');
    },
  };
  await expect(applySteps(interrupted, [step])).rejects.toThrow('interrupted');
  const attempt = context.journal.last(`announce ${step.key}`);
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
  await expect(applySteps(context, [plainStep])).rejects.toThrow(
    'its transaction succeeded, but the chain does not show it',
  );
  expect(chain.sent).toHaveLength(1);
});

test('a transaction that reverted stops the run, and the next run makes a new one', async () => {
  const setLimit = chain.onTransaction;
  chain.succeeds = false;
  chain.onTransaction = () => undefined;
  await expect(applySteps(context, [plainStep])).rejects.toThrow(/reverted in block 101; apply again tries anew/);
  chain.succeeds = true;
  chain.onTransaction = setLimit;
  expect(describePlan(await planSteps(context, [plainStep]))).toContain('1 steps to do');
  await applySteps(context, [plainStep]);
  expect(chain.sent).toHaveLength(2);
});

test('a transaction counts once it has the confirmations that its chain asks for', async () => {
  const patient = { ...context, confirmations: { hub: 3 }, receiptTimeoutMs: 20 };
  await expect(applySteps(patient, [plainStep])).rejects.toThrow('is not confirmed yet; apply again goes on waiting');
  expect(context.journal.last(step.key)?.state).toBe('sent');
  await expect(applySteps(patient, [plainStep])).rejects.toThrow('is not confirmed yet');
  chain.blocks = 2;
  await applySteps(patient, [plainStep]);
  expect(context.journal.last(step.key)).toMatchObject({ state: 'mined', blockNumber: 101 });
  expect(chain.sent).toHaveLength(1);
});
