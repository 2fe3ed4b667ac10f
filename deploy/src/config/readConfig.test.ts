import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { describe, expect, it, test } from 'vitest';
import { repositoryRoot } from '../repositoryRoot.js';
import { DeployConfigError, parseConfig } from './readConfig.js';
import { routeOf } from './routes.js';

const ENV = {
  RPC_ETHEREUM: 'http://127.0.0.1:1',
  RPC_BASE: 'http://127.0.0.1:2',
  RPC_POLYGON: 'https://node.example/key',
};

/** The annotated example of docs/deployment.md. */
const EXAMPLE = (() => {
  const page = readFileSync(join(repositoryRoot(), 'docs', 'deployment.md'), 'utf8');
  return /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
})();

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The example with something set, or taken away where the value is undefined. */
function changed(...changes: readonly Change[]): string {
  const document = parseDocument(EXAMPLE, { schema: 'failsafe' });
  for (const [path, value] of changes) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString();
}

function problemsOf(text: string, env: NodeJS.ProcessEnv = ENV): readonly string[] {
  try {
    parseConfig(text, env);
  } catch (error) {
    if (error instanceof DeployConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('the example of the documentation is a deployment', () => {
  const config = parseConfig(EXAMPLE, ENV);
  expect(Object.keys(config.chains)).toEqual(['ethereum', 'base', 'polygon']);
  expect(config.chains['polygon']?.rpcUrl).toBe('https://node.example/key');
  expect(config.owner).toBe('0x00000000000000000000000000000000000000A1');
  expect(config.baskets[0]?.spokes['3']).toEqual({
    minBid: 1_000_000_000n,
    maxInFlight: 20_000_000_000_000n,
    callTimeoutSec: 86_400,
  });
});

test('all problems are told at once, each with its path', () => {
  const text = changed(
    [['owner'], '0x5aaeb6053f3e94c9b9a09f33669435e7ef1bezzz'],
    [['surprise'], 'x'],
    [['chains', 'base', 'chainId'], '-3'],
    [['spokes', 1, 'bridge'], 'pigeon'],
    [['baskets', 0, 'unit'], '1.5'],
    [['markets', 0, 'oracle', 'chainlink'], undefined],
  );
  expect(problemsOf(text, { ...ENV, RPC_BASE: '' })).toEqual([
    'chains.base.rpcUrl: the environment has no RPC_BASE',
    'owner: expected an address with the right checksum',
    'chains.base.chainId: expected a whole number from 1 to 9007199254740991',
    'spokes.1.bridge: Invalid option: expected one of "layerzero"|"wormhole"|"local"',
    'baskets.0.unit: expected a whole number from 1 to 2^128 - 1',
    'markets.0.oracle: expected exactly one of existing, chainlink',
    'Unrecognized key: "surprise"',
  ]);
});

test('no more gas is bought for an lzReceive than the port takes', () => {
  const port = readFileSync(join(repositoryRoot(), 'contracts', 'src', 'ports', 'LayerZeroPort.sol'), 'utf8');
  const maxGas = Number(/MAX_RECEIVE_GAS = ([\d_]+);/.exec(port)?.[1]?.replaceAll('_', ''));
  const path = ['spokes', 0, 'layerzero', 'receiveGas'];
  const withGas = (hub: number, spoke: number) => changed([path, { hub: String(hub), spoke: String(spoke) }]);
  expect(problemsOf(withGas(maxGas, maxGas))).toEqual([]);
  expect(problemsOf(withGas(maxGas + 1, 0))).toEqual([
    `spokes.0.layerzero.receiveGas.hub: expected a whole number from 1 to ${maxGas}`,
    `spokes.0.layerzero.receiveGas.spoke: expected a whole number from 1 to ${maxGas}`,
  ]);
});

test('a text that is no YAML, or says a thing twice, is refused', () => {
  expect(problemsOf('a: [')).not.toEqual([]);
  expect(problemsOf(`${EXAMPLE}\nhub: base\n`)[0]).toContain('unique');
});

describe('an address', () => {
  const withOwner = (owner: string): string => EXAMPLE.replace(/^owner: \S+/m, `owner: ${owner}`);

  it('needs no quotes, and is taken in one case', () => {
    expect(parseConfig(withOwner('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'), ENV).owner).toBe(
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    );
  });

  it.each([
    ['with a wrong checksum', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'],
    ['that is too short', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea'],
    ['without 0x', '5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
    ['of nobody', `0x${'00'.repeat(20)}`],
  ])('is refused %s', (_, owner) => {
    expect(problemsOf(withOwner(owner))).toHaveLength(1);
    expect(problemsOf(withOwner(owner))[0]).toMatch(/^owner: /);
  });
});

describe('parts that do not fit together', () => {
  const hubPath = ['spokes', 0, 'layerzero', 'hub'];
  const [dvn, otherDvn] = ['0x00000000000000000000000000000000000000E1', '0x00000000000000000000000000000000000000E9'];
  const operator = '0x00000000000000000000000000000000000000f1';
  const [usd, eth] = ['0x0000000000000000000000000000000000000101', '0x0000000000000000000000000000000000000111'];
  const exampleLender = { maxLtvBps: '7500', liquidationLtvBps: '8000', auctionSec: '900' };

  it.each<[what: string, path: readonly (string | number)[], value: unknown, problem: string]>([
    ['a hub that is no chain', ['hub'], 'mars', 'hub: there is no chain mars'],
    ['a chain twice', ['chains', 'base', 'chainId'], '1', 'chains.base.chainId: 1 is the chain ethereum'],
    ['a spoke twice', ['spokes', 2, 'id'], '2', 'spokes.2.id: 2 is there already'],
    ['a spoke of no chain', ['spokes', 2, 'chain'], 'mars', 'spokes.2.chain: there is no chain mars'],
    ['a local spoke elsewhere', ['spokes', 2, 'chain'], 'base', "spokes.2.bridge: only the hub's chain is local"],
    [
      'a bridge to itself',
      ['spokes', 2, 'bridge'],
      'wormhole',
      "spokes.2.bridge: a spoke of the hub's own chain is local",
    ],
    [
      'a bridge that a chain lacks',
      ['chains', 'polygon', 'wormhole'],
      undefined,
      'chains.polygon.wormhole: spoke 2 needs it',
    ],
    [
      'a path that is not described',
      ['spokes', 0, 'layerzero'],
      undefined,
      'spokes.0.layerzero: the path is not described',
    ],
    [
      'one required verifier',
      [...hubPath, 'requiredDVNs'],
      [dvn],
      'spokes.0.layerzero.hub.requiredDVNs: a production network needs at least 2',
    ],
    [
      'a verifier twice',
      [...hubPath, 'requiredDVNs'],
      [dvn, dvn],
      'spokes.0.layerzero.hub.requiredDVNs: one of them is there twice',
    ],
    [
      'verifiers that nobody needs',
      [...hubPath, 'optionalDVNs'],
      [otherDvn],
      'spokes.0.layerzero.hub.optionalThreshold: 0 of 1 optional DVNs',
    ],
    ['changes that are not announced', ['timelock'], undefined, 'timelock: a production network announces its changes'],
    [
      'nobody who pauses at once',
      ['guardian'],
      undefined,
      'guardian: a production network has somebody who pauses at once',
    ],
    [
      'a change that is made before all that leaves can be home',
      ['timelock', 'delaySec'],
      // Leaving 4,560, call window 120, twice the slowest route's 7,200 and a day at the Governor, settle window 3,600, a day to notice.
      '281880',
      'timelock.delaySec: until all that leaves basket 1 is home takes up to 281880 s, noticing the announcement included, the delay has to be longer',
    ],
    [
      'a bid that could dilute a planned call',
      ['baskets', 0, 'activationDelaySec'],
      '240',
      'baskets.0.activationDelaySec: has to be longer than callWindowSec and maxSnapshotAgeSec together, 240 s',
    ],
    [
      'an exit that could dodge a planned call',
      ['baskets', 0, 'noticeSec'],
      '240',
      'baskets.0.noticeSec: has to be longer than callWindowSec and maxSnapshotAgeSec together, 240 s',
    ],
    [
      'a quorum of one',
      ['operatorSets', 0, 'quorum'],
      '1',
      'operatorSets.0.quorum: a production network needs a quorum of at least 2',
    ],
    [
      'a quorum that cannot sign',
      ['operatorSets', 0, 'quorum'],
      '4',
      'operatorSets.0.quorum: 4 of 3 operators cannot sign',
    ],
    [
      'an operator twice',
      ['operatorSets', 0, 'operators', 1],
      operator,
      'operatorSets.0.operators: one of them is there twice',
    ],
    [
      'OFTs that are missing',
      ['tokens', 'USD', 'spokes', '1', 'ofts'],
      undefined,
      'tokens.USD.spokes.1.ofts: needed for layerzero',
    ],
    [
      'another token locally',
      ['tokens', 'USD', 'spokes', '3', 'token'],
      eth,
      "tokens.USD.spokes.3.token: locally it is the hub's own",
    ],
    [
      'other decimals locally',
      ['tokens', 'USD', 'spokes', '3', 'decimals'],
      '7',
      "tokens.USD.spokes.3.decimals: locally they are the hub token's",
    ],
    [
      'a token of no spoke',
      ['tokens', 'USD', 'spokes', '9'],
      { token: usd },
      'tokens.USD.spokes.9: there is no spoke 9',
    ],
    ['a basket of no token', ['baskets', 0, 'debtToken'], 'EUR', 'baskets.0.debtToken: there is no token EUR'],
    [
      'a basket on no spoke',
      ['baskets', 0, 'spokes', '9'],
      { minBid: '1', maxInFlight: '1', callTimeoutSec: '1' },
      'baskets.0.spokes.9: there is no spoke 9',
    ],
    [
      'a basket where its token is not',
      ['tokens', 'USD', 'spokes', '2'],
      undefined,
      'baskets.0.spokes.2: USD has no representation there',
    ],
    [
      'a unit that a route does not carry',
      ['tokens', 'USD', 'decimals'],
      '9',
      'baskets.0.unit: the route to spoke 1 carries multiples of 1000 only',
    ],
    ['a bid below the unit', ['baskets', 0, 'unit'], '200000000', "baskets.0.spokes.1.minBid: below the basket's unit"],
    [
      'a call that is given up while its result may be on its way, a day at the Governor each way included',
      ['baskets', 0, 'spokes', '2', 'callTimeoutSec'],
      '190799',
      'baskets.0.spokes.2.callTimeoutSec: a result that is on its way may take 190800 s, anybody could go on without it',
    ],
    ['a market of no basket', ['markets', 0, 'basket'], '2', 'markets.0.basket: there is no basket 2'],
    [
      'a market that no tier reaches',
      ['markets', 0, 'maxPremiumBps'],
      '49',
      "markets.0.maxPremiumBps: below the first tier's",
    ],
    [
      'a market of no token',
      ['markets', 0, 'collateralToken'],
      'EUR',
      'markets.0.collateralToken: there is no token EUR',
    ],
    [
      'debt for debt',
      ['markets', 0, 'collateralToken'],
      'USD',
      "markets.0.collateralToken: it is the basket's debt token",
    ],
    [
      'two sources',
      ['markets', 0, 'source', 'escrow'],
      {},
      'markets.0.source: expected exactly one of address, exampleLender, escrow',
    ],
    [
      'an example as lender',
      ['markets', 0, 'source'],
      { exampleLender },
      'markets.0.source.exampleLender: an example, and no lender for a production network',
    ],
  ])('%s', (_, path, value, problem) => {
    expect(problemsOf(changed([path, value]))).toContain(problem);
  });

  it('a day at the Governor counts where a production basket stands by over Wormhole', () => {
    const withDelay = (delaySec: string, ...changes: readonly Change[]) =>
      problemsOf(changed([['timelock', 'delaySec'], delaySec], ...changes));
    expect(withDelay('281881')).toEqual([]);
    // Without it, and without the day to notice.
    expect(withDelay('22681', [['profile'], 'devnet'])).toEqual([]);
    // The slowest of the others takes 3,600.
    const elsewhere: Change = [['baskets', 0, 'spokes', '2'], undefined];
    expect(withDelay('101880', elsewhere)).toEqual([expect.stringContaining('takes up to 101880 s')]);
    expect(withDelay('101881', elsewhere)).toEqual([]);
  });

  it('a call may be given up once its result should be home', () => {
    const path = ['baskets', 0, 'spokes', '2', 'callTimeoutSec'] as const;
    expect(problemsOf(changed([path, '190800']))).toEqual([]);
    // No Governor watches a devnet.
    expect(problemsOf(changed([path, '18000'], [['profile'], 'devnet']))).toEqual([]);
    expect(problemsOf(changed([path, '17999'], [['profile'], 'devnet']))).toEqual([
      expect.stringContaining('may take 18000 s'),
    ]);
  });

  it('a devnet may do with one verifier and one operator', () => {
    const text = changed(
      [['profile'], 'devnet'],
      [[...hubPath, 'requiredDVNs'], [dvn]],
      [['operatorSets', 0, 'quorum'], '1'],
    );
    expect(problemsOf(text)).toEqual([]);
  });
});

test('a route carries what its bridge and its token can: 6 decimals over an OFT, 8 over Wormhole, all of them locally', () => {
  const config = parseConfig(EXAMPLE, ENV);
  const units = (token: string) => config.spokes.map((spoke) => routeOf(config, spoke, token)?.unit);
  expect(units('ETH')).toEqual([10n ** 12n, 10n ** 10n, 1n]);
  expect(units('USD')).toEqual([1n, 1n, 1n]);
  const coarse = structuredClone(config);
  coarse.tokens['ETH']!.spokes['2']!.decimals = 4;
  expect(routeOf(coarse, coarse.spokes[1]!, 'ETH')?.unit).toBe(10n ** 14n);
});
