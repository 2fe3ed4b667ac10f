import { Interface, zeroPadValue } from 'ethers';
import { wormholeCore as CORE, wormholeTokenBridge as TOKEN_BRIDGE } from '@ala/shared/bridgeInterfaces';
import type { ChainClient } from '../chain/client.js';
import { routesOf } from '../config/routes.js';
import type { DeployConfig, SpokeConfig, WormholeChain } from '../config/schema.js';
import { byAddress, differencesOf, viewCheck, type Difference } from './difference.js';

const WRAPPED = new Interface([
  'function chainId() view returns (uint16)',
  'function nativeContract() view returns (bytes32)',
]);

type Clients = Readonly<Record<string, ChainClient>>;

/** One chain's Wormhole contracts. */
interface Side {
  readonly client: ChainClient;
  readonly bridge: WormholeChain;
}

export async function wormholeDifferences(config: DeployConfig, clients: Clients): Promise<Difference[]> {
  const chains = Object.keys(config.chains).flatMap((name) => sideOf(config, clients, name) ?? []);
  const found = await Promise.all([
    ...chains.map(chainDifferences),
    ...config.spokes.map((spoke) => pathDifferences(config, clients, spoke)),
  ]);
  return found.flat();
}

function sideOf({ chains }: DeployConfig, clients: Clients, name: string): Side | undefined {
  const [bridge, client] = [chains[name]?.wormhole, clients[name]];
  return bridge === undefined || client === undefined ? undefined : { bridge, client };
}

async function chainDifferences({ client, bridge }: Side): Promise<Difference[]> {
  const { core, tokenBridge, chainId, consistencyLevel } = bridge;
  const checks = [
    viewCheck(CORE, core, 'chainId', [], { chainId }),
    viewCheck(TOKEN_BRIDGE, tokenBridge, 'chainId', [], { chainId }),
    viewCheck(TOKEN_BRIDGE, tokenBridge, 'wormhole', [], { core }),
    viewCheck(TOKEN_BRIDGE, tokenBridge, 'finality', [], { finality: consistencyLevel }, 'consistency level'),
  ];
  return (await Promise.all(checks.map((check) => differencesOf(client, check, byAddress)))).flat();
}

/** Each Token Bridge knows the other one, and the two representations of a token are the same asset to them. */
async function pathDifferences(config: DeployConfig, clients: Clients, spoke: SpokeConfig): Promise<Difference[]> {
  const [hub, far] = [sideOf(config, clients, config.hub), sideOf(config, clients, spoke.chain)];
  if (spoke.bridge !== 'wormhole' || hub === undefined || far === undefined) return [];
  const peers = [
    [hub, far],
    [far, hub],
  ] as const;
  const emitters = peers.map(([{ client, bridge }, { bridge: other }]) => {
    const expected = { emitter: zeroPadValue(other.tokenBridge, 32) };
    const what = `Token Bridge of chain ${other.chainId}`;
    const check = viewCheck(TOKEN_BRIDGE, bridge.tokenBridge, 'bridgeContracts', [other.chainId], expected, what);
    return differencesOf(client, check, byAddress);
  });
  const assets = routesOf(config, spoke).map(async ({ token, representation }) => {
    const [home, away] = await Promise.all([assetOf(hub, token.hub), assetOf(far, representation.token)]);
    if (home === away) return [];
    const row = { chain: far.client.name, contract: representation.token, what: "Token Bridge's asset" };
    return [{ ...row, expected: home, actual: away }];
  });
  return (await Promise.all([...emitters, ...assets])).flat();
}

/** Chain and token by which every Token Bridge knows what `token` stands for: its own, or one that is wrapped here. */
async function assetOf({ client, bridge }: Side, token: string): Promise<string> {
  const [wrapped] = await view(client, bridge.tokenBridge, TOKEN_BRIDGE, 'isWrappedAsset', [token]);
  if (wrapped !== true) return `${bridge.chainId}:${zeroPadValue(token, 32).toLowerCase()}`;
  const [[chain], [native]] = await Promise.all([
    view(client, token, WRAPPED, 'chainId', []),
    view(client, token, WRAPPED, 'nativeContract', []),
  ]);
  return `${String(chain)}:${String(native)}`;
}

async function view(
  client: ChainClient,
  to: string,
  abi: Interface,
  method: string,
  args: readonly unknown[],
): Promise<readonly unknown[]> {
  const answer = await client.call({ to, data: abi.encodeFunctionData(method, [...args]) });
  if (!('data' in answer) || answer.data === '0x') return [];
  return abi.decodeFunctionResult(method, answer.data);
}
