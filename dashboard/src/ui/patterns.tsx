import type { ChainLook } from './chains.js';

const idOf = (chain: string): string => `chain-${chain.replace(/\W/g, '-')}`;

/** What fills a chain's shapes, once `ChainPattern` stands in the drawing's `defs`. */
export function patternFill(chain: string, { colour, pattern }: ChainLook): string {
  return pattern === 'plain' ? colour : `url(#${idOf(chain)})`;
}

/** The chain's colour with marks in it, so that it is told apart without seeing the colour. */
export function ChainPattern({
  chain,
  look: { colour, pattern },
}: {
  readonly chain: string;
  readonly look: ChainLook;
}) {
  return (
    <pattern
      id={idOf(chain)}
      width="8"
      height="8"
      patternUnits="userSpaceOnUse"
      patternTransform={pattern === 'stripes' ? 'rotate(45)' : undefined}
    >
      <rect width="8" height="8" fill={colour} />
      {pattern === 'stripes' && <rect width="3" height="8" fill="#ffffff" opacity="0.45" />}
      {pattern === 'dots' && <circle cx="4" cy="4" r="1.75" fill="#ffffff" opacity="0.6" />}
      {pattern === 'bars' && <rect width="8" height="2" fill="#ffffff" opacity="0.5" />}
    </pattern>
  );
}

/** A square of what fills a chain's shapes. */
export function ChainSwatch({ chain, look }: { readonly chain: string; readonly look: ChainLook }) {
  const key = `legend-${chain}`;
  return (
    <svg width="16" height="16" aria-hidden style={{ flex: 'none' }}>
      <defs>
        <ChainPattern chain={key} look={look} />
      </defs>
      <rect width="16" height="16" rx="2" fill={patternFill(key, look)} stroke={look.colour} />
    </svg>
  );
}
