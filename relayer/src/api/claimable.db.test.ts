import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { useTestDatabase } from '@ala/postgres/testDatabase';
import { claimableAnswer } from '@ala/shared/api/lp';
import type { ChainDeployment } from '@ala/shared/deployment';
import { toAuctionId, toLegId } from '@ala/shared/ids';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import { openChain, type Chain } from '../chain/chain.js';
import { spokeInterface } from '../chain/contracts.js';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { openDatabase, type Database } from '../db/client.js';
import { apply, deployment, FAR, fill, header, HUB, openApi, OWNER } from './testChains.js';

const testDatabase = useTestDatabase();
const now = Math.floor(Date.now() / 1_000);
const past = now - 100;
const CALL_TIMEOUT_SEC = 60;
const [LATE, IN_TIME, NEW] = [0, 1, 2];
const [DEBT_THERE, COLLATERAL_THERE] = [fill(16, 20), fill(17, 20)];
const terms = [fill(16, 20), fill(5, 20), fill(12, 20), 6, 6, 50, 30, 1n, 10n, 5, 5, 5, 5, CALL_TIMEOUT_SEC, 1_000n];

let database: Database;
let spoke: FakeNode;
let chain: Chain;
let api: Awaited<ReturnType<typeof openApi>>;
/** What the spoke was asked, as method and arguments. */
let asked: string[] = [];

/** A spoke on which the first call was skipped, and 70 units have come back for it since. */
function viewOf(data: string): string {
  const call = spokeInterface.parseTransaction({ data });
  const { name, args } = call!;
  asked.push(`${name} ${args.join(' ')}`);
  const answer = (...values: unknown[]): string => spokeInterface.encodeFunctionResult(name, values);
  switch (name) {
    case 'bid':
      return answer([OWNER, 1, 0, 0, 0, 100n, 0, 5, 0n, 0n, 0n, past, 0]);
    case 'claimable':
      return answer(0n, 0n, 0n);
    case 'call':
      return answer([1, 100n, 100n, false, true, true, args[2] === BigInt(LATE), fill(0, 20), 0n, 70n]);
    case 'claimableSkipped':
      return answer(args[2] === BigInt(KIND_LEG_REFUNDED) ? 70n : 0n);
    default:
      throw new Error(`no answer to ${name}`);
  }
}

const called = (gen: number, atSec: number) =>
  [
    'CapitalCalled',
    [toLegId(fill(0x30 + gen, 32)), toAuctionId(fill(0x22, 32)), fill(0x44, 32), 1, [[0, gen, 10n]], atSec],
  ] as const;

beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, onIdleError: () => undefined });
  await apply(database, HUB, header(1, past), []);
  await apply(database, FAR, header(1, past - 200), [
    ['BasketCreated', [1, terms]],
    ['BidPlaced', [1, OWNER, 1, 0, 100n, past - 150]],
    ['EntriesUpdated', [1, 0, past - 150, 100n]],
  ]);
  await apply(database, FAR, header(2, past), [
    ['EntriesRolled', [1, 0, past - 150, 100n, 100n, 0, 0]],
    ['PoolUpdated', [1, 0, 90n, 100n, 1, 0, past]],
    called(LATE, past),
    ['PoolUpdated', [1, 0, 80n, 100n, 2, 0, past]],
    called(IN_TIME, past),
  ]);
  await apply(database, FAR, header(3, past + 10), [
    ['ResultRecorded', [toLegId(fill(0x31, 32)), 1, 0, IN_TIME, KIND_LEG_SETTLED, COLLATERAL_THERE, 5n, true]],
  ]);
  await apply(database, FAR, header(4, now - 5), [
    ['PoolUpdated', [1, 0, 70n, 100n, 3, 0, now - 5]],
    called(NEW, now - 5),
    ['ResultRecorded', [toLegId(fill(0x30, 32)), 1, 0, LATE, KIND_LEG_REFUNDED, DEBT_THERE, 70n, true]],
  ]);
  spoke = await startFakeNode({
    eth_chainId: () => `0x${FAR.toString(16)}`,
    eth_call: ([transaction]) => viewOf((transaction as { data: string }).data),
  });
  const far = deployment.chains.find(({ chainId }) => chainId === FAR);
  chain = openChain({ ...far, rpcUrl: spoke.url } as ChainDeployment);
  api = await openApi(testDatabase.url, {}, [chain]);
  await vi.waitFor(async () => expect((await api.app.inject('/v1/baskets/1/book')).statusCode).toBe(200));
});
afterAll(async () => {
  await api.close();
  chain.provider.destroy();
  await spoke.close();
  await database.close();
});

it('shows what a skipped call has brought, and asks of no call that came in time or may still do', async () => {
  asked = [];
  const { items, unanswered } = claimableAnswer.parse((await api.app.inject(`/v1/lps/${OWNER}/claimable`)).json());
  expect(unanswered).toEqual([]);
  expect(items).toMatchObject([
    {
      bidId: '1',
      tokens: [],
      skipped: [
        { gen: LATE, kind: 'refund', messageKind: KIND_LEG_REFUNDED, token: DEBT_THERE, amountTokenUnits: '70' },
      ],
    },
  ]);
  expect(asked.filter((call) => call.startsWith('call '))).toEqual([`call 1 0 ${LATE}`]);
});
