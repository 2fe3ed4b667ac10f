import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import type { PlannedBid } from '@ala/infra/devnet/scenario/plannedBids';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { prepare } from '@ala/infra/devnet/scenario/scenarios';
import { askClaimable } from '../apiAnswers.js';
import { curedAuction } from '../curedAuction.js';
import { startLiveNetwork, type LiveNetwork } from '../liveNetwork.js';
import { passCallTimeout } from '../skippedCall.js';
import { ala, alaJson, launched } from './alaCommand.js';

/** Capital that was called and not needed comes home; on spoke 1 so late that the pool has gone on without it. */
let network: LiveNetwork;
let deployment: string[];

const bid = (lp: number, spoke: number, whole: number): PlannedBid => ({
  lp,
  spoke,
  tier: 0,
  amount: tokens(whole, 6),
});
const BOOK = [bid(0, 1, 25_000), bid(1, 2, 25_000), bid(2, 3, 10_000)];

interface BidJson {
  readonly bidId: string;
  readonly state: string;
  readonly entering: string;
  readonly claimable: readonly { readonly amountLocal: string }[];
  readonly openCalls: readonly { readonly complete: boolean; readonly skippedClaims: readonly object[] }[];
}

async function bidsOf(account: string): Promise<readonly BidJson[]> {
  const [answer] = await alaJson<{ bids: BidJson[] }>(['bid', 'list', '--all', '--account', account, ...deployment]);
  return answer?.bids ?? [];
}

const skip = (bid: string) => ala(['bid', 'skip', bid, '--account', 'lp4', ...deployment]);

beforeAll(async () => {
  await launched(['--help']);
  network = await startLiveNetwork({ basePort: 18_900 });
  deployment = ['--deployment', network.deploymentPath];
  const { world } = network;
  await prepare(world, [ETHER], BOOK);
  await curedAuction({
    world,
    price: ETHER.fallenPrice,
    check: () => undefined,
    whileAway: async () => {
      const early = await skip('1/1');
      expect([early.status, early.errors]).toEqual([3, expect.stringContaining('may still come home in time')]);
      await passCallTimeout(world, 1);
      const late = await skip('1/1');
      expect([late.status, late.output]).toEqual([0, expect.stringMatching(/^call 0 is not waited for/)]);
    },
  });
});

afterAll(() => network.stop());

test('ala bid list shows the result of a skipped call, and ala bid claim pays it, once', async () => {
  const [before] = await bidsOf('lp1');
  expect(before).toMatchObject({
    state: 'over',
    claimable: [],
    openCalls: [{ skipped: true, complete: true, skippedClaims: [{ part: 'refund', amountLocal: '25000000000' }] }],
  });
  expect((await ala(['bid', 'list', '--account', 'lp1', ...deployment])).output).toMatch(/1\/1 .* 25,000\.00 tUSD$/m);
  const owner = network.world.devnet.accounts.lps[0]?.address ?? '';
  const shown = async () => {
    const [asked] = await askClaimable(network.apiUrl, owner);
    return asked !== undefined && asked.skipped.length > 0 ? asked : null;
  };
  // The node answers as of the block that it has read.
  const answered = await waitFor(shown, { what: 'the API to show it', timeoutMs: 60_000, pollMs: 500 });
  expect(answered).toMatchObject({
    bidId: '1',
    tokens: [],
    skipped: [{ gen: 0, kind: 'refund', amountTokenUnits: '25000000000' }],
  });
  const claim = () => ala(['bid', 'claim', '--account', 'lp1', ...deployment]);
  const paid = await claim();
  expect(paid.errors).toMatch(/^claimSkipped sent: 0x/);
  expect([paid.status, paid.output]).toEqual([0, expect.stringMatching(/^bid 1\/1: 25,000\.00 \w+ claimed\n$/)]);
  expect((await claim()).output).toBe('nothing to claim\n');
  expect((await bidsOf('lp1'))[0]?.openCalls).toEqual([]);
});

test('ala bid rebid stands by again with a refund, in another tier, and only with one', async () => {
  const rebid = (...args: string[]) => ala(['bid', 'rebid', ...args, ...deployment]);
  expect((await rebid('2/1', '--account', 'lp2')).status).toBe(2);
  const of = ['2/1', '--premium', '1.5', '--account'];
  const others = await rebid(...of, 'lp3');
  expect([others.status, others.errors]).toEqual([3, expect.stringContaining("owner's account")]);
  const again = await rebid(...of, 'lp2');
  expect(again).toMatchObject({ status: 0, output: 'bid 2/2: 25,000.00 at 1.50 %, from the refund of bid 2/1\n' });
  expect(await bidsOf('lp2')).toMatchObject([
    { bidId: '1', state: 'over', claimable: [] },
    { bidId: '2', state: 'entering', entering: '25000000000' },
  ]);
  const nothing = await rebid(...of, 'lp2');
  expect([nothing.status, nothing.errors]).toEqual([3, expect.stringContaining('has no refund')]);
});
