import { asc } from 'drizzle-orm';
import { Wallet } from 'ethers';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { toAddress, toLegId } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { openDatabase, type Database } from '../db/client.js';
import { outbox, txAttempts } from '../db/ownTables.js';
import { enqueue } from '../dispatch/outbox.js';
import type { Preparation } from '../dispatch/preparation.js';
import { keySigner } from './keySigner.js';
import { laneStep } from './lane.js';
import type { LaneArgs } from './laneArgs.js';
import { LaneMemory } from './laneMemory.js';
import type { EffectStage } from './stage.js';
import { startTestAnvil, type TestAnvil } from './testAnvil.js';

export const GWEI = 10n ** 9n;
export const target = toAddress(`0x${'7a'.repeat(20)}`);

const call: Preparation = {
  status: 'send',
  call: { to: target, data: '0x01', valueWei: 0n, finalErrors: [], oneOfSeveral: false },
};

export interface LaneChange {
  readonly maxFeePerGasWei?: bigint;
  readonly prepare?: LaneArgs['prepare'];
  readonly onStage?: (stage: EffectStage) => unknown;
}

/** The chain shows the effect. */
export const isDone: LaneArgs['prepare'] = () => Promise.resolve({ status: 'done' });
export const dies = (): never => {
  throw new Error('killed');
};

interface Told {
  readonly fees: [bigint, bigint][];
  readonly balances: [bigint, bigint][];
}

interface LaneWorld {
  readonly wallet: Wallet;
  readonly told: Told;
  readonly database: Database;
  readonly anvil: TestAnvil;
}

function laneOf({ wallet, told, database, anvil }: LaneWorld, change: LaneChange): LaneArgs {
  const { maxFeePerGasWei = 500n * GWEI, prepare, onStage } = change;
  return {
    chain: anvil.chain,
    signer: keySigner(wallet.privateKey),
    share: { chainId: anvil.chain.chainId, senders: [toAddress(wallet.address.toLowerCase())], lane: 0 },
    maxInFlight: 16,
    memory: new LaneMemory(),
    maxFeePerGasWei,
    replaceAfterMs: 50,
    dryRun: false,
    observer: {
      fees: (baseFeeWei, capWei) => told.fees.push([baseFeeWei, capWei]),
      balance: (balanceWei, neededWei) => told.balances.push([balanceWei, neededWei]),
    },
    db: database.db,
    fence: () => Promise.resolve(),
    log: pino({ enabled: false }),
    signal: new AbortController().signal,
    prepare: prepare ?? (() => Promise.resolve(call)),
    onStage: async (stage) => {
      await onStage?.(stage);
    },
  };
}

/**
 * For each test of the file that calls it a wallet and with it a lane, which has one effect to bring about, on a chain that mines when it
 * is told to.
 */
export function useTestLane() {
  const testDatabase = useTestDatabase();
  let database: Database;
  let anvil: TestAnvil;
  beforeAll(async () => {
    database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
    anvil = await startTestAnvil();
  });
  afterAll(async () => {
    await anvil.close();
    await database.close();
  });

  let wallet: Wallet;
  let told: Told;
  const rpc = (method: string, params: unknown[] = []): Promise<unknown> => anvil.chain.provider.send(method, params);
  const mine = () => rpc('evm_mine');
  const setBaseFee = async (wei: bigint) => {
    await rpc('anvil_setNextBlockBaseFeePerGas', [`0x${wei.toString(16)}`]);
    await mine();
  };
  beforeEach(async () => {
    await database.db.delete(txAttempts);
    await database.db.delete(outbox);
    wallet = new Wallet(Wallet.createRandom().privateKey);
    told = { fees: [], balances: [] };
    await rpc('anvil_dropAllTransactions');
    await rpc('evm_setAutomine', [false]);
    await rpc('anvil_setBalance', [wallet.address, '0x56bc75e2d63100000']);
    await setBaseFee(GWEI);
    const intent = { kind: 'expire' as const, legId: toLegId(`0x${'01'.padStart(64, '0')}`) };
    await enqueue(database.db, [{ chainId: anvil.chain.chainId, auctionId: null, intent }]);
  });

  const attempts = () => database.db.select().from(txAttempts).orderBy(asc(txAttempts.id));
  return {
    rpc,
    mine,
    setBaseFee,
    get db() {
      return database.db;
    },
    get chain(): Chain {
      return anvil.chain;
    },
    get wallet() {
      return wallet;
    },
    /** What the lane has told of fees and balances. */
    get told() {
      return told;
    },
    lane: (change: LaneChange = {}): LaneArgs => laneOf({ wallet, told, database, anvil }, change),
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
      const [row] = await database.db.select().from(outbox);
      if (row === undefined) throw new Error('the effect has no row');
      return row;
    },
    dueNow: () => database.db.update(outbox).set({ runAt: new Date(0) }),
    isPooled: async (hash: string) => (await anvil.chain.provider.getTransaction(hash))?.blockNumber === null,
    /** How many transactions of the wallet a block has. */
    minedCount: () => anvil.chain.provider.getTransactionCount(wallet.address),
  };
}
