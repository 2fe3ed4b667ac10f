import { describe, expect, it } from 'vitest';
import { chainOf, parseDeployment } from './deployment.js';
import { DeploymentError } from './errors.js';

const address = (digit: number) => `0x${String(digit).repeat(40)}`;

function example() {
  return {
    network: 'devnet',
    chains: {
      hub: {
        chainId: 31337,
        rpcUrl: 'http://127.0.0.1:8545',
        startBlock: 0,
        isHub: true,
        layerzero: {
          eid: 1,
          endpoint: address(1),
          sendUln: address(2),
          receiveUln: address(3),
          dvn: address(4),
          executor: address(5),
        },
        wormhole: { chainId: 2, core: address(6), tokenBridge: address(7) },
      },
      a: {
        chainId: 31338,
        rpcUrl: 'http://127.0.0.1:8546',
        startBlock: 0,
        isHub: false,
        layerzero: null,
        wormhole: null,
      },
    },
    hub: {
      chain: 'hub',
      auctionHub: address(1),
      exchangeVault: address(2),
      engine: address(4),
      operatorSet: address(3),
    },
    baskets: [{ id: 1, debtToken: address(1), debtDecimals: 6, tierStepBps: 50, tierCount: 30, unit: '1' }],
    markets: [
      {
        id: 1,
        basket: 1,
        source: address(1),
        collateralToken: address(2),
        collateralDecimals: 18,
        oracle: address(3),
        feed: address(4),
      },
    ],
    spokes: [
      {
        id: 1,
        chain: 'a',
        bridge: 'layerzero',
        spoke: address(1),
        operatorSet: address(2),
        port: address(3),
        hubPort: address(4),
        engine: address(4),
        views: address(5),
        tokens: { [address(1)]: address(8) },
        ofts: { [address(1)]: { hub: address(8), spoke: address(9) } },
      },
    ],
    wormholeApi: ['http://127.0.0.1:7071'],
  };
}

function problemsOf(value: unknown): readonly string[] {
  try {
    parseDeployment(JSON.stringify(value));
  } catch (error) {
    if (error instanceof DeploymentError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseDeployment', () => {
  it('reads a deployment', () => {
    const deployment = parseDeployment(JSON.stringify(example()));
    expect(chainOf(deployment, 'a').layerzero).toBeNull();
    expect(chainOf(deployment, 'hub').wormhole?.chainId).toBe(2);
    expect([...(deployment.spokes[0]?.tokens ?? [])]).toEqual([[address(1), address(8)]]);
    expect(deployment.baskets[0]?.unit).toBe(1n);
    expect(deployment.devnet).toBeNull();
    expect(() => chainOf(deployment, 'b')).toThrow('no chain named "b"');
  });

  it('names every wrong field at once', () => {
    const wrong = example();
    wrong.hub.auctionHub = '0x12';
    wrong.chains.a.chainId = -1;
    wrong.spokes[0]!.bridge = 'pigeon';
    wrong.spokes[0]!.tokens = { nothing: address(1) };
    const problems = problemsOf({ ...wrong, markets: 'none', devnet: { operators: [] } }).join('\n');
    for (const path of [
      'hub.auctionHub',
      'chains.a.chainId',
      'spokes[0].bridge',
      'spokes[0].tokens: key "nothing"',
      'markets',
      'devnet.deployer',
      'devnet.lps',
    ]) {
      expect(problems).toContain(path);
    }
  });

  it('counts as a devnet without a profile, and takes the delegates of OFTs where they are named', () => {
    const named = { profile: 'production', spokes: example().spokes };
    const pair = { hub: address(8), spoke: address(9), delegates: { hub: address(6), spoke: address(7) } };
    named.spokes[0]!.ofts = { [address(1)]: pair };
    const [before, after] = [example(), { ...example(), ...named }].map((json) =>
      parseDeployment(JSON.stringify(json)),
    );
    expect([before?.profile, after?.profile]).toEqual(['devnet', 'production']);
    expect([...(before?.spokes[0]?.ofts.values() ?? [])][0]?.delegates).toBeNull();
    expect([...(after?.spokes[0]?.ofts.values() ?? [])]).toEqual([pair]);
    expect(problemsOf({ ...example(), profile: 'staging' })).toEqual(['profile: expected "production" or "devnet"']);
  });

  it('names references that lead nowhere', () => {
    const wrong = example();
    wrong.spokes[0]!.chain = 'c';
    wrong.hub.chain = 'd';
    wrong.markets[0]!.basket = 9;
    wrong.spokes.push(wrong.spokes[0]!);
    expect(problemsOf(wrong)).toHaveLength(5);
  });

  it('refuses what is not JSON or not an object', () => {
    expect(() => parseDeployment('{')).toThrow('not JSON');
    expect(problemsOf([])).not.toHaveLength(0);
    expect(problemsOf(null)).not.toHaveLength(0);
  });
});
