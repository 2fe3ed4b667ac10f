import { Interface, type InterfaceAbi } from 'ethers';
import { expect, test } from 'vitest';
import { auctionHubAbi } from '@ala/shared/abi/auctionHub';
import { layerZeroPortAbi } from '@ala/shared/abi/layerZeroPort';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';
import { operatorSetAbi } from '@ala/shared/abi/operatorSet';
import { HUB, OPERATORS, PORT, SPOKE } from './abi.js';

/** Signatures with argument names, indexed flags and outputs. */
const fragments = (abi: Interface): string[] =>
  abi.fragments.flatMap((fragment) =>
    fragment.type === 'event' || fragment.type === 'function' ? [fragment.format('full')] : [],
  );

test.each([
  ['AuctionHub', HUB, auctionHubAbi],
  ['LiquiditySpoke', SPOKE, liquiditySpokeAbi],
  ['LayerZeroPort', PORT, layerZeroPortAbi],
  ['OperatorSet', OPERATORS, operatorSetAbi],
] as [string, Interface, InterfaceAbi][])(
  'what the checker reads of %s is what it emits and answers',
  (_, own, compiled) => {
    const unnamedOutput = (text: string): string => text.replace(/ (params|terms|state|buckets|amount)\)$/, ')');
    const emitted = new Set(fragments(new Interface(compiled)).map(unnamedOutput));
    for (const fragment of fragments(own)) expect(emitted).toContain(unnamedOutput(fragment));
  },
);
