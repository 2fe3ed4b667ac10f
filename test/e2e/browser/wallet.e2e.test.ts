import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { startBrowserNetwork, type BrowserNetwork } from './browserNetwork.js';
import { openPage, type WatchedPage } from './openBrowser.js';
import { announceWallet, PAGE_WALLET_NAME, play } from './pageWallet.js';

/** What wallets and their users do, and what people type. */
let started: BrowserNetwork;

/** The devnet's LP who bids here, and one who has nothing. */
const [LP, OTHER] = [0, 5];

beforeAll(async () => {
  started = await startBrowserNetwork({ basePort: 37_100 });
  await fundLps(started.network.world, [{ lp: LP, spoke: 1, tier: 0, amount: tokens(10_000, 6) }]);
});

afterAll(() => started.stop());

const addressOf = (lp: number): string => lpOf(started.network.world, lp).address.toLowerCase();

/** The Bid screen on spoke A, with a wallet that knows all chains and is on the hub. */
async function openBid(lp: number): Promise<WatchedPage> {
  const { world, apiUrl } = started.network;
  const watched = await openPage(started.browser);
  const chains = CHAIN_NAMES.map((name) => world.devnet.chains[name]);
  await announceWallet(watched.page, {
    account: addressOf(lp),
    chainId: chains[0]!.spec.chainId,
    rpcUrls: Object.fromEntries(chains.map(({ spec, rpcUrl }) => [spec.chainId, rpcUrl])),
  });
  await watched.page.goto(`${apiUrl}/bid`);
  return watched;
}

const connectTo = (page: Page) => page.getByRole('button', { name: `Connect ${PAGE_WALLET_NAME}` });
const disconnect = (page: Page) => page.getByRole('button', { name: 'Disconnect' });

async function openConnected(lp: number): Promise<WatchedPage> {
  const watched = await openBid(lp);
  await connectTo(watched.page).click();
  await disconnect(watched.page).waitFor();
  return watched;
}

describe('the wallet of a session', () => {
  it('stays when the reader goes to other screens and loads the page anew, until it is disconnected', async () => {
    const { page, problems, close } = await openConnected(LP);
    await page.getByRole('link', { name: 'Book' }).click();
    await page.getByRole('link', { name: 'Bid', exact: true }).click();
    await page.getByText(addressOf(LP)).waitFor();
    await page.reload();
    await page.getByText(addressOf(LP)).waitFor();
    await disconnect(page).click();
    await page.reload();
    await connectTo(page).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('is followed to another account and chain, and gone when it is locked or cut off', async () => {
    const { page, problems, close } = await openConnected(LP);
    await play(page, 'goToChain', started.network.world.devnet.chains.spokeB.spec.chainId);
    await page.getByText('The wallet is on chain 31339: it is asked to go to spokeA (31338)').waitFor();
    await play(page, 'goToAccount', addressOf(OTHER));
    await page.getByText(addressOf(OTHER)).waitFor();
    await page.getByRole('alert').filter({ hasText: 'The wallet has gone to another account' }).waitFor();
    await play(page, 'lock');
    await page.getByRole('alert').filter({ hasText: 'The wallet was locked' }).waitFor();
    await connectTo(page).click();
    await page.getByRole('alert').filter({ hasText: 'The wallet is locked, or shows no account' }).waitFor();
    await play(page, 'goToAccount', addressOf(LP));
    await connectTo(page).click();
    await disconnect(page).waitFor();
    await play(page, 'loseConnection');
    await page.getByRole('alert').filter({ hasText: 'The wallet has lost its connection' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
