import { describe, expect, it } from 'vitest';
import { toAddress } from '@ala/shared/ids';
import { chainIdIn, firstAccount, sessionAfter, type SessionState } from './session.js';

const wallet = { id: 'a', rdns: 'org.example', name: 'Fox', provider: { request: () => Promise.resolve(null) } };
const [own, other] = [toAddress(`0x${'11'.repeat(20)}`), toAddress(`0x${'ab'.repeat(20)}`)];
const held: SessionState = { session: { wallet, account: own, chainId: 1 }, note: null };

describe('a session', () => {
  it('stays when the wallet says again what is known', () => {
    expect(sessionAfter(held, { name: 'accountsChanged', said: [own] })).toEqual(held);
  });

  it('goes to the account that the wallet has gone to, and says so', () => {
    const after = sessionAfter(held, { name: 'accountsChanged', said: [other.toUpperCase().replace('0X', '0x')] });
    expect(after).toMatchObject({
      session: { account: other, chainId: 1 },
      note: { what: expect.stringContaining('another account') as string },
    });
  });

  it.each([[[]], [null], [['0x12']], [[{}]]])('ends when the wallet shows %j for its accounts', (said) => {
    expect(sessionAfter(held, { name: 'accountsChanged', said })).toMatchObject({
      session: null,
      note: { what: expect.stringContaining('locked') as string },
    });
  });

  it('knows the chain that the wallet has gone to', () => {
    expect(sessionAfter(held, { name: 'chainChanged', said: '0x7a69' }).session?.chainId).toBe(31_337);
    expect(sessionAfter(held, { name: 'chainChanged', said: 'seven' }).session?.chainId).toBeNull();
  });

  it('ends when the wallet has lost its connection', () => {
    expect(sessionAfter(held, { name: 'disconnect' })).toMatchObject({
      session: null,
      note: { what: expect.stringContaining('connection') as string },
    });
  });

  it('is not made by what a wallet says', () => {
    const none: SessionState = { session: null, note: null };
    expect(sessionAfter(none, { name: 'accountsChanged', said: [own] })).toEqual(none);
  });
});

it('takes no number for an account, and no account for a number', () => {
  expect(firstAccount([7])).toBeNull();
  expect(chainIdIn(7)).toBeNull();
  expect(chainIdIn(own)).toBeNull();
});
