import { eq } from 'drizzle-orm';
import { Interface, keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';
import { toAddress, toHash } from '@ala/shared/ids';
import { outbox, txAttempts } from '../db/ownTables.js';
import { storeAttempts } from './attempts.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { call, ECHO_REVERT, target, useLane } from './laneFixture.js';
import { seeThrough } from './seeThrough.js';

const used = useLane();
const { lane, haveRow, rowOf, rpc, setCode, nonceOf } = used;
const errors = new Interface(['error CallExpired(uint64 callBy, uint64 nowSec)']);
const expired = errors.encodeErrorResult('CallExpired', [5, 6]);

describe('several transactions of a lane', () => {
  const noncesOf = async () => {
    const rows = await used.database.db.select().from(txAttempts);
    return rows.map(({ nonce }) => nonce).sort((a, b) => a - b);
  };

  it('wait for a block together, no more than allowed, with nonces in a row', async () => {
    const keys = await Promise.all([1, 2, 3, 4, 5].map(haveRow));
    await rpc('evm_setAutomine', [false]);
    const args = { ...lane(), maxInFlight: 3 };
    expect(await laneStep(args)).toBe('worked');
    expect(await laneStep(args)).toBe('waiting');
    expect(await noncesOf()).toEqual([0, 1, 2]);
    await rpc('evm_mine', []);
    expect(await laneStep(args)).toBe('worked');
    expect(await noncesOf()).toEqual([0, 1, 2, 3, 4]);
    await rpc('evm_setAutomine', [true]);
    await rpc('evm_mine', []);
    await seeThrough(args);
    expect((await Promise.all(keys.map(rowOf))).map(({ state }) => state)).toEqual(keys.map(() => 'done'));
    expect(await nonceOf()).toBe(5);
  });

  it('go out without the one that the chain refuses, which leaves no gap', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map(haveRow));
    await setCode(ECHO_REVERT);
    const prepare: LaneArgs['prepare'] = ({ key }) => Promise.resolve(call(key === second ? expired : '0x'));
    const plain = {
      to: toAddress(`0x${'7b'.repeat(20)}`),
      data: '0x',
      valueWei: 0n,
      finalErrors: [],
      oneOfSeveral: false,
    };
    await seeThrough(
      lane({
        prepare: async (row) => (row.key === second ? prepare(row) : { status: 'send', call: plain }),
      }),
    );
    expect((await Promise.all([first!, second!, third!].map(rowOf))).map(({ state }) => state)).toEqual([
      'done',
      'pending',
      'done',
    ]);
    expect(await noncesOf()).toEqual([0, 1]);
  });

  it('fill a nonce first that a reorg has set free below those that still wait', async () => {
    await haveRow(1);
    await rpc('evm_setAutomine', [false]);
    await laneStep(lane());
    // As if it were known as mined, and its block were gone.
    await used.database.db.update(txAttempts).set({ open: false, succeeded: true });
    await rpc('anvil_dropAllTransactions', []);
    const other = { to: target, nonce: 1, gasLimit: 50_000, gasPrice: 10n ** 10n, chainId: 31_337 };
    const [row] = await used.database.db
      .select()
      .from(outbox)
      .where(eq(outbox.key, await haveRow(2)));
    await used.database.db.update(outbox).set({ state: 'signed' }).where(eq(outbox.id, row!.id));
    const raw = await used.wallet.signTransaction(other);
    const attempt = { outboxId: row!.id, chainId: used.chain.chainId, sender: lane().signer.address, replaces: null };
    await storeAttempts(used.database.db, [{ ...attempt, nonce: 1, hash: toHash(keccak256(raw)), raw }]);
    await laneStep(lane());
    // The very bytes of before: the attempt is open again.
    expect(await noncesOf()).toEqual([0, 1]);
    await rpc('evm_setAutomine', [true]);
    await rpc('evm_mine', []);
    await seeThrough(lane({ prepare: () => Promise.resolve({ status: 'done' }) }));
    expect(await nonceOf()).toBe(2);
  });
});
