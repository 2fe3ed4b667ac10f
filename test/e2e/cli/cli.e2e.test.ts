import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { moveTime } from '@ala/infra/devnet/chain/moveTime';
import { waitFor } from '@ala/infra/devnet/chain/waitFor';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { openPosition, setPrice } from '@ala/infra/devnet/scenario/liquidation';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import { startLiveNetwork, type LiveNetwork } from '../liveNetwork.js';
import { ala, alaJson, launched } from './alaCommand.js';

/** One test a step, in the order of an LP's life: each goes on from where the one before has left the devnet. */
let network: LiveNetwork;
let deployment: string[];
let auctionId: string;
/** The exiting part of the bid on spoke 1, as `spoke/bid`. */
let exiting: string;

const funded = (lp: number, spoke: number, whole: number) => ({ lp, spoke, tier: 0, amount: tokens(whole, 6) });

beforeAll(async () => {
  await launched(['--help']);
  network = await startLiveNetwork({ basePort: 18_880 });
  deployment = ['--deployment', network.deploymentPath];
  await fundLps(network.world, [funded(0, 1, 41_000), funded(1, 2, 30_000), funded(2, 3, 30_000)]);
  await openPosition(network.world);
});

afterAll(() => network.stop());

interface BidJson {
  readonly spoke: number;
  readonly bidId: string;
  readonly state: string;
  readonly standby: string;
  readonly exitAtSec: number | null;
  readonly claimable: readonly { readonly amountLocal: string }[];
  readonly openCalls: readonly unknown[];
}

async function bidsOf(account: string, ...more: string[]): Promise<readonly BidJson[]> {
  const [answer] = await alaJson<{ bids: BidJson[] }>(['bid', 'list', '--account', account, ...more, ...deployment]);
  return answer?.bids ?? [];
}

async function chainsPass(untilSec: number): Promise<void> {
  const { chains } = network.world.devnet;
  await moveTime(
    CHAIN_NAMES.map((name) => chains[name].provider),
    untilSec,
  );
}

/** The deployment file with another RPC or chain id for one chain. */
function changed(name: string, chain: string, change: { rpcUrl?: string; chainId?: number }): string[] {
  const json = JSON.parse(readFileSync(network.deploymentPath, 'utf8')) as { chains: Record<string, object> };
  json.chains[chain] = { ...json.chains[chain], ...change };
  const path = join(dirname(network.deploymentPath), `${name}.json`);
  writeFileSync(path, JSON.stringify(json));
  return ['--deployment', path];
}

test('a bid that cannot be is refused in words, each class with its status, and nothing is sent', async () => {
  const place = (...args: string[]) => ala(['bid', 'place', '--spoke', '1', ...args]);
  const bid = ['--amount', '1000.5', '--premium', '1', '--account', 'lp1', ...deployment];
  const cases = [
    [['--amount', '1,000', '--tier', '1', '--account', 'lp1', ...deployment], 2, 'write 1000 for thousands, or 1 for'],
    [['--amount', '1000', '--premium', '0.7', '--account', 'lp1', ...deployment], 2, 'no tier at 70 basis points'],
    [['--amount', '1000', '--account', 'lp1', ...deployment], 2, 'Name either --premium or --tier'],
    [['--amount', '1', '--tier', '1', '--account', 'lp1', ...deployment], 2, 'Bid 10.00 or more'],
    [[...bid, '--on-behalf', '0x12'], 2, 'address: expected 0x and 40 hex digits'],
    [['--amount', '50000.00', '--tier', '1', '--account', 'lp1', ...deployment], 4, 'has 41,000.00 of the debt token'],
    [[...bid.slice(0, 6), ...changed('wrong', 'spokeA', { chainId: 999 })], 5, 'not 999'],
    [[...bid.slice(0, 6), ...changed('offline', 'spokeA', { rpcUrl: 'http://127.0.0.1:2' })], 6, 'RPC does not answer'],
    [[...bid.slice(0, 4), '--account', 'lp9', ...deployment], 7, 'no account "lp9": it has deployer'],
    [[...bid.slice(0, 4), ...deployment], 7, 'set ALA_LP_KEY, or name a --keystore'],
  ] as const;
  for (const [args, status, words] of cases) {
    const answer = await place(...args);
    expect([answer.status, answer.errors], args.join(' ')).toEqual([status, expect.stringContaining(words)]);
    expect(answer.output).toBe('');
    expect(answer.errors).not.toContain('sent:');
  }
  const program = await place(...bid.slice(0, 4), ...deployment, '--json');
  expect(JSON.parse(program.output)).toMatchObject({ error: { kind: 'wallet' } });
  expect(await bidsOf('lp1')).toEqual([]);
});

test('ala bid place takes amounts as people write them, by approval, by permit and from a keystore', async () => {
  const lp1 = await ala([
    'bid',
    'place',
    '--spoke',
    '1',
    '--amount',
    "40'000.00",
    '--premium',
    '1 %',
    '--account',
    'lp1',
    ...deployment,
  ]);
  expect(lp1.errors).toMatch(/^approve sent: 0x[0-9a-f]{64}\nplaceBid sent: 0x[0-9a-f]{64}\n$/);
  expect(lp1.output).toMatch(/^bid 1\/1 of 0x[0-9a-f]{40}: 40,000\.00 at 1\.00 %, active from \d{4}-.*Z\n$/);
  expect(lp1.status).toBe(0);

  // The bridge's own representation on spoke B takes permits.
  const key = { ALA_LP_KEY: lpOf(network.world, 1).privateKey };
  const permit = await ala(
    ['bid', 'place', '--spoke', '2', '--amount', '20.000,00', '--tier', '2', '--permit', ...deployment],
    { env: key },
  );
  expect(permit.errors).toMatch(/^placeBidWithPermit sent: 0x[0-9a-f]{64}\n$/);
  expect(permit.status).toBe(0);

  const keystore = join(dirname(network.deploymentPath), 'lp3.json');
  const wallet = new Wallet(lpOf(network.world, 2).privateKey);
  writeFileSync(keystore, await wallet.encrypt('secret', undefined));
  const from = [
    'bid',
    'place',
    '--spoke',
    '3',
    '--amount',
    '15,000',
    '--locale',
    'en',
    '--tier',
    '3',
    '--keystore',
    keystore,
  ];
  const [placed] = await alaJson<{ spoke: number; amount: string }>([...from, ...deployment], {
    env: { ALA_KEYSTORE_PASSWORD: 'secret' },
  });
  expect(placed).toMatchObject({ spoke: 3, amount: '15000000000' });
  expect((await ala([...from, ...deployment], { env: { ALA_KEYSTORE_PASSWORD: 'wrong' } })).status).toBe(7);
});

test('ala book --chains shows what enters, then what stands by, the cheapest first', async () => {
  const book = () => ala(['book', '--chains', ...deployment]);
  expect((await book()).output).toMatch(/premium +spoke +stands by +leaving +entering/);
  const { activeAtSec } = (
    await alaJson<{ bids: { activeAtSec: number }[] }>(['bid', 'list', '--account', 'lp3', ...deployment])
  )[0]!.bids[0]!;
  await chainsPass(activeAtSec + 10);
  const { output, status } = await book();
  expect(
    output
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    ['1.00 %', '1', '40,000.00', '40,000.00'],
    ['1.50 %', '2', '20,000.00', '60,000.00'],
    ['2.00 %', '3', '15,000.00', '75,000.00'],
  ]);
  expect(status).toBe(0);
});

test('what one spoke does not answer is left out of ala book and ala bid list, and the status says so', async () => {
  const offline = changed('offline', 'spokeB', { rpcUrl: 'http://127.0.0.1:2/key' });
  for (const command of [
    ['book', '--chains'],
    ['bid', 'list', '--account', 'lp1'],
  ]) {
    const { status, output, errors } = await ala([...command, ...offline]);
    expect(output).toContain('40,000.00');
    expect(errors).toMatch(/spoke 2 is left out: spokeB: .*RPC does not answer/);
    expect(errors).not.toContain('9/key');
    expect(status).toBe(6);
  }
});

test('ala auction open has a lender liquidate, and only what is unhealthy', async () => {
  const { borrower } = network.world.devnet.accounts;
  const open = ['auction', 'open', '--market', '1', '--borrower', borrower.address, '--account', 'lp6', ...deployment];
  const healthy = await ala(open);
  expect(healthy.errors).toMatch(/It cannot be liquidated at this price/);
  expect(healthy.status).toBe(3);
  await setPrice(network.world, ETHER.fallenPrice);
  const [opened] = await alaJson<{ auctionId: string; debtToCover: string }>(open);
  auctionId = opened!.auctionId;
  expect(opened).toMatchObject({ debtToCover: '60000000000' });
  expect((await ala(open)).status).toBe(3);
});

test('ala auction watch tells of plan, arrivals and settlement until the debt is covered', async () => {
  const { status, output } = await ala(['auction', 'watch', auctionId, '--timeout', '200', ...deployment]);
  for (const words of [
    'opened: 60,000.00',
    'plan committed: spoke 1',
    'arrived: ',
    'settled: ',
    ': 60,000.00 of 60,000.00 covered in ',
  ]) {
    expect(output).toContain(words);
  }
  expect(status).toBe(0);
});

test('ala auction list and show agree with it, and an unknown id is said', async () => {
  expect((await ala(['auction', 'list', ...deployment])).output).toMatch(
    new RegExp(`${auctionId} +1 +(covered|closed) +60,000`),
  );
  expect((await ala(['auction', 'show', auctionId, ...deployment])).output).toMatch(
    /^(covered|closed): 60,000\.00 of 60,000\.00/,
  );
  const unknown = await ala(['auction', 'show', `0x${'ab'.repeat(32)}`, ...deployment]);
  expect([unknown.status, unknown.errors]).toEqual([2, expect.stringContaining('the hub has no auction')]);
  expect((await ala(['auction', 'show', '0xab', ...deployment])).status).toBe(2);
});

test('ala verify says yes for its plans', async () => {
  const [verdict] = await alaJson<{ plans: { problems: string[] }[] }>(['verify', auctionId, ...deployment]);
  expect(verdict?.plans.map(({ problems }) => problems)).toEqual([[]]);
});

test('ala bid claim pays what came home, once', async () => {
  await waitFor(
    async () => {
      const [bid] = await bidsOf('lp1');
      return bid !== undefined && bid.openCalls.length === 0 && bid.claimable.length > 0 ? true : null;
    },
    { what: "the collateral of lp1's bid", timeoutMs: 120_000, pollMs: 1_000 },
  );
  const { output, status } = await ala(['bid', 'claim', '--account', 'lp1', ...deployment]);
  expect(output).toMatch(/^bid 1\/1: [\d,.]+ \w+ claimed\n/);
  expect(status).toBe(0);
  const again = await ala(['bid', 'claim', '1/1', '--account', 'lp1', ...deployment]);
  expect([again.status, again.output]).toEqual([0, 'nothing to claim\n']);
});

test('ala bid withdraw asks for a part of a bid, and says what is wrong with a request', async () => {
  const { amount } = (
    await alaJson<{ amount: string }>([
      'bid',
      'place',
      '--spoke',
      '1',
      '--amount',
      '1000.00',
      '--tier',
      '9',
      '--account',
      'lp1',
      ...deployment,
    ])
  )[0]!;
  expect(amount).toBe('1000000000');
  const bids = await bidsOf('lp1');
  const entering = bids.find(({ state }) => state === 'entering')!;
  const name = `1/${entering.bidId}`;
  const active = (entering as unknown as { activeAtSec: number }).activeAtSec;
  await chainsPass(active + 10);

  const withdraw = (...args: string[]) => ala(['bid', 'withdraw', ...args, ...deployment]);
  const cases = [
    [[name, '--amount', '2000.00', '--account', 'lp1'], 3, '1,000.00 tUSD are left: a call may have drawn the rest'],
    [[name, '--account', 'lp2'], 3, "Use the owner's account"],
    [['1/999', '--account', 'lp1'], 2, 'spoke 1 has no bid 999'],
    [['nonsense', '--account', 'lp1'], 2, 'such as 1/5'],
  ] as const;
  for (const [args, status, words] of cases) {
    const answer = await withdraw(...args);
    expect([answer.status, answer.errors], args.join(' ')).toEqual([status, expect.stringContaining(words)]);
  }
  const { output, status } = await withdraw(name, '--amount', '400.00', '--account', 'lp1');
  expect(output).toMatch(
    /^bid 1\/\d+: 400\.00 leave at .*Z and can be called until then, the rest goes on as bid 1\/\d+\n$/,
  );
  expect(status).toBe(0);
  exiting = /^bid (1\/\d+)/.exec(output)![1]!;
});

test('ala bid withdraw collects it once it has left, not before', async () => {
  const collect = () => ala(['bid', 'withdraw', exiting, '--account', 'lp1', ...deployment]);
  const early = await collect();
  expect([early.status, early.errors]).toEqual([3, expect.stringContaining('It can be collected from')]);
  const leaving = (await bidsOf('lp1')).find(({ spoke, bidId }) => `${spoke}/${bidId}` === exiting)!;
  expect(leaving.state).toBe('leaving');
  await chainsPass(leaving.exitAtSec! + 1);
  expect((await bidsOf('lp1')).find(({ spoke, bidId }) => `${spoke}/${bidId}` === exiting)?.state).toBe('left');
  const { output, status } = await collect();
  expect([status, output]).toEqual([0, expect.stringMatching(/: 400\.00 paid to 0x[0-9a-f]{40}\n$/)]);
});

test("a relayer's commands answer beside it", async () => {
  const config = ['--config', join(dirname(network.deploymentPath), 'relayer.json')];
  expect((await ala(['book', ...config])).output).toMatch(/2\.00 % .* spoke 3 {2}bid 1/);
  const [book] = await alaJson<{ bids: { spoke: number }[] }>(['book', ...config]);
  expect(book?.bids.map(({ spoke }) => spoke)).toContain(3);
  expect((await ala(['messages', 'list', ...config])).output).toContain('CapitalDelivered');
  expect((await ala(['doctor', ...config])).status).toBe(0);
});
