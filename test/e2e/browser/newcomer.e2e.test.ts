import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from '@ala/infra/devnet/playground/playground';
import { servePlayground, type PlaygroundServer } from '@ala/infra/devnet/playground/server';
import { playgroundPort } from '@ala/infra/supervisor/relayerProcess';
import { startBrowserNetwork, type BrowserNetwork } from './browserNetwork.js';
import { accessibilityProblems, openPage } from './openBrowser.js';
import { announceWallet, PAGE_WALLET_NAME } from './pageWallet.js';

const BASE_PORT = 21_950;
const PHONE_WIDTH = 375;
const SCREENS = ['/', '/auctions', '/bid', '/statistics', '/operate'] as const;

let started: BrowserNetwork;
let playground: PlaygroundServer;

beforeAll(async () => {
  started = await startBrowserNetwork({ basePort: BASE_PORT });
  playground = await servePlayground(new Playground(started.network.world), playgroundPort(BASE_PORT));
});

afterAll(async () => {
  await playground.stop();
  await started.stop();
});

describe('the dashboard in a browser', () => {
  it('takes a newcomer from an empty wallet to a claim and a withdrawal', async () => {
    const { page, problems, screenshot, close } = await openPage(started.browser);
    await page.goto(`${started.network.apiUrl}/bid`);
    await page.getByRole('button', { name: 'Connect Burner wallet' }).click();
    await page
      .getByText('Connected to Burner wallet')
      .or(page.getByRole('button', { name: 'Disconnect' }))
      .first()
      .waitFor();

    const amount = page.getByLabel('Amount in');
    const place = page.getByRole('button', { name: 'Place the bid' });
    await page.getByText('You have 5,000 tUSD more.').waitFor();
    await amount.fill('9000.00');
    await place.click();
    await page.getByText(/has 5,000\.00 of the debt token/).waitFor();
    expect(await page.locator(':focus').getAttribute('inputmode')).toBe('decimal');

    await amount.fill('1,000');
    await place.click();
    await page.getByText(/can be read in two ways/).waitFor();
    await amount.fill("2'000.00");
    await place.click();
    await page.getByText(/Bid \d+ of 2,000\.00 tUSD is placed/).waitFor();
    await screenshot('bid-placed');

    await page.getByRole('link', { name: 'Book' }).click();
    await page
      .getByText(/2,000\.00/)
      .first()
      .waitFor();
    await screenshot('book-with-the-bid');
    await page.getByRole('link', { name: 'Bid', exact: true }).click();
    await page.getByRole('button', { name: 'Let the price fall' }).click();
    // The result may be home before the page has asked once more.
    const claim = page.getByRole('button', { name: /Claim .* tETH/ });
    await page.getByText('Called, result under way: 1,500.00 tUSD').or(claim).first().waitFor();
    await claim.click();
    await page.getByText(/Claimed so far: [\d.]+ tETH/).waitFor();
    await screenshot('bid-claimed');

    await page.getByRole('link', { name: 'Statistics' }).click();
    const market = page.getByRole('region', { name: /Market 1/ });
    await market.getByText('1,500.00 tUSD').waitFor();
    await market.getByText('1 opened, 1 covered whole').waitFor();
    expect(await market.getByText(/Borrowers have kept/).textContent()).toMatch(
      /kept 111\.00 tUSD that the fixed penalty would have taken/,
    );
    await screenshot('statistics');
    await page.getByRole('link', { name: 'Bid', exact: true }).click();
    await page.getByRole('button', { name: 'Request withdrawal' }).click();
    await page.getByText('leaving, can still be called').waitFor();
    await page.getByRole('button', { name: 'Let the notice time pass' }).click();
    await page.getByRole('button', { name: 'Withdraw 500.00 tUSD' }).click();
    await page.getByRole('button', { name: 'Withdraw 500.00 tUSD' }).waitFor({ state: 'hidden' });
    await screenshot('bid-withdrawn');
    expect(problems).toEqual([]);
    await close();
  });

  it.each([
    [
      'rejects',
      'eth_requestAccounts',
      4001,
      'The request was rejected in the wallet',
      'Try again and confirm it there',
    ],
    [
      'is locked',
      'eth_requestAccounts',
      -32002,
      'The wallet is locked, or waits for an earlier request',
      'Open it and answer what it asks',
    ],
    [
      'does not know the chain',
      'wallet_addEthereumChain',
      4902,
      'The wallet does not know this chain',
      'Add the chain to the wallet',
    ],
  ] as const)('says in words what to do with a wallet that %s', async (_fault, method, code, what, whatToDo) => {
    const { page, problems, close } = await openPage(started.browser);
    const account = started.network.world.devnet.accounts.lps[0]!.address;
    await announceWallet(page, { account, chainId: 1, rpcUrls: {}, refuses: { [method]: code } });
    await page.goto(`${started.network.apiUrl}/bid`);
    await page.getByRole('button', { name: `Connect ${PAGE_WALLET_NAME}` }).click();
    const alert = page.getByRole('alert').filter({ hasText: what });
    await alert.waitFor();
    expect(await alert.textContent()).toContain(whatToDo);
    expect(await page.locator(':focus').textContent()).toContain(what);
    expect(problems).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)(
    'has no serious accessibility problem on any screen in %s colours',
    async (scheme) => {
      for (const path of SCREENS) {
        const { page, close } = await openPage(started.browser, { scheme });
        await page.goto(`${started.network.apiUrl}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
        expect(await accessibilityProblems(page), path).toEqual([]);
        await close();
      }
    },
  );

  it.each(SCREENS)('fits a phone: %s', async (path) => {
    const { page, problems, screenshot, close } = await openPage(started.browser, { width: PHONE_WIDTH });
    await page.goto(`${started.network.apiUrl}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    await screenshot(`phone${path.replace('/', '-')}`);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE_WIDTH);
    expect(problems).toEqual([]);
    await close();
  });
});
