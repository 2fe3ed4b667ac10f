import { concat, dataSlice, toBeHex } from 'ethers';
import { expect, test } from 'vitest';
import { contractArtifact, readImmutables } from './artifact.js';

const word = (value: number): string => toBeHex(value, 32);

/** The artifact's code with its only immutable set, at these of its places. */
function codeWith(value: string, places: readonly { readonly start: number }[]): string {
  return places.reduce(
    (code, { start }) => concat([dataSlice(code, 0, start), value, dataSlice(code, start + 32)]),
    contractArtifact('LayerZeroPort').deployedBytecode,
  );
}

test('immutables are read from code that is the artifact’s in everything else', () => {
  const artifact = contractArtifact('LayerZeroPort');
  const [places] = artifact.immutables;
  expect(readImmutables(artifact, codeWith(word(7), places!))).toEqual([word(7)]);
});

test('code is another one when an immutable differs between its places, one byte differs, or its length', () => {
  const artifact = contractArtifact('LayerZeroPort');
  const [places] = artifact.immutables;
  expect(places!.length).toBeGreaterThan(1);
  expect(readImmutables(artifact, codeWith(word(7), places!.slice(1)))).toBeNull();
  const code = codeWith(word(7), places!);
  expect(readImmutables(artifact, concat([dataSlice(code, 0, 100), '0x00', dataSlice(code, 101)]))).toBeNull();
  expect(readImmutables(artifact, concat([code, '0x00']))).toBeNull();
});
