import { afterEach, describe, expect, it } from 'vitest';
import { toHash } from '@ala/shared/ids';
import { startFakeNode, type Answer, type FakeNode } from '../chain/fakeNode.js';
import { handIn, readFates, readUsedNonces, type Fate, type Reception } from './broadcast.js';

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
): Promise<{ early: Fate; reception: Reception; fate: Fate }> {
  let shown = before;
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
  const lineage = { nonce: NONCE, attempts: [older, newest], newest };
  const args = { provider: node.provider, sender: address };
  const [early] = await readFates(args, [lineage], await readUsedNonces(args));
  const [reception] = await handIn(args, [lineage]);
  const [fate] = await readFates(args, [lineage], await readUsedNonces(args));
  return { early: early!, reception: reception!, fate: fate! };
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
  it('is sent as it is, and known once it is mined', async () => {
    const { early, reception, fate } = await run(nothing, mined, ([raw]) => (raw === '0x02abcd' ? hash : null));
    expect(early).toEqual({ type: 'unknown' });
    expect(reception).toEqual({ type: 'taken' });
    expect(fate).toMatchObject({
      type: 'mined',
      attempt: { id: 2 },
      succeeded: true,
      block: { number: 9, hash: bytes32(9) },
    });
  });

  it('may have reverted', async () => {
    const { fate } = await run(nothing, { ...mined, receipt: receipt('0x0') });
    expect(fate).toMatchObject({ type: 'mined', succeeded: false });
  });

  it('may be mined as an older attempt', async () => {
    const older = { ...mined, minedHash: bytes32(0xaa) };
    expect((await run(nothing, older)).fate).toMatchObject({ type: 'mined', attempt: { id: 1 }, succeeded: true });
  });

  it('is not called taken when the node prefers another one of its nonce', async () => {
    const underpriced = refuse('replacement transaction underpriced');
    const { reception, fate } = await run(nothing, nothing, underpriced);
    expect([reception, fate]).toEqual([{ type: 'outbid' }, { type: 'unknown' }]);
  });

  it('can never be mined once another transaction has its nonce', async () => {
    expect((await run({ minedNonces: NONCE + 1 }, nothing)).early).toEqual({ type: 'replaced' });
    await node?.close();
    const late = await run(nothing, { minedNonces: NONCE + 1 }, refuse('nonce too low'));
    expect([late.reception, late.fate]).toEqual([{ type: 'taken' }, { type: 'replaced' }]);
  });

  it('counts as taken when the node has it already', async () => {
    const { reception, fate } = await run(nothing, { ...nothing, inPool: true }, refuse('already known'));
    expect([reception, fate]).toEqual([{ type: 'taken' }, { type: 'unknown' }]);
  });

  it('has an unknown fate while no block has it', async () => {
    expect((await run(nothing, nothing)).fate).toEqual({ type: 'unknown' });
  });

  it('is refused when the node does not take it: the fate is not known', async () => {
    const { reception, fate } = await run(nothing, nothing, refuse('insufficient funds'));
    expect([reception.type, fate.type]).toEqual(['refused', 'unknown']);
  });
});
