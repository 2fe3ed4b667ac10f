import type { Locator, Page } from 'playwright-core';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { lpOf } from '@ala/infra/devnet/scenario/fundLps';
import type { World } from '@ala/infra/devnet/scenario/world';
import type { BrowserNetwork } from './browserNetwork.js';
import { openPage, type PageOptions, type WatchedPage } from './openBrowser.js';
import { announceWallet, PAGE_WALLET_NAME } from './pageWallet.js';

const OWN_TIER = '8';

/** The Bid screen, as an LP of the devnet has it before him. */
export class BidPage {
  readonly page: Page;

  private constructor(
    readonly watched: WatchedPage,
    readonly account: string,
  ) {
    this.page = watched.page;
  }

  /** With a wallet that knows all chains and is on the hub. */
  static async open({ network, browser }: BrowserNetwork, lp: number, options: PageOptions = {}): Promise<BidPage> {
    const { world, apiUrl } = network;
    const watched = await openPage(browser, options);
    const chains = CHAIN_NAMES.map((name) => world.devnet.chains[name]);
    const account = addressOf(world, lp);
    await announceWallet(watched.page, {
      account,
      chainId: world.devnet.chains.hub.spec.chainId,
      rpcUrls: Object.fromEntries(chains.map(({ spec, rpcUrl }) => [spec.chainId, rpcUrl])),
    });
    await watched.page.goto(`${apiUrl}/bid`);
    return new BidPage(watched, account);
  }

  /** And connected. */
  static async openConnected(started: BrowserNetwork, lp: number, options: PageOptions = {}): Promise<BidPage> {
    const opened = await BidPage.open(started, lp, options);
    await opened.connect.click();
    await opened.disconnect.waitFor();
    return opened;
  }

  get connect(): Locator {
    return this.page.getByRole('button', { name: `Connect ${PAGE_WALLET_NAME}` });
  }

  get disconnect(): Locator {
    return this.page.getByRole('button', { name: 'Disconnect' });
  }

  get amount(): Locator {
    return this.page.getByLabel('Amount in');
  }

  get place(): Locator {
    return this.page.getByRole('button', { name: 'Place the bid' });
  }

  /** An amount, at a premium that no other bid of the tests has. */
  async type(amount: string): Promise<void> {
    await this.page.getByLabel('Premium').selectOption(OWN_TIER);
    await this.amount.fill(amount);
  }

  alert(text: string): Locator {
    return this.page.getByRole('alert').filter({ hasText: text });
  }

  /** How often a transaction of this kind has been told of, by the last action. */
  steps(words: string): Promise<number> {
    return this.page.getByText(`${words}: transaction`).count();
  }

  /** What the page says of a field as being wrong, when the reader is led to it. */
  async wrongAt(field: Locator): Promise<string> {
    await this.page.locator(':focus[aria-invalid="true"]').waitFor();
    const ids = (await field.getAttribute('aria-describedby'))?.match(/\S+/g) ?? [];
    return (await Promise.all(ids.map((id) => this.page.locator(`[id="${id}"]`).textContent()))).join(' ');
  }
}

export function addressOf(world: World, lp: number): string {
  return lpOf(world, lp).address.toLowerCase();
}
