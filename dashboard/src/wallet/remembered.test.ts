import { expect, it } from 'vitest';
import { rememberedWallet } from './remembered.js';

function memory() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

it('remembers one wallet until it is forgotten', () => {
  const storage = memory();
  const { recall, remember } = rememberedWallet(() => storage);
  expect(recall()).toBeNull();
  remember('org.example');
  expect(rememberedWallet(() => storage).recall()).toBe('org.example');
  remember(null);
  expect(recall()).toBeNull();
});

it('goes without where the browser forbids storage', () => {
  const { recall, remember } = rememberedWallet(() => {
    throw new Error('forbidden');
  });
  remember('org.example');
  expect(recall()).toBeNull();
});
