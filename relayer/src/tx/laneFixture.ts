import { eq } from 'drizzle-orm';
import { Wallet } from 'ethers';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { toAddress, toLegId } from '@ala/shared/ids';
import { outbox, txAttempts } from '../db/ownTables.js';
import { useOpenDatabase } from '../db/openTestDatabase.js';
import { intentKey } from '../dispatch/intent.js';
import { enqueue } from '../dispatch/outbox.js';
import type { Preparation } from '../dispatch/preparation.js';
import { systemClock } from '../lib/clock.js';
import { keySigner } from './keySigner.js';
import type { LaneArgs } from './laneArgs.js';
import { LaneMemory } from './laneMemory.js';
import type { Signer } from './signer.js';
import type { EffectStage } from './stage.js';
import { startTestAnvil, type TestAnvil } from './testAnvil.js';

/** Has no code unless a test gives it some. */
export const target = toAddress(`0x${'7a'.repeat(20)}`);
/** Reverts with what it is called with. */
export const ECHO_REVERT = '0x365f5f37365ffd';

export interface LaneChange {
  readonly signer?: Signer;
  readonly prepare?: LaneArgs['prepare'];
  readonly onStage?: (stage: EffectStage, keys: readonly string[]) => unknown;
  readonly lines?: string[];
}

export function call(data: string, finalErrors: readonly string[] = []): Preparation {
  return { status: 'send', call: { to: target, data, valueWei: 0n, finalErrors, oneOfSeveral: false } };
}

/** For tests: a database, a chain, and of each test's own a wallet and with it a lane. */
export function useLane() {
  const database = useOpenDatabase();
  let anvil: TestAnvil;
  let wallet: Wallet;
  const rpc = (method: string, params: unknown[] = []): Promise<unknown> => anvil.chain.provider.send(method, params);
  const setCode = (code: string) => rpc('anvil_setCode', [target, code]);
  beforeAll(async () => {
    anvil = await startTestAnvil();
  });
  afterAll(() => anvil.close());
  beforeEach(async () => {
    await database.db.delete(txAttempts);
    await database.db.delete(outbox);
    wallet = new Wallet(Wallet.createRandom().privateKey);
    await rpc('anvil_setBalance', [wallet.address, '0x56bc75e2d63100000']);
    await setCode('0x');
    await rpc('evm_setAutomine', [true]);
  });
  return {
    rpc,
    setCode,
    database,
    get databaseUrl() {
      return database.url;
    },
    get chain() {
      return anvil.chain;
    },
    get wallet() {
      return wallet;
    },
    /** How many transactions of the wallet a block has. */
    nonceOf: () => anvil.chain.provider.getTransactionCount(wallet.address),
    dueNow: () => database.db.update(outbox).set({ runAt: new Date(0) }),
    haveRow: async (n = 1): Promise<string> => {
      const intent = { kind: 'expire' as const, legId: toLegId(`0x${n.toString(16).padStart(64, '0')}`) };
      await enqueue(database.db, [{ chainId: anvil.chain.chainId, auctionId: null, intent }]);
      return intentKey(intent);
    },
    rowOf: async (key: string) => {
      const [row] = await database.db.select().from(outbox).where(eq(outbox.key, key));
      if (row === undefined) throw new Error(`there is no row ${key}`);
      return row;
    },
    lane: ({ signer = keySigner(wallet.privateKey), prepare, onStage, lines = [] }: LaneChange = {}): LaneArgs => {
      return {
        chain: anvil.chain,
        signer,
        share: { chainId: anvil.chain.chainId, senders: [signer.address], lane: 0 },
        maxInFlight: 16,
        memory: new LaneMemory(),
        maxFeePerGasWei: 500n * 10n ** 9n,
        replaceAfterMs: 60_000,
        dryRun: false,
        observer: { fees: () => undefined, balance: () => undefined },
        db: database.db,
        log: pino({ base: null, level: 'debug' }, { write: (line: string) => lines.push(line) }),
        signal: new AbortController().signal,
        clock: systemClock,
        prepare: prepare ?? (() => Promise.resolve(call('0x01'))),
        fence: () => Promise.resolve(),
        onStage: async (stage, keys) => {
          await onStage?.(stage, keys);
        },
      };
    },
  };
}
