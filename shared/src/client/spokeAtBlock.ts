import type { Provider, Result } from 'ethers';
import type { InFlight, PoolAtSnapshot, SpokeAtSnapshot } from '../clearingInput.js';
import { ZERO_HASH, toTier, type Address, type BasketId, type LegId } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import type { SpokeBlock } from '../plan.js';
import type { PoolEntry, PoolExit } from '../pool.js';
import { ClientError } from './clientError.js';
import { readBlockHeader, type BlockHeader, type RpcProvider } from './header.js';
import { readView, spokeInterface } from './onChain.js';

/** The protocol's default. */
const MAX_SPOKE_LAG_SEC = 300;

/** A spoke's block as the snapshot names it, checked against the chain; null if the snapshot leaves the spoke out. */
export async function checkSpokeBlock(
  provider: RpcProvider,
  named: SpokeBlock,
  hubTimestampSec: number,
  problems: string[],
): Promise<{ readonly number: number; readonly timestampSec: number } | null> {
  if (named.blockHash === ZERO_HASH) return null;
  const where = `spoke ${named.spoke}, block ${named.number}`;
  const [block, next] = await Promise.all([
    readBlockHeader(provider, named.number),
    readBlockHeader(provider, named.number + 1),
  ]);
  if (block === null || block.hash !== named.blockHash) {
    problems.push(`${where}: the chain has ${block?.hash ?? 'no such block'}, the snapshot names ${named.blockHash}`);
    return null;
  }
  if (block.timestampSec > hubTimestampSec) problems.push(`${where}: is younger than the hub's block`);
  if (next !== null && next.timestampSec <= hubTimestampSec) {
    problems.push(`${where}: is not the last one up to the hub's block, ${next.number} is not younger either`);
  }
  return { number: block.number, timestampSec: block.timestampSec };
}

/**
 * A spoke may be left out of a snapshot only if the relayer could not read it, or it had fallen behind.
 *
 * @returns the block that the snapshot should have named, or null if the chain itself shows none that was young enough. Half
 * of the lag that a relayer allows counts: its hub had gone on when it decided.
 */
export async function blockLeftOut(
  provider: RpcProvider,
  startBlock: number,
  hubTimestampSec: number,
): Promise<BlockHeader | null> {
  const block = await lastBlockUpTo(provider, startBlock, hubTimestampSec);
  return block !== null && block.timestampSec >= hubTimestampSec - MAX_SPOKE_LAG_SEC / 2 ? block : null;
}

/** The last block whose timestamp is not above `timestampSec`, by bisection; null if even the first one's is. */
async function lastBlockUpTo(
  provider: RpcProvider,
  startBlock: number,
  timestampSec: number,
): Promise<BlockHeader | null> {
  let found: BlockHeader | null = null;
  let [low, high] = [startBlock, (await readBlockHeader(provider, 'latest'))?.number ?? -1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const block = await readBlockHeader(provider, middle);
    if (block === null) throw goneBlock(middle);
    if (block.timestampSec <= timestampSec) [found, low] = [block, middle + 1];
    else high = middle - 1;
  }
  return found;
}

function goneBlock(block: number): ClientError {
  const whatToDo = 'Ask an RPC that keeps all blocks, or try again.';
  return new ClientError({ kind: 'unreachable', what: `the RPC does not give block ${block}`, whatToDo });
}

/** The pools of a basket on one spoke at a block, and what is in flight: the last event of each pool and each bucket. */
export async function readPools(
  provider: Provider,
  spoke: Address,
  basket: BasketId,
  range: { readonly fromBlock: number; readonly toBlock: number },
): Promise<Pick<SpokeAtSnapshot, 'pools' | 'inFlight'>> {
  const events = await readBasketEvents(provider, spoke, basket, range);
  const states = new Map<number, Result>();
  const buckets = new Map<string, Result>();
  let inFlight: InFlight = { amount: 0n, max: 0n };
  for (const { name, args } of events) {
    const tier = Number(args['tier']);
    if (name === 'PoolUpdated') states.set(tier, args);
    else if (name === 'EntriesUpdated') buckets.set(`${tier} entry ${String(args['activeAt'])}`, args);
    else if (name === 'ExitsUpdated') buckets.set(`${tier} exit ${String(args['exitAt'])}`, args);
    else
      inFlight = {
        amount: parseUint('inFlight', args['inFlight']),
        max: parseUint('maxInFlight', args['maxInFlight']),
      };
  }
  const waiting = [...buckets.values()];
  const tiers = [...new Set([...states.keys(), ...waiting.map((args) => Number(args['tier']))])];
  return { pools: tiers.map((tier) => poolOf(tier, states.get(tier), waiting)), inFlight };
}

const BASKET_EVENTS = ['PoolUpdated', 'EntriesUpdated', 'ExitsUpdated', 'InFlightUpdated'] as const;

async function readBasketEvents(
  provider: Provider,
  spoke: Address,
  basket: BasketId,
  range: { readonly fromBlock: number; readonly toBlock: number },
) {
  const topics = BASKET_EVENTS.map((name) => String(spokeInterface.encodeFilterTopics(name, [])[0]));
  const logs = await provider.getLogs({ address: spoke, topics: [topics], ...range });
  return logs.flatMap((log) => {
    const event = spokeInterface.parseLog(log);
    return event !== null && Number(event.args['basket']) === basket ? [event] : [];
  });
}

/** What waits of a pool is what is later than its last state has rolled, of exits those of its epoch. */
function poolOf(tier: number, state: Result | undefined, buckets: readonly Result[]): PoolAtSnapshot {
  const rolledToSec = state === undefined ? 0 : parseSmallUint('rolledTo', state['rolledTo']);
  const epoch = state === undefined ? 0 : Number(state['epoch']);
  const entries: PoolEntry[] = [];
  const exits: PoolExit[] = [];
  for (const args of buckets) {
    if (Number(args['tier']) !== tier) continue;
    if ('activeAt' in args.toObject()) {
      const activeAtSec = parseSmallUint('activeAt', args['activeAt']);
      if (activeAtSec > rolledToSec) entries.push({ activeAtSec, amount: parseUint('amount', args['amount']) });
    } else {
      const exitAtSec = parseSmallUint('exitAt', args['exitAt']);
      const waits = exitAtSec > rolledToSec && Number(args['epoch']) === epoch;
      if (waits) exits.push({ exitAtSec, shares: parseUint('shares', args['shares']) });
    }
  }
  return {
    tier: toTier(tier),
    assets: state === undefined ? 0n : parseUint('assets', state['assets']),
    shares: state === undefined ? 0n : parseUint('shares', state['shares']),
    entries,
    exits,
  };
}

/** True if the leg had been called at that block. */
export async function wasCalledAt(
  provider: Provider,
  spoke: Address,
  legId: LegId,
  blockNumber: number,
): Promise<boolean> {
  const target = { address: spoke, abi: spokeInterface };
  const [calledAt] = await readView(provider, target, 'calledAt', [legId]);
  return calledAt !== 0n && Number(calledAt) <= blockNumber;
}
