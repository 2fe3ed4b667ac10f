import { expect, test } from 'vitest';
import { AddressFileError, parseNetwork, readNetwork } from './network.js';

const at = (digit: string): string => `0x${digit.repeat(40)}`;
const file = {
  network: 'devnet',
  chains: {
    hub: {
      chainId: 1,
      rpcUrl: 'http://127.0.0.1:1',
      startBlock: 0,
      isHub: true,
      layerzero: { eid: 30101 },
      wormhole: null,
    },
  },
  hub: { chain: 'hub', auctionHub: at('1'), exchangeVault: at('2'), operatorSet: at('3') },
  spokes: [
    {
      id: 3,
      chain: 'hub',
      bridge: 'local',
      spoke: at('4'),
      port: at('5'),
      hubPort: at('5'),
      tokens: { [at('6')]: at('7') },
    },
  ],
};

test('reads what the checker needs of a deployment file and nothing else', () => {
  const network = parseNetwork(JSON.stringify(file));
  expect(network.chains[0]).toMatchObject({ name: 'hub', eid: 30101, wormhole: null });
  expect(network.spokes[0]?.tokens.get(at('6'))).toBe(at('7'));
  expect(network.spokes[0]?.ofts.size).toBe(0);
});

test.each([
  ['{', /not JSON/],
  [JSON.stringify({ ...file, hub: { ...file.hub, auctionHub: '0x12' } }), /hub\.auctionHub: 0x12 is not an address/],
  [JSON.stringify({ ...file, hub: { ...file.hub, chain: 'moon' } }), /no chain named "moon"/],
  [JSON.stringify({ ...file, spokes: [{ ...file.spokes[0], id: 'one' }] }), /spokes\[0\]\.id: expected a whole number/],
  [JSON.stringify({ ...file, spokes: {} }), /spokes: expected a list/],
])('refuses a file that it cannot use: %#', (content, message) => {
  expect(() => parseNetwork(content)).toThrow(AddressFileError);
  expect(() => parseNetwork(content)).toThrow(message);
});

test('says what to do about a file that is not there', () => {
  expect(() => readNetwork('/nowhere/deployment.json')).toThrow(/cannot read .*is the devnet running/);
});
