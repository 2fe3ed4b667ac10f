import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getBytes, hexlify, Interface, type InterfaceAbi } from 'ethers';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { AlaError } from '@ala/shared/errors';
import { repositoryRoot } from './repositoryRoot.js';

/** A contract of this repository as forge compiled it. */
export interface ContractArtifact {
  readonly name: string;
  readonly interface: Interface;
  /** Creation code without constructor arguments, hex. */
  readonly bytecode: string;
  /** Code on the chain, with zeros where immutables stand. */
  readonly deployedBytecode: string;
  /** Where each immutable stands in the code: one list of places an immutable. */
  readonly immutables: readonly (readonly CodePlace[])[];
}

interface CodePlace {
  readonly start: number;
  readonly length: number;
}

interface ForgeArtifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: { readonly object: string };
  readonly deployedBytecode: {
    readonly object: string;
    readonly immutableReferences?: Readonly<Record<string, readonly CodePlace[]>>;
  };
}

const read = new Map<string, ContractArtifact>();

/** Contracts that run a part of their functions from another one: what forge says of them alone is not all. */
const WHOLE: Readonly<Record<string, InterfaceAbi>> = { AuctionHub: auctionHubAbi, LiquiditySpoke: liquiditySpokeAbi };

/** A compiled contract. `file` is the source file's name if it is not the contract's. */
export function contractArtifact(name: string, file = name): ContractArtifact {
  const known = read.get(name);
  if (known) return known;
  const path = join(repositoryRoot(), 'contracts', 'out', `${file}.sol`, `${name}.json`);
  if (!existsSync(path)) throw new AlaError(`${path} is missing: build the contracts first (npm run build)`);
  const { abi, bytecode, deployedBytecode } = JSON.parse(readFileSync(path, 'utf8')) as ForgeArtifact;
  for (const code of [bytecode.object, deployedBytecode.object]) {
    if (!/^0x(?:[0-9a-f]{2})+$/i.test(code)) throw new AlaError(`${path} holds no linked code of ${name}`);
  }
  const artifact = {
    name,
    interface: new Interface(WHOLE[name] ?? abi),
    bytecode: bytecode.object,
    deployedBytecode: deployedBytecode.object,
    immutables: Object.values(deployedBytecode.immutableReferences ?? {}),
  };
  read.set(name, artifact);
  return artifact;
}

/**
 * The immutables in the code of a contract as 32-byte words, sorted; null if it is not the artifact's code. Compared is the
 * whole code, each immutable filled in from its first place: so one that differs between its places does not pass.
 */
export function readImmutables(artifact: ContractArtifact, code: string): string[] | null {
  const expected = getBytes(artifact.deployedBytecode);
  const actual = getBytes(code);
  if (actual.length !== expected.length) return null;
  const words = artifact.immutables.map((places) => {
    const [first] = places;
    const word = first === undefined ? new Uint8Array() : actual.slice(first.start, first.start + first.length);
    for (const { start } of places) expected.set(word, start);
    return hexlify(word);
  });
  return hexlify(actual) === hexlify(expected) ? words.sort() : null;
}
