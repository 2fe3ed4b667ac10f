import { readFileSync } from 'node:fs';
import { getAddress } from 'ethers';

/** The addresses that the checker starts from. Everything else it asks the chains. */
export interface Network {
  readonly chains: readonly NetworkChain[];
  readonly hub: {
    readonly chain: string;
    readonly auctionHub: string;
    readonly exchangeVault: string;
    readonly operatorSet: string;
  };
  readonly spokes: readonly NetworkSpoke[];
}

export interface NetworkChain {
  readonly name: string;
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly startBlock: number;
  /** LayerZero's endpoint id; null where LayerZero is not used. */
  readonly eid: number | null;
  readonly wormhole: { readonly chainId: number; readonly core: string; readonly tokenBridge: string } | null;
}

export interface NetworkSpoke {
  readonly id: number;
  readonly chain: string;
  readonly bridge: string;
  readonly spoke: string;
  readonly port: string;
  readonly hubPort: string;
  /** Hub token to the spoke's representation. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Hub token to the OFTs on both sides. */
  readonly ofts: ReadonlyMap<string, { readonly hub: string; readonly spoke: string }>;
}

/** The address file cannot be used. */
export class AddressFileError extends Error {
  override readonly name = 'AddressFileError';
}

/** Reads a deployment file. @throws AddressFileError naming the first field that is missing or wrong. */
export function readNetwork(path: string): Network {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AddressFileError(`cannot read ${path}: is the devnet running, and is this its deployment file?`, {
      cause,
    });
  }
  return parseNetwork(content);
}

/** `readNetwork` for a file's text. */
export function parseNetwork(content: string): Network {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new AddressFileError('the deployment file is not JSON', { cause });
  }
  const root = record(json, 'the file');
  const hub = record(root['hub'], 'hub');
  const chains = Object.entries(record(root['chains'], 'chains')).map(([name, value]) => readChain(name, value));
  const spokes = list(root['spokes'], 'spokes').map((value, index) => readSpoke(value, `spokes[${index}]`));
  const network = {
    chains,
    hub: {
      chain: text(hub, 'chain', 'hub'),
      auctionHub: address(hub, 'auctionHub', 'hub'),
      exchangeVault: address(hub, 'exchangeVault', 'hub'),
      operatorSet: address(hub, 'operatorSet', 'hub'),
    },
    spokes,
  };
  for (const name of [network.hub.chain, ...spokes.map((spoke) => spoke.chain)]) {
    if (!chains.some((chain) => chain.name === name)) throw new AddressFileError(`chains: no chain named "${name}"`);
  }
  return network;
}

function readChain(name: string, value: unknown): NetworkChain {
  const where = `chains.${name}`;
  const fields = record(value, where);
  const layerzero = fields['layerzero'] == null ? null : record(fields['layerzero'], `${where}.layerzero`);
  const wormhole = fields['wormhole'] == null ? null : record(fields['wormhole'], `${where}.wormhole`);
  return {
    name,
    chainId: number(fields, 'chainId', where),
    rpcUrl: text(fields, 'rpcUrl', where),
    startBlock: number(fields, 'startBlock', where),
    eid: layerzero && number(layerzero, 'eid', `${where}.layerzero`),
    wormhole: wormhole && {
      chainId: number(wormhole, 'chainId', `${where}.wormhole`),
      core: address(wormhole, 'core', `${where}.wormhole`),
      tokenBridge: address(wormhole, 'tokenBridge', `${where}.wormhole`),
    },
  };
}

function readSpoke(value: unknown, where: string): NetworkSpoke {
  const fields = record(value, where);
  const tokens = record(fields['tokens'], `${where}.tokens`);
  const ofts = fields['ofts'] == null ? {} : record(fields['ofts'], `${where}.ofts`);
  return {
    id: number(fields, 'id', where),
    chain: text(fields, 'chain', where),
    bridge: text(fields, 'bridge', where),
    spoke: address(fields, 'spoke', where),
    port: address(fields, 'port', where),
    hubPort: address(fields, 'hubPort', where),
    tokens: new Map(Object.keys(tokens).map((hub) => [getAddress(hub), address(tokens, hub, `${where}.tokens`)])),
    ofts: new Map(
      Object.entries(ofts).map(([hub, pair]) => {
        const oft = record(pair, `${where}.ofts.${hub}`);
        const both = { hub: address(oft, 'hub', `${where}.ofts`), spoke: address(oft, 'spoke', `${where}.ofts`) };
        return [getAddress(hub), both];
      }),
    ),
  };
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AddressFileError(`${where}: expected an object`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new AddressFileError(`${where}: expected a list`);
  return value as unknown[];
}

function text(fields: Record<string, unknown>, name: string, where: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new AddressFileError(`${where}.${name}: expected a text`);
  return value;
}

function number(fields: Record<string, unknown>, name: string, where: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value)) throw new AddressFileError(`${where}.${name}: expected a whole number`);
  return value as number;
}

function address(fields: Record<string, unknown>, name: string, where: string): string {
  const value = text(fields, name, where);
  try {
    return getAddress(value);
  } catch (cause) {
    throw new AddressFileError(`${where}.${name}: ${value} is not an address`, { cause });
  }
}
