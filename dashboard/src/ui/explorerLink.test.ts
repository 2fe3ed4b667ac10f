import { expect, it } from 'vitest';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { transactionUrl } from './explorerLink.js';

const network = (explorerUrl: string | null): Pick<NetworkAnswer, 'chains'> => ({
  chains: [{ chain: 'hub', chainId: 1, isHub: true, rpcUrl: null, explorerUrl, startBlock: 0 }],
});

it('leads to the transaction at the explorer of its chain', () => {
  for (const named of ['https://explorer.example', 'https://explorer.example/']) {
    expect(transactionUrl(network(named), 'hub', '0xab')).toBe('https://explorer.example/tx/0xab');
  }
});

it('leads nowhere without an explorer, for another chain, and by no scheme but those of web pages', () => {
  expect(transactionUrl(network(null), 'hub', '0xab')).toBeNull();
  expect(transactionUrl(network('https://explorer.example'), 'far', '0xab')).toBeNull();
  expect(transactionUrl(network('javascript:alert(1)//'), 'hub', '0xab')).toBeNull();
});
