import { AbiCoder, Interface, zeroPadValue } from 'ethers';
import { layerZeroEndpoint as ENDPOINT, layerZeroOft as OFT, ULN_CONFIG, ULN_TYPE } from '@ala/shared/bridgeInterfaces';
import type { ChainClient } from '../chain/client.js';
import { show } from '../chain/observe.js';
import { routesOf } from '../config/routes.js';
import type { ChainConfig, DeployConfig, LayerZeroChain, LayerZeroPath, SpokeConfig } from '../config/schema.js';
import type { StateCheck } from '../steps/step.js';
import { byAddress, differencesOf, viewCheck, type Difference } from './difference.js';

const ULN = new Interface([
  'function getAppUlnConfig(address oapp, uint32 eid) view returns (tuple(uint64 confirmations, uint8 requiredDVNCount, uint8 optionalDVNCount, uint8 optionalDVNThreshold, address[] requiredDVNs, address[] optionalDVNs) config)',
]);
const EXECUTOR_CONFIG = 1;
const EXECUTOR_TYPE = 'tuple(uint32 maxMessageSize, address executor)';

type Clients = Readonly<Record<string, ChainClient>>;

/** One OFT as it stands towards the other side of its path. */
interface OftEnd {
  readonly client: ChainClient;
  readonly local: LayerZeroChain;
  readonly remoteEid: number;
  readonly oft: { readonly address: string; readonly owner: string; readonly delegate: string };
  readonly token: string;
  readonly peer: string;
  readonly sharedDecimals: number;
  readonly verifiers: LayerZeroPath['hub'];
  /** Blocks to wait for when sending from here, and when receiving here. */
  readonly confirmations: { readonly send: number; readonly receive: number };
  /** A path on the endpoint's defaults changes whenever LayerZero changes these. */
  readonly defaultsAllowed: boolean;
}

export async function layerZeroDifferences(config: DeployConfig, clients: Clients): Promise<Difference[]> {
  const endpoints = Object.entries(config.chains).flatMap(([name, { layerzero }]) =>
    layerzero === undefined || clients[name] === undefined ? [] : [eidDifferences(clients[name], layerzero)],
  );
  const ends = config.spokes.flatMap((spoke) => oftEnds(config, spoke, clients)).map(oftDifferences);
  return (await Promise.all([...endpoints, ...ends])).flat();
}

function oftEnds(config: DeployConfig, spoke: SpokeConfig, clients: Clients): OftEnd[] {
  const path = spoke.layerzero;
  if (path === undefined) return [];
  const sides = {
    hub: sideOf(config.chains[config.hub], clients[config.hub]),
    spoke: sideOf(config.chains[spoke.chain], clients[spoke.chain]),
  };
  const { hub, spoke: far } = sides;
  if (hub === null || far === null) return [];
  const { toSpoke, toHub } = path.confirmations;
  return routesOf(config, spoke).flatMap(({ token, representation: { token: localToken, ofts } }) => {
    if (ofts === undefined) return [];
    const shared = { sharedDecimals: ofts.sharedDecimals, defaultsAllowed: config.profile !== 'production' };
    return [
      {
        ...hub,
        ...shared,
        remoteEid: far.local.eid,
        oft: ofts.hub,
        token: token.hub,
        peer: ofts.spoke.address,
        verifiers: path.hub,
        confirmations: { send: toSpoke, receive: toHub },
      },
      {
        ...far,
        ...shared,
        remoteEid: hub.local.eid,
        oft: ofts.spoke,
        token: localToken,
        peer: ofts.hub.address,
        verifiers: path.spoke,
        confirmations: { send: toHub, receive: toSpoke },
      },
    ];
  });
}

function sideOf(chain: ChainConfig | undefined, client: ChainClient | undefined) {
  return chain?.layerzero === undefined || client === undefined ? null : { local: chain.layerzero, client };
}

function eidDifferences(client: ChainClient, { endpoint, eid }: LayerZeroChain): Promise<Difference[]> {
  return differencesOf(client, viewCheck(ENDPOINT, endpoint, 'eid', [], { eid }), byAddress);
}

async function oftDifferences(end: OftEnd): Promise<Difference[]> {
  const { client, local, remoteEid, oft, token, peer, sharedDecimals, defaultsAllowed } = end;
  const towards = `towards ${remoteEid}`;
  const { endpoint, sendLibrary, receiveLibrary } = local;
  const checks = [
    viewCheck(OFT, oft.address, 'token', [], { token }),
    viewCheck(OFT, oft.address, 'endpoint', [], { endpoint }),
    viewCheck(OFT, oft.address, 'sharedDecimals', [], { sharedDecimals }),
    viewCheck(OFT, oft.address, 'owner', [], { owner: oft.owner }),
    viewCheck(OFT, oft.address, 'peers', [remoteEid], { peer: zeroPadValue(peer, 32) }, `peer ${towards}`),
  ];
  // What the endpoint knows of the OFT is named after the OFT.
  const atEndpoint = [
    viewCheck(ENDPOINT, endpoint, 'delegates', [oft.address], { delegate: oft.delegate }, 'delegate'),
    viewCheck(
      ENDPOINT,
      endpoint,
      'getSendLibrary',
      [oft.address, remoteEid],
      { lib: sendLibrary },
      `send library ${towards}`,
    ),
    viewCheck(
      ENDPOINT,
      endpoint,
      'getReceiveLibrary',
      [oft.address, remoteEid],
      { lib: receiveLibrary },
      `receive library ${towards}`,
    ),
    ...(defaultsAllowed ? [] : pinnedChecks(end, towards)),
  ];
  const found = await Promise.all([
    ...checks.map((each) => differencesOf(client, each, byAddress)),
    ...atEndpoint.map(async (each) => {
      const rows = await differencesOf(client, each, byAddress);
      return rows.map((row) => ({ ...row, contract: oft.address }));
    }),
    ulnDifferences(end, sendLibrary, end.confirmations.send, `sending ${towards}`),
    ulnDifferences(end, receiveLibrary, end.confirmations.receive, `receiving from ${remoteEid}`),
    executorDifferences(end, towards),
  ]);
  return found.flat();
}

/** Libraries and verifiers that the OFT has set itself: zeros in its own configuration stand for the defaults. */
function pinnedChecks({ local, oft, remoteEid, verifiers, confirmations }: OftEnd, towards: string): StateCheck[] {
  const args = [oft.address, remoteEid];
  const notDefault = { isDefault: false };
  const own = (confirmed: number) => ({
    requiredDVNCount: verifiers.requiredDVNs.length,
    confirmations: confirmed,
  });
  const { endpoint, sendLibrary, receiveLibrary } = local;
  const [sent, received] = [own(confirmations.send), own(confirmations.receive)];
  return [
    viewCheck(ENDPOINT, endpoint, 'isDefaultSendLibrary', args, notDefault, `send library ${towards} is the default`),
    viewCheck(ENDPOINT, endpoint, 'getReceiveLibrary', args, notDefault, `receive library ${towards} is the default`),
    viewCheck(ULN, sendLibrary, 'getAppUlnConfig', args, sent, `its own settings sending ${towards}`),
    viewCheck(ULN, receiveLibrary, 'getAppUlnConfig', args, received, `its own settings receiving from ${remoteEid}`),
  ];
}

async function ulnDifferences(
  end: OftEnd,
  library: string,
  confirmations: number,
  direction: string,
): Promise<Difference[]> {
  const { requiredDVNs, optionalDVNs, optionalThreshold } = end.verifiers;
  const actual = await readConfig(end, library, ULN_CONFIG, ULN_TYPE);
  return configDifferences(end, actual, {
    [`confirmations ${direction}`]: ['confirmations', confirmations],
    [`required DVNs ${direction}`]: ['requiredDVNs', ascending(requiredDVNs)],
    [`optional DVNs ${direction}`]: ['optionalDVNs', ascending(optionalDVNs)],
    [`optional DVN threshold ${direction}`]: ['optionalDVNThreshold', optionalThreshold],
  });
}

async function executorDifferences(end: OftEnd, towards: string): Promise<Difference[]> {
  const actual = await readConfig(end, end.local.sendLibrary, EXECUTOR_CONFIG, EXECUTOR_TYPE);
  return configDifferences(end, actual, { [`executor ${towards}`]: ['executor', end.local.executor] });
}

/** What the library uses for this OFT and path, defaults filled in; null when it knows no such path. */
async function readConfig(
  { client, local, oft, remoteEid }: OftEnd,
  library: string,
  configType: number,
  type: string,
): Promise<Record<string, unknown> | null> {
  const data = ENDPOINT.encodeFunctionData('getConfig', [oft.address, library, remoteEid, configType]);
  const answer = await client.call({ to: local.endpoint, data });
  if (!('data' in answer) || answer.data === '0x') return null;
  const [bytes] = ENDPOINT.decodeFunctionResult('getConfig', answer.data) as unknown as [string];
  const [config] = AbiCoder.defaultAbiCoder().decode([type], bytes) as unknown as [
    { toObject(): Record<string, unknown> },
  ];
  return config.toObject();
}

function configDifferences(
  { client, oft }: OftEnd,
  actual: Record<string, unknown> | null,
  expected: Readonly<Record<string, readonly [field: string, value: unknown]>>,
): Difference[] {
  return Object.entries(expected).flatMap(([what, [field, value]]) => {
    const found = actual === null ? 'no configuration' : show(actual[field]);
    if (found === show(value)) return [];
    return [{ chain: client.name, contract: oft.address, what, expected: show(value), actual: found }];
  });
}

function ascending(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}
