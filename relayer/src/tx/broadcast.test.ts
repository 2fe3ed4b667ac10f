import { afterEach, describe, expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import { startFakeNode, type Answer, type FakeNode } from '../chain/fakeNode.js';
import { systemClock } from '../lib/clock.js';
import { broadcast, type Fate } from './broadcast.js';

let node: FakeNode | undefined;
afterEach(() => node?.close());

const NONCE = 7;
const bytes32 = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const address = `0x${'01'.repeat(20)}`;
const hash = toHash(bytes32(0xab));
const receipt = (status: string) => ({
  transactionHash: hash,
  blockHash: bytes32(9),
  blockNumber: '0x9',
  transactionIndex: '0x0',
  from: address,
  to: address,
  contractAddress: null,
  logs: [],
  logsBloom: '0x',
  gasUsed: '0x1',
  cumulativeGasUsed: '0x1',
  effectiveGasPrice: '0x1',
  status,
});

/** What a node shows: before the transaction is handed in, and after. */
interface Shown {
  readonly minedNonces: number;
  readonly receipt?: object;
  /** Of the newest attempt, unless told otherwise. */
  readonly minedHash?: string;
  readonly inPool?: boolean;
}

async function run(
  before: Shown,
  after: Shown,
  onSend: Answer = () => hash,
): Promise<{ fate: Fate; accepted: number }> {
  let shown = before;
  let accepted = 0;
  node = await startFakeNode({
    eth_getTransactionCount: () => `0x${shown.minedNonces.toString(16)}`,
    eth_getTransactionReceipt: ([asked]) => (asked === (shown.minedHash ?? hash) ? (shown.receipt ?? null) : null),
    eth_getTransactionByHash: () => (shown.inPool === true ? pooled : null),
    eth_sendRawTransaction: (params) => {
      shown = after;
      return onSend(params);
    },
  });
  const newest = { id: 2, hash, raw: '0x02abcd' };
  const older = { id: 1, hash: toHash(bytes32(0xaa)), raw: '0x02ab' };
  const fate = await broadcast({
    provider: node.provider,
    lineage: { nonce: NONCE, attempts: [older, newest], newest },
    sender: address,
    signal: new AbortController().signal,
    clock: systemClock,
    patienceMs: 30,
    onAccepted: () => {
      accepted += 1;
      return Promise.resolve();
    },
  });
  return { fate, accepted };
}

const pooled = {
  hash,
  blockHash: null,
  blockNumber: null,
  transactionIndex: null,
  type: '0x0',
  from: address,
  to: address,
  nonce: '0x7',
  gas: '0x5208',
  gasPrice: '0x1',
  value: '0x0',
  input: '0x',
  chainId: '0x1',
  v: '0x25',
  r: bytes32(1),
  s: bytes32(2),
};
const nothing: Shown = { minedNonces: NONCE };
const mined: Shown = { minedNonces: NONCE + 1, receipt: receipt('0x1') };
const refuse = (message: string): Answer => {
  return () => {
    throw new Error(message);
  };
};

describe('a stored transaction', () => {
  it('is sent as it is and waited for', async () => {
    const { fate, accepted } = await run(nothing, mined, ([raw]) => (raw === '0x02abcd' ? hash : null));
    expect(fate).toMatchObject({
      type: 'mined',
      attempt: { id: 2 },
      succeeded: true,
      block: { number: 9, hash: bytes32(9) },
    });
    expect(accepted).toBe(1);
  });

  it('is not sent again when it is mined already', async () => {
    expect((await run(mined, mined)).fate.type).toBe('mined');
    expect(node?.asked).not.toContain('eth_sendRawTransaction');
  });

  it('may have reverted', async () => {
    const { fate } = await run(nothing, { ...mined, receipt: receipt('0x0') });
    expect(fate).toMatchObject({ type: 'mined', succeeded: false });
  });

  it('may be mined as an older attempt', async () => {
    const older = { ...mined, minedHash: bytes32(0xaa) };
    expect((await run(nothing, older)).fate).toMatchObject({ type: 'mined', attempt: { id: 1 }, succeeded: true });
  });

  it('is waited for, and nobody told that it was taken, when the node prefers another one of its nonce', async () => {
    const underpriced = refuse('replacement transaction underpriced');
    expect(await run(nothing, nothing, underpriced)).toEqual({ fate: { type: 'unknown' }, accepted: 0 });
    await node?.close();
    const older = { ...mined, minedHash: bytes32(0xaa) };
    expect((await run(nothing, older, underpriced)).fate).toMatchObject({ type: 'mined', attempt: { id: 1 } });
  });

  it('can never be mined once another transaction has its nonce', async () => {
    expect((await run({ minedNonces: NONCE + 1 }, nothing)).fate).toEqual({ type: 'replaced' });
    await node?.close();
    const late = await run(nothing, { minedNonces: NONCE + 1 }, refuse('nonce too low'));
    expect(late.fate).toEqual({ type: 'replaced' });
  });

  it('is waited for when the node has it already', async () => {
    const { fate, accepted } = await run(nothing, { ...nothing, inPool: true }, refuse('already known'));
    expect(fate).toEqual({ type: 'unknown' });
    expect(accepted).toBe(1);
  });

  it('has an unknown fate while no block has it', async () => {
    expect((await run(nothing, nothing)).fate).toEqual({ type: 'unknown' });
  });

  it('fails when the node does not take it: the fate is not known, and nobody is told', async () => {
    await expect(run(nothing, nothing, refuse('insufficient funds'))).rejects.toThrow();
  });
});
