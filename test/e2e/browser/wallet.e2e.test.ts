import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import { fundLps } from '@ala/infra/devnet/scenario/fundLps';
import type { PlannedBid } from '@ala/infra/devnet/scenario/plannedBids';
import { ETHER } from '@ala/infra/devnet/scenario/positions';
import { prepare } from '@ala/infra/devnet/scenario/scenarios';
import { curedAuction } from '../curedAuction.js';
import { skipTheCall } from '../skippedCall.js';
import { addressOf, BidPage } from './bidPage.js';
import { answers, startBrowserNetwork, type BrowserNetwork } from './browserNetwork.js';
import { accessibilityProblems, openPage } from './openBrowser.js';
import { play } from './pageWallet.js';

/** What wallets, their users, chains and nodes do when all is not well, and what people type. */
let started: BrowserNetwork;

const bid = (lp: number, spoke: number, whole: number): PlannedBid => ({
  lp,
  spoke,
  tier: 0,
  amount: tokens(whole, 6),
});
/** Who types and places, and who has nothing. */
const [LP, OTHER] = [4, 5];
const FUNDS = [bid(LP, 1, 10_000), bid(LP, 2, 1_000)];
/** Whose bids are called, and not needed in the end. */
const CALLED = [bid(0, 1, 25_000), bid(1, 2, 25_000), bid(2, 3, 10_000)];

beforeAll(async () => {
  started = await startBrowserNetwork({ basePort: 21_900, maxChainLagSec: 10 });
  await fundLps(started.network.world, FUNDS);
});

afterAll(() => started.stop());

describe('a node and chains that are away', () => {
  it('marks a chain that is not read any more, and unmarks it', async () => {
    const { page, close } = await openPage(started.browser);
    await page.goto(started.network.apiUrl);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { process: chain } = started.network.world.devnet.chains.spokeB;
    const mark = page.getByText(/spokeB is read up to block \d+, \d+ s ago/);
    chain.kill('SIGSTOP');
    try {
      await mark.waitFor();
    } finally {
      chain.kill('SIGCONT');
    }
    await mark.waitFor({ state: 'hidden' });
    await close();
  });

  it('says that the node is away, keeps what was read, and takes up again by itself', async () => {
    const { page, close } = await openPage(started.browser);
    await page.goto(started.network.apiUrl);
    const book = page.getByText('Standing by', { exact: true });
    await book.waitFor();
    await started.network.stopRelayer();
    const away = page.getByText('The node does not answer');
    try {
      await away.waitFor();
      expect(await book.isVisible()).toBe(true);
    } finally {
      await started.network.startRelayer();
      await answers(started.network);
    }
    await away.waitFor({ state: 'hidden' });
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    expect(await book.isVisible()).toBe(true);
    await close();
  });
});

describe('the wallet of a session', () => {
  it('stays when the reader goes to other screens and loads the page anew, until it is disconnected', async () => {
    const { page, account, connect, disconnect, watched } = await BidPage.openConnected(started, LP);
    await page.getByRole('link', { name: 'Book' }).click();
    await page.getByRole('link', { name: 'Bid', exact: true }).click();
    await page.getByText(account).waitFor();
    await page.reload();
    await page.getByText(account).waitFor();
    await disconnect.click();
    await page.reload();
    await connect.waitFor();
    expect(watched.problems).toEqual([]);
    await watched.close();
  });

  it('is followed to another account and chain, and gone when it is locked or cut off', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, account, watched } = opened;
    const { world } = started.network;
    await play(page, 'goToChain', world.devnet.chains.spokeB.spec.chainId);
    await page.getByText('The wallet is on chain 31339: it is asked to go to spokeA (31338)').waitFor();
    await play(page, 'goToAccount', addressOf(world, OTHER));
    await page.getByText(addressOf(world, OTHER)).waitFor();
    await opened.alert('The wallet has gone to another account').waitFor();
    await play(page, 'lock');
    await opened.alert('The wallet was locked').waitFor();
    await opened.connect.click();
    await opened.alert('The wallet is locked, or shows no account').waitFor();
    await play(page, 'goToAccount', account);
    await opened.connect.click();
    await opened.disconnect.waitFor();
    await play(page, 'loseConnection');
    await opened.alert('The wallet has lost its connection').waitFor();
    expect(watched.problems).toEqual([]);
    await watched.close();
  });
});

describe('placing a bid', () => {
  it('says beside the field what is wrong with what was typed, and sends nothing', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, amount, place, watched } = opened;
    const owner = page.getByLabel('Owner of the bid');
    await amount.waitFor();
    for (const [typed, said] of [
      ['', 'No amount was given: write digits, as in 1000.50'],
      ['1,000', 'can be read in two ways: write 1000 for thousands, or 1 for decimals'],
      ['a lot', 'is no amount: write digits only'],
      ['-5', 'is below zero'],
      ['0.0000001', 'has more decimals than the token, which has 6'],
      ['9.99', '9.99 is below the smallest bid. Bid 10.00 or more.'],
      ['20 000', 'has 10,000.00 of the debt token on chain 31338. The bid needs 20,000.00'],
    ] as const) {
      await amount.fill(typed);
      await place.click();
      expect(await opened.wrongAt(amount), typed).toContain(said);
    }
    await amount.fill('100');
    for (const typed of ['0x123', 'me', addressOf(started.network.world, OTHER).slice(2), `0x${'aB'.repeat(20)}`]) {
      await owner.fill(typed);
      await place.click();
      expect(await opened.wrongAt(owner), typed).toContain('This is no address. Copy all of it from the wallet');
    }
    expect(await page.getByText(': transaction').count()).toBe(0);
    expect(watched.problems).toEqual([]);
    await watched.close();
  });

  it('understands amounts as people of many places type them', async () => {
    const { page, amount, watched } = await BidPage.openConnected(started, LP);
    for (const typed of ['1000,50', '1,000.50', '1.000,50', '1 000,50', "1'000.5", '1\u202f000.50', '１０００.５']) {
      await amount.fill(typed);
      await page.getByText('Called whole, 1,000.50 tUSD become collateral').waitFor();
      await amount.fill('');
      await page.getByText('Called whole').waitFor({ state: 'hidden' });
    }
    await watched.close();
  });

  it('takes a permit instead of an approval, in one transaction, where the token knows permits', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, watched } = opened;
    await opened.type('1000');
    await page.getByText('Sign a permit').click();
    await opened.place.click();
    const unknown = opened.alert('takes no permits');
    await unknown.waitFor();
    expect(await unknown.textContent()).toContain('Bid with an approval instead');
    await page.getByLabel('Chain').selectOption({ label: 'spokeB (spoke 2)' });
    await opened.type('1000');
    await page.getByText('Sign a permit').click();
    await opened.place.click();
    await page.getByText(/Bid \d+ of 1,000\.00 tUSD is placed/).waitFor();
    expect(await opened.steps('Places the bid with the permit')).toBe(1);
    expect(await page.getByText(': transaction').count()).toBe(1);
    expect(watched.problems).toEqual([]);
    await watched.close();
  });

  it('goes on after a refusal in the middle, and does not approve twice', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, watched } = opened;
    await opened.type('500');
    await play(page, 'refuse', 'eth_sendTransaction', 4001, 1);
    await opened.place.click();
    const rejected = opened.alert('The request was rejected in the wallet');
    await rejected.waitFor();
    expect(await rejected.textContent()).toContain('What was sent before stands');
    expect(await opened.steps('Lets the spoke take exactly this amount')).toBe(1);
    expect(await opened.amount.inputValue()).toBe('500');
    await play(page, 'obey');
    await opened.place.click();
    await page.getByText(/Bid \d+ of 500\.00 tUSD is placed/).waitFor();
    expect(await opened.steps('Lets the spoke take exactly this amount')).toBe(0);
    expect(await opened.steps('Places the bid')).toBe(1);
    expect(watched.problems).toEqual([]);
    await watched.close();
  });

  it('says what is missing when the wallet has approved less, and has it approved anew', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, amount, place, watched } = opened;
    await opened.type('300');
    await play(page, 'approve', tokens(20, 6).toString(16));
    await place.click();
    expect(await opened.wrongAt(amount)).toContain('The spoke may take 20.00 tUSD. Approve 300.00 tUSD for the spoke');
    await play(page, 'obey');
    await place.click();
    await page.getByText(/Bid \d+ of 300\.00 tUSD is placed/).waitFor();
    expect(watched.problems).toEqual([]);
    await watched.close();
  });

  it('says what to do with a wallet that stays on another chain or is locked, and sends nothing', async () => {
    const opened = await BidPage.openConnected(started, LP);
    const { page, watched } = opened;
    await opened.type('200');
    await play(page, 'goToChain', started.network.world.devnet.chains.hub.spec.chainId);
    await play(page, 'refuse', 'wallet_switchEthereumChain', 4001);
    await opened.place.click();
    await opened.alert('The request was rejected in the wallet').waitFor();
    await play(page, 'obey');
    await play(page, 'refuse', 'eth_requestAccounts', -32002);
    await opened.place.click();
    const locked = opened.alert('The wallet is locked, or waits for an earlier request');
    await locked.waitFor();
    expect(await locked.textContent()).toContain('Open it and answer what it asks');
    expect(await page.getByText(': transaction').count()).toBe(0);
    await play(page, 'obey');
    await opened.place.click();
    await page.getByText(/Bid \d+ of 200\.00 tUSD is placed/).waitFor();
    expect(watched.problems).toEqual([]);
    await watched.close();
  });
});

describe('bids on the screen', () => {
  it.each([
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 390],
    ['dark', 390],
  ] as const)('have no serious accessibility problem, in %s colours %i wide', async (scheme, width) => {
    const { page, watched } = await BidPage.openConnected(started, LP, { scheme, width });
    await page.getByRole('article').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await watched.screenshot(`bids-${scheme}-${width}`);
    expect(watched.problems).toEqual([]);
    await watched.close();
  });
});

describe('bids that are called while their owner looks on', () => {
  it('are not withdrawn, and come home: a refund is claimed, one of a skipped call too, one stands by again', async () => {
    const { world } = started.network;
    await prepare(world, [ETHER], CALLED);
    const [skipped, leaving] = await Promise.all([0, 1].map((lp) => BidPage.openConnected(started, lp)));
    await leaving!.page.getByLabel('Chain').selectOption({ label: 'spokeB (spoke 2)' });
    await leaving!.page.getByText('Standing by: 25,000.00 tUSD').waitFor();
    // The wallet asks its user; when he has made up his mind the bid is called.
    await play(leaving!.page, 'hold', 'eth_sendTransaction');
    await leaving!.page.getByRole('button', { name: 'Request withdrawal' }).click();
    await curedAuction({
      world,
      price: ETHER.fallenPrice,
      check: () => undefined,
      whileAway: async () => {
        expect(await play(leaving!.page, 'release')).toBe(1);
        await leaving!.alert('a call took all of it').waitFor();
        await leaving!.page.getByText('Called, result under way: 25,000.00 tUSD').waitFor();
        await skipTheCall(world, 1);
      },
    });

    await skipped!.page.getByRole('button', { name: 'Claim 25,000.00 tUSD, which came late' }).click();
    await skipped!.page.getByText('Claimed so far: 25,000.00 tUSD').waitFor();
    await leaving!.page.getByRole('button', { name: 'Bid again with 25,000.00 tUSD' }).click();
    await leaving!.page.getByText('Enters: 25,000.00 tUSD').waitFor();
    for (const { watched } of [skipped!, leaving!]) {
      await watched.screenshot(`returns-${watched === skipped!.watched ? 'skipped' : 'rebid'}`);
      expect(watched.problems).toEqual([]);
      await watched.close();
    }
  });
});
