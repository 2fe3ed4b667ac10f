import { createRequire } from 'node:module';
import { Interface, type InterfaceAbi } from 'ethers';
import { contractArtifact } from '@ala/deploy/artifact';

const require = createRequire(import.meta.url);

/** Creation code and ABI of a contract, and where both come from. */
export interface ContractCode {
  readonly name: string;
  readonly origin: string;
  readonly interface: Interface;
  /** Creation code without constructor arguments, hex. */
  readonly bytecode: string;
}

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: string | { readonly object: string };
}

function fromArtifact(name: string, origin: string, artifact: Artifact): ContractCode {
  const bytecode = typeof artifact.bytecode === 'string' ? artifact.bytecode : artifact.bytecode.object;
  if (!/^0x(?:[0-9a-f]{2})+$/i.test(bytecode)) throw new Error(`${origin} holds no linked creation code of ${name}`);
  return { name, origin, interface: new Interface(artifact.abi), bytecode };
}

function packageVersion(packageName: string): string {
  const manifest = require(`${packageName}/package.json`) as { version: string };
  return `${packageName}@${manifest.version}`;
}

/** A LayerZero contract as compiled by its authors. `path` is below the package's artifacts/contracts, e.g. `uln/dvn/DVN`. */
export function layerZeroCode(packageName: 'lz-evm-protocol-v2' | 'lz-evm-messagelib-v2', path: string): ContractCode {
  const name = path.split('/').at(-1) ?? path;
  const scoped = `@layerzerolabs/${packageName}`;
  const artifact = require(`${scoped}/artifacts/contracts/${path}.sol/${name}.json`) as Artifact;
  return fromArtifact(name, packageVersion(scoped), artifact);
}

const WORMHOLE_SDK = '@certusone/wormhole-sdk';

/** A Wormhole contract as compiled by its authors: a constant of the SDK's factory file, which loads without the SDK. */
export function wormholeCode(name: string): ContractCode {
  const file = `${WORMHOLE_SDK}/lib/cjs/ethers-contracts/factories/${name}__factory.js`;
  const factories = require(file) as Record<string, { abi: InterfaceAbi; bytecode: string } | undefined>;
  const factory = factories[`${name}__factory`];
  if (!factory) throw new Error(`${file} exports no ${name}__factory`);
  return fromArtifact(name, packageVersion(WORMHOLE_SDK), factory);
}

/** A contract of this repository, as forge compiled it. `file` is the source file's name if it is not the contract's. */
export function alaCode(name: string, file = name): ContractCode {
  const { interface: abi, bytecode } = contractArtifact(name, file);
  return { name, origin: 'contracts', interface: abi, bytecode };
}
