import { asc } from 'drizzle-orm';
import { beforeEach } from 'vitest';
import { outbox, txAttempts } from '../db/ownTables.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { useLane, type LaneChange } from './laneFixture.js';

export const GWEI = 10n ** 9n;

/** The chain shows the effect. */
export const isDone: LaneArgs['prepare'] = () => Promise.resolve({ status: 'done' });
export const dies = (): never => {
  throw new Error('killed');
};

interface Told {
  readonly fees: [bigint, bigint][];
  readonly balances: [bigint, bigint][];
}

/**
 * For each test of the file that calls it a wallet and with it a lane, which has one effect to bring about, on a chain that mines when it
 * is told to.
 */
export function useTestLane() {
  const used = useLane();
  const { rpc } = used;
  let told: Told;
  const mine = () => rpc('evm_mine');
  const setBaseFee = async (wei: bigint) => {
    await rpc('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
    await mine();
  };
  beforeEach(async () => {
    told = { fees: [], balances: [] };
    await rpc('anvil_dropAllTransactions');
    await rpc('evm_setAutomine', [false]);
    await setBaseFee(GWEI);
    await used.haveRow();
  });

  const attempts = () => used.database.db.select().from(txAttempts).orderBy(asc(txAttempts.id));
  return {
    rpc,
    mine,
    setBaseFee,
    get db() {
      return used.database.db;
    },
    get chain() {
      return used.chain;
    },
    get wallet() {
      return used.wallet;
    },
    /** What the lane has told of fees and balances. */
    get told() {
      return told;
    },
    lane: ({
      maxFeePerGasWei = 500n * GWEI,
      ...change
    }: LaneChange & { readonly maxFeePerGasWei?: bigint } = {}): LaneArgs => ({
      ...used.lane(change),
      maxFeePerGasWei,
      replaceAfterMs: 50,
      observer: {
        fees: (baseFeeWei, capWei) => told.fees.push([baseFeeWei, capWei]),
        balance: (balanceWei, neededWei) => told.balances.push([balanceWei, neededWei]),
      },
    }),
    attempts,
    /** Returns once a successor of an attempt is stored. */
    stepUntilReplaced: async (args: LaneArgs): Promise<void> => {
      const count = (await attempts()).length;
      for (;;) {
        await laneStep(args);
        if ((await attempts()).length > Math.max(1, count)) return;
      }
    },
    row: async () => {
      const [row] = await used.database.db.select().from(outbox);
      if (row === undefined) throw new Error('the effect has no row');
      return row;
    },
    dueNow: used.dueNow,
    haveRow: used.haveRow,
    isPooled: async (hash: string) => (await used.chain.provider.getTransaction(hash))?.blockNumber === null,
    minedCount: used.nonceOf,
  };
}
