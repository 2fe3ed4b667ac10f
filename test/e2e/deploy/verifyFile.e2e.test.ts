import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployConfig } from '@ala/deploy/config/schema';
import { knownState, openDeployment } from '@ala/deploy/openDeployment';
import { verifyDeployment } from '@ala/deploy/verify/verifyDeployment';
import { asWord, DeployedWorld } from './deployedWorld.js';

let deployed: DeployedWorld;

beforeAll(async () => {
  deployed = await DeployedWorld.start(19_120);
});

afterAll(() => deployed.stop());

describe('finds that the file wants something else than', () => {
  const changedSpoke = (index: number, change: (spoke: DeployConfig['spokes'][number]) => object): DeployConfig => ({
    ...deployed.open.config,
    spokes: deployed.open.config.spokes.map((spoke, at) => (at === index ? { ...spoke, ...change(spoke) } : spoke)),
  });
  const changedChain = (name: string, change: (chain: DeployConfig['chains'][string]) => object): DeployConfig => {
    const chain = deployed.open.config.chains[name]!;
    return {
      ...deployed.open.config,
      chains: { ...deployed.open.config.chains, [name]: { ...chain, ...change(chain) } },
    };
  };

  it.each<[what: string, config: () => DeployConfig, expected: () => readonly string[]]>([
    [
      "a basket's terms on the hub",
      () => ({
        ...deployed.open.config,
        baskets: deployed.open.config.baskets.map((basket) => ({ ...basket, feeGraceSec: 61 })),
      }),
      () => ['hub auctionHub basketParams 1: feeGraceSec: 61 → 60'],
    ],
    [
      "a market's terms",
      () => ({
        ...deployed.open.config,
        markets: deployed.open.config.markets.map((market) => ({ ...market, operatorFeeBps: 11 })),
      }),
      () => [1, 2].map((market) => `hub auctionHub market ${market}: operatorFeeBps: 11 → 10`),
    ],
    [
      'the smallest bid on a spoke',
      () => ({
        ...deployed.open.config,
        baskets: deployed.open.config.baskets.map((basket) => ({
          ...basket,
          spokes: { ...basket.spokes, '2': { ...basket.spokes['2']!, minBid: 11_000_000n } },
        })),
      }),
      () => ['spokeB spoke-2 basketParams 1: minBid: 11000000 → 10000000'],
    ],
    [
      'the operators',
      () => ({
        ...deployed.open.config,
        operatorSets: deployed.open.config.operatorSets.map((set) => ({ ...set, quorum: 3 })),
      }),
      () => ['hub', 'spokeA', 'spokeB'].map((chain) => `${chain} operatorSet@${chain} operatorsOf 1: quorum: 3 → 2`),
    ],
    [
      'the feed behind an oracle',
      () => ({
        ...deployed.open.config,
        markets: deployed.open.config.markets.map((market) => {
          const { feed } = market.oracle.chainlink!;
          return { ...market, oracle: { chainlink: { feed, feedDecimals: 8, maxAgeSec: 3_600 } } };
        }),
      }),
      () => [1, 2].map((market) => `hub oracle-${market} immutable maxAgeSec: ${asWord(3_600)} → ${asWord(604_800)}`),
    ],
    [
      'the consistency level of the Token Bridge',
      () => changedChain('spokeB', ({ wormhole }) => ({ wormhole: { ...wormhole, consistencyLevel: 202 } })),
      () => {
        const { tokenBridge } = deployed.world.devnet.chains.spokeB.wormhole;
        return [`spokeB ${tokenBridge} consistency level: 202 → 1`];
      },
    ],
    [
      'how a path is verified: more optional verifiers',
      () =>
        changedSpoke(0, ({ layerzero }) => ({
          layerzero: {
            ...layerzero,
            hub: { ...layerzero!.hub, optionalDVNs: [deployed.open.config.owner], optionalThreshold: 1 },
          },
        })),
      () => {
        const tokens = Object.values(deployed.world.devnet.tokens);
        return tokens.flatMap(({ oftAdapter }) =>
          ['sending towards', 'receiving from'].flatMap((direction) => [
            `hub ${oftAdapter} optional DVNs ${direction} 30184: ${deployed.open.config.owner} → none`,
            `hub ${oftAdapter} optional DVN threshold ${direction} 30184: 1 → 0`,
          ]),
        );
      },
    ],
    [
      'how many blocks a path waits for, in one direction',
      () =>
        changedSpoke(0, ({ layerzero }) => ({
          layerzero: { ...layerzero, confirmations: { ...layerzero!.confirmations, toSpoke: 2 } },
        })),
      () => {
        const tokens = Object.values(deployed.world.devnet.tokens);
        return tokens.flatMap(({ oftAdapter, spokeA }) => [
          `hub ${oftAdapter} confirmations sending towards 30184: 2 → 1`,
          `spokeA ${spokeA} confirmations receiving from 30101: 2 → 1`,
        ]);
      },
    ],
    [
      'the libraries of a chain',
      () =>
        changedChain('spokeA', ({ layerzero }) => ({
          layerzero: { ...layerzero, receiveLibrary: layerzero!.sendLibrary },
        })),
      () => {
        const { receiveUln, sendUln } = deployed.world.devnet.chains.spokeA.layerZero;
        const tokens = Object.values(deployed.world.devnet.tokens);
        return tokens.map(({ spokeA }) => `spokeA ${spokeA} receive library towards 30101: ${sendUln} → ${receiveUln}`);
      },
    ],
  ])('%s', async (_, config, expected) => {
    const found = await deployed.rows({ config: config() });
    expect(found.sort()).toEqual([...expected()].sort());
  });

  it("a chain's id", async () => {
    const { clients } = deployed.open;
    const found = await deployed.rows({ clients: { ...clients, spokeB: { ...clients['spokeB']!, chainId: 1 } } });
    expect(found).toEqual(['spokeB node chain id: 1 → 31339']);
  });

  it('a wrapped token that is no other chain’s token', async () => {
    const { tUSD, tETH } = deployed.world.devnet.tokens;
    const tokens = structuredClone(deployed.open.config.tokens);
    tokens['tUSD']!.spokes['2'] = { token: tETH.spokeB };
    const found = await deployed.rows({ config: { ...deployed.open.config, tokens } });
    const asset = (token: string): string => `2:${asWord(token)}`;
    expect(found).toContain(`spokeB ${tETH.spokeB} Token Bridge's asset: ${asset(tUSD.hub)} → ${asset(tETH.hub)}`);
  });

  it('paths that are pinned: a production network does not run on defaults', async () => {
    const found = await deployed.rows({ config: { ...deployed.open.config, profile: 'production' } });
    const libraries = found.filter((row) =>
      /(send|receive) library towards \d+ is the default: false → true$/.test(row),
    );
    const settings = found.filter((row) => /its own settings .*: (requiredDVNCount|confirmations): 1 → 0$/.test(row));
    expect([libraries.length, settings.length, found.length]).toEqual([12, 24, 36]);
  });

  it('nothing is deployed yet', async () => {
    const path = await deployed.world.begin();
    const fresh = openDeployment(path, deployed.world.env);
    const found = await verifyDeployment({ config: fresh.config, clients: fresh.clients, ...knownState(fresh) });
    fresh.close();
    expect(found.every(({ what }) => what === 'contract')).toBe(true);
    expect(found.map(({ contract }) => contract)).toContain('auctionHub');
  });
});
