import type { NetworkAnswer } from '@ala/shared/api/network';

/** Told apart by people who see colours differently; the patterns tell them apart without any. */
const COLOURS = ['#4c78a8', '#e08a1e', '#3a9d6e', '#b5568c', '#7a6bb5', '#b0a030', '#5aa9c9', '#a0522d'];
const PATTERNS = ['plain', 'stripes', 'dots', 'bars'] as const;

export type Pattern = (typeof PATTERNS)[number];

export interface ChainLook {
  readonly colour: string;
  readonly pattern: Pattern;
}

/** The same look of a chain on every screen: by its place in the deployment. */
export function lookOf({ chains }: Pick<NetworkAnswer, 'chains'>, chain: string): ChainLook {
  const at = Math.max(
    0,
    chains.findIndex((candidate) => candidate.chain === chain),
  );
  return {
    colour: COLOURS[at % COLOURS.length] ?? '#888888',
    pattern: PATTERNS[at % PATTERNS.length] ?? 'plain',
  };
}

/** A chain's name with its mark. */
export function ChainName({ network, chain }: { readonly network: NetworkAnswer; readonly chain: string }) {
  const { colour } = lookOf(network, chain);
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <svg width="10" height="10" aria-hidden style={{ marginRight: 6 }}>
        <rect width="10" height="10" rx="2" fill={colour} />
      </svg>
      {chain}
    </span>
  );
}
