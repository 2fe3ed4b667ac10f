import { TOKEN } from './abi.js';
import type { ChainReader, Pin } from './chainReader.js';
import { cutConsistently, readerAt, type Cut, type PinnedReader } from './consistentCut.js';
import type { HubToken, World } from './facts.js';
import { small, text } from './fields.js';
import type { Network } from './network.js';
import { readEscrows, readPorts } from './readEscrows.js';
import { readHub } from './readHub.js';
import { readSpoke } from './readSpoke.js';

const MAX_TRIES = 3;

/** Everything as of one block a chain, together with those blocks. */
export interface ReadWorld {
  readonly world: World;
  readonly pins: ReadonlyMap<string, Pin>;
}

/** Reads until no chain has taken back the block that it was read at. */
export async function readWorld(network: Network, readers: ReadonlyMap<string, ChainReader>): Promise<ReadWorld> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const cut = await cutConsistently(network, readers);
    const pinned = [...readers.keys()].map((chain) => readerAt({ readers, cut }, chain));
    const world = await readStill(pinned, () => readAt(network, readers, cut));
    if (world !== undefined) return { world, pins: cut.pins };
  }
  throw new Error(`the chains were reorganised under each of ${MAX_TRIES} readings: try again`);
}

/**
 * Reads, and again for as long as a chain moves on from its newest block meanwhile: anvil 1.7.1 answers what is asked about its
 * newest block with the state of the next one while that is mined. Blocks that are not the newest any more stand still.
 * Undefined if one of them was taken back.
 */
export async function readStill<T>(
  pinned: readonly { readonly reader: Pick<ChainReader, 'head' | 'has'>; readonly pin: Pin }[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  let newest = pinned;
  for (;;) {
    const found = await read();
    const heads = await Promise.all(newest.map(({ reader }) => reader.head()));
    const kept = await Promise.all(pinned.map(({ reader, pin }) => reader.has(pin)));
    if (!kept.every(Boolean)) return undefined;
    const still = newest.filter(({ pin }, index) => heads[index]?.hash === pin.hash);
    if (still.length === newest.length) return found;
    newest = still;
  }
}

async function readAt(network: Network, readers: ReadonlyMap<string, ChainReader>, cut: Cut): Promise<World> {
  const at = (chain: string): PinnedReader => readerAt({ readers, cut }, chain);
  const { reader, pin } = at(network.hub.chain);
  const hub = await readHub(network, reader, pin);
  const tokens = new Map<string, HubToken>();
  for (const token of hub.flows.keys()) tokens.set(token, await readToken(reader, pin, token));
  const source = { network, readers, cut, tokens };
  const [spokes, escrows, ports] = await Promise.all([
    Promise.all(
      network.spokes.map((spoke) => {
        const own = at(spoke.chain);
        return readSpoke(spoke, own.reader, own.pin, hub);
      }),
    ),
    readEscrows(source),
    readPorts(source),
  ]);
  const messages = [...cut.messages.values()];
  return {
    tokens,
    hub,
    spokes,
    sent: messages.flatMap((chain) => chain.portSent),
    delivered: messages.flatMap((chain) => chain.portDelivered),
    escrows,
    ports,
    orphans: cut.orphans,
  };
}

async function readToken(reader: ChainReader, pin: Pin, token: string): Promise<HubToken> {
  const [symbol, decimals] = await Promise.all([
    reader.call(pin, token, TOKEN, 'symbol'),
    reader.call(pin, token, TOKEN, 'decimals'),
  ]);
  return { address: token, symbol: text(symbol, 'text'), decimals: small(decimals, 'count') };
}
