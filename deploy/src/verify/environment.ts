import { Interface } from 'ethers';
import type { ChainClient } from '../chain/client.js';
import { routesOf } from '../config/routes.js';
import type { DeployConfig, MarketConfig } from '../config/schema.js';
import { byAddress, differencesOf, viewCheck, type Difference } from './difference.js';
import { layerZeroDifferences } from './layerZeroChecks.js';
import { wormholeDifferences } from './wormholeChecks.js';

const DECIMALS = new Interface(['function decimals() view returns (uint8)']);
const ORACLE = new Interface(['function priceE36() view returns (uint256)']);

type Clients = Readonly<Record<string, ChainClient>>;

/** Compares what the deployment builds on, and does not make, with the file: chains, bridges, tokens, feeds. */
export async function environmentDifferences(config: DeployConfig, clients: Clients): Promise<Difference[]> {
  const chains = await Promise.all(Object.values(clients).map(chainDifferences));
  // Nothing else means anything on the wrong chain.
  if (chains.flat().length > 0) return chains.flat();
  const found = await Promise.all([
    tokenDifferences(config, clients),
    ...config.markets.map((market) => marketDifferences(config, market, clients)),
    layerZeroDifferences(config, clients),
    wormholeDifferences(config, clients),
  ]);
  return found.flat();
}

async function chainDifferences(client: ChainClient): Promise<Difference[]> {
  const actual = await client.actualChainId();
  if (actual === client.chainId) return [];
  const row = { chain: client.name, contract: 'node', what: 'chain id' };
  return [{ ...row, expected: String(client.chainId), actual: String(actual) }];
}

async function tokenDifferences(config: DeployConfig, clients: Clients): Promise<Difference[]> {
  const wanted = [
    ...Object.values(config.tokens).map(({ hub, decimals }) => ({ chain: config.hub, token: hub, decimals })),
    ...config.spokes.flatMap((spoke) =>
      routesOf(config, spoke).map(({ representation: { token }, localDecimals }) => {
        return { chain: spoke.chain, token, decimals: localDecimals };
      }),
    ),
  ];
  const unique = new Map(wanted.map((each) => [`${each.chain} ${each.token}`, each]));
  const found = await Promise.all(
    [...unique.values()].map(async ({ chain, token, decimals }) => {
      const client = clients[chain];
      if (client === undefined) return [];
      return differencesOf(client, viewCheck(DECIMALS, token, 'decimals', [], { decimals }), byAddress);
    }),
  );
  return found.flat();
}

async function marketDifferences(config: DeployConfig, market: MarketConfig, clients: Clients): Promise<Difference[]> {
  const client = clients[config.hub];
  if (client === undefined) return [];
  const rows: Difference[] = [];
  const { existing, chainlink } = market.oracle;
  if (chainlink !== undefined) {
    const expected = { decimals: chainlink.feedDecimals };
    const check = viewCheck(
      DECIMALS,
      chainlink.feed,
      'decimals',
      [],
      expected,
      `feed of market ${market.id}: decimals`,
    );
    rows.push(...(await differencesOf(client, check, byAddress)));
  }
  if (existing !== undefined) {
    const answer = await client.call({ to: existing.address, data: ORACLE.encodeFunctionData('priceE36') });
    if (!('data' in answer) || answer.data === '0x' || BigInt(answer.data) === 0n) {
      const what = `oracle of market ${market.id}`;
      rows.push({ chain: client.name, contract: existing.address, what, expected: 'a price', actual: 'none' });
    }
  }
  const source = market.source.address;
  if (source !== undefined && (await client.codeAt(source)) === '0x') {
    const what = `source of market ${market.id}`;
    rows.push({ chain: client.name, contract: source, what, expected: 'a contract', actual: 'no code' });
  }
  return rows;
}
