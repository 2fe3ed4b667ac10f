import type { ChainReader, Pin } from './chainReader.js';
import type { Orphan } from './facts.js';
import { readMessages, sentKeys, type ChainMessages } from './messages.js';
import type { Network } from './network.js';

/** Each round moves a sender's block past what another chain has received; bridges are far slower than this loop. */
const MAX_ROUNDS = 6;

/** One block a chain, such that whatever one of them has received another one has sent. */
export interface Cut {
  readonly pins: ReadonlyMap<string, Pin>;
  readonly messages: ReadonlyMap<string, ChainMessages>;
  /** Arrivals whose sender still knew nothing of them when it was asked after them. */
  readonly orphans: readonly Orphan[];
}

/** A chain's reader, and the block at which it is read. */
export interface PinnedReader {
  readonly reader: ChainReader;
  readonly pin: Pin;
}

/** @throws Error for a chain that was not read. */
export function readerAt(
  { readers, cut }: { readonly readers: ReadonlyMap<string, ChainReader>; readonly cut: Cut },
  chain: string,
): PinnedReader {
  const [reader, pin] = [readers.get(chain), cut.pins.get(chain)];
  if (reader === undefined || pin === undefined) throw new Error(`chain ${chain} was not read`);
  return { reader, pin };
}

/**
 * Chains advance while they are read. A message that was received at one chain's block but sent after the other's would be
 * counted twice: then the sender is read again at a later block. What is sent and not received is in flight.
 */
export async function cutConsistently(network: Network, readers: ReadonlyMap<string, ChainReader>): Promise<Cut> {
  const pins = new Map<string, Pin>();
  const messages = new Map<string, ChainMessages>();
  let stale = [...readers.values()];
  let orphans: Orphan[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await Promise.all(
      stale.map(async (reader) => {
        const pin = await reader.head();
        pins.set(reader.chain.name, pin);
        messages.set(reader.chain.name, await readMessages(network, reader, pin));
      }),
    );
    orphans = findOrphans(messages);
    const senders = new Set(orphans.map((orphan) => orphan.from));
    stale = [...readers.values()].filter((reader) => senders.has(reader.chain.name));
    if (stale.length === 0) break;
  }
  return { pins, messages, orphans };
}

/** Arrivals that no chain has sent. */
export function findOrphans(
  messages: ReadonlyMap<string, Pick<ChainMessages, 'portSent' | 'oftSent' | 'published' | 'arrivals'>>,
): Orphan[] {
  const sent = new Map([...messages].map(([chain, of]) => [chain, sentKeys(of)]));
  return [...messages].flatMap(([chain, { arrivals }]) =>
    arrivals.filter(({ id, from }) => sent.get(from)?.has(id) !== true).map(({ id, from }) => ({ id, chain, from })),
  );
}
