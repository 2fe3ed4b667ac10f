import { describe, expect, it } from 'vitest';
import { walletOf, watchWallets, type KnownWallet } from './announced.js';

const provider = { request: () => Promise.resolve(null) };
const detail = (uuid: string, name: string) => ({ info: { uuid, name, rdns: `org.${uuid}` }, provider });

/** What the functions need of a window: its events. */
const page = (): Window => new EventTarget() as unknown as Window;
const announce = (target: Window, what: unknown): boolean =>
  target.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: what }));

describe('wallets that announce themselves', () => {
  it('tells of each once, in their order', () => {
    const target = page();
    let told: readonly KnownWallet[] = [];
    const end = watchWallets(target, (wallets) => (told = wallets));
    for (const each of [detail('a', 'Fox'), detail('b', 'Bear'), detail('a', 'Fox')]) announce(target, each);
    expect(told.map(({ name }) => name)).toEqual(['Fox', 'Bear']);
    end();
    announce(target, detail('c', 'Late'));
    expect(told).toHaveLength(2);
  });

  it('asks wallets that were there before the page', () => {
    const target = page();
    target.addEventListener('eip6963:requestProvider', () => announce(target, detail('a', 'Fox')));
    let told: readonly KnownWallet[] = [];
    watchWallets(target, (wallets) => (told = wallets));
    expect(told).toMatchObject([{ id: 'a', rdns: 'org.a' }]);
  });

  it('knows one that only stands in the window', () => {
    const target = Object.assign(new EventTarget(), { ethereum: provider }) as unknown as Window;
    let told: readonly KnownWallet[] = [];
    watchWallets(target, (wallets) => (told = wallets));
    expect(told.map(({ id }) => id)).toEqual(['injected']);
  });

  it.each([[null], [{}], [{ info: { uuid: 'a', name: '' }, provider }], [{ info: { uuid: 'a', name: 'x' } }]])(
    'hears nothing in %j',
    (malformed) => expect(walletOf(malformed)).toBeNull(),
  );
});
