import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { ABI } from '@ala/infra/devnet/scenario/world';
import { judge } from '../e2e/check-balances/judge.js';
import { readNetwork } from '../e2e/check-balances/network.js';
import { readWorld } from '../e2e/check-balances/readWorld.js';
import { DirectProvider } from './directProvider.js';
import type { SimulatedChain } from './simulatedChain.js';
import type { SimulatedNetwork } from './simulatedNetwork.js';
import { WorldReader } from './worldReader.js';

/** What was read from the chains, and what of it is a node's own and not the chains'. */
const BOOK_TABLES = [
  ...['cursors', 'blocks', 'raw_events', 'pool_states', 'pool_buckets', 'rolled_entries', 'in_flights', 'bids'],
  ...['entry_withdrawals', 'bid_closures', 'auctions', 'auction_events', 'plan_commits', 'legs', 'messages'],
];
const OWN_COLUMNS = ['finished_at', 'open'];

/** Reads the chains' newer blocks into the database, without faults. */
export type ReadChains = () => Promise<void>;

/** Everything that must hold once a world has come to rest; one sentence for each thing that does not. */
export async function checkWorld(network: SimulatedNetwork, readChains: ReadChains): Promise<string[]> {
  return [
    ...(await unbalanced(network)),
    ...(await stillInFlight(network)),
    ...(await notAtRest(network)),
    ...(await doubleEffects(network)),
    ...(await unknownTransactions(network)),
    ...(await wrongBook(network, readChains)),
  ];
}

/** Every token is accounted for, and every step of a leg happened at most once. */
async function unbalanced({ ala, chains, baseBlocks, baseLogs }: SimulatedNetwork): Promise<readonly string[]> {
  const addresses = readNetwork(ala.deploymentPath);
  const readers = new Map(
    addresses.chains.map((chain) => {
      const simulated = chainOf(chains, chain.name);
      const baseBlock = baseBlocks.get(simulated.name) ?? missing(chain.name);
      const logs = baseLogs.get(simulated.name) ?? missing(chain.name);
      return [chain.name, new WorldReader(chain, new DirectProvider(simulated), baseBlock, logs)];
    }),
  );
  try {
    return judge((await readWorld(addresses, readers)).world).failures;
  } finally {
    for (const reader of readers.values()) reader.close();
  }
}

async function stillInFlight({ ala, chains }: SimulatedNetwork): Promise<string[]> {
  const basket = ala.deployment.baskets[0]?.id;
  const problems: string[] = [];
  for (const { id, chain, spoke } of ala.deployment.spokes) {
    const data = ABI.spoke.encodeFunctionData('inFlight', [basket]);
    const answer = await chainOf(chains, chain).read('eth_call', [{ to: spoke, data }, 'latest']);
    const amount = BigInt(answer as string);
    if (amount > 0n) problems.push(`${amount} of spoke ${id} are still in flight`);
  }
  return problems;
}

/** Lanes have nothing to do, nothing is open, and every auction was finished with. */
async function notAtRest({ database }: SimulatedNetwork): Promise<string[]> {
  const rows = await database.ask<{ problem: string }>(`
    select 'effect ' || key || ' is ' || state || ': ' || coalesce(last_error, 'no error') as problem
      from outbox where state not in ('done', 'obsolete')
    union all select 'the transaction with nonce ' || nonce || ' of chain ' || chain_id || ' is open' from tx_attempts where open
    union all select 'auction 0x' || encode(auction_id, 'hex') || ' is not finished' from auctions where finished_at is null`);
  return rows.map(({ problem }) => problem);
}

interface MinedAttempt {
  readonly chain: SimulatedChain;
  readonly key: string;
  readonly kind: string;
}

/** No effect was sent for twice with success, but a message may need several transactions. */
async function doubleEffects(network: SimulatedNetwork): Promise<string[]> {
  const counts = new Map<string, number>();
  for (const { key, kind } of await minedAttempts(network, true)) {
    if (kind !== 'carry') counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => (count > 1 ? [`${count} transactions had the effect ${key}`] : []));
}

/** Every transaction of the sender is one that the database knows of: nothing was sent before it was stored. */
async function unknownTransactions(network: SimulatedNetwork): Promise<string[]> {
  const known = await minedAttempts(network, false);
  const sender = network.devnet.accounts.relayer.address;
  const problems: string[] = [];
  for (const chain of network.chains) {
    const onChain = Number(await chain.read('eth_getTransactionCount', [sender, 'latest']));
    const stored = known.filter((attempt) => attempt.chain === chain).length;
    if (onChain !== stored)
      problems.push(`${chain.name} has ${onChain} transactions of the relayer, it knows of ${stored}`);
  }
  return problems;
}

/** Attempts that a block has now; by its receipt, for a reorg may have taken one back. */
async function minedAttempts(
  { database, chains }: SimulatedNetwork,
  succeeded: boolean,
): Promise<readonly MinedAttempt[]> {
  const rows = await database.ask<{ chain_id: string; hash: string; key: string; kind: string }>(
    `select a.chain_id, '0x' || encode(a.hash, 'hex') as hash, o.key, o.kind from tx_attempts a join outbox o on o.id = a.outbox_id`,
  );
  const mined: MinedAttempt[] = [];
  for (const { chain_id: chainId, hash, key, kind } of rows) {
    const chain = chains.find((candidate) => candidate.chainId === Number(chainId)) ?? missing(chainId);
    const receipt = (await chain.read('eth_getTransactionReceipt', [hash])) as { status: string } | null;
    if (receipt !== null && (!succeeded || Number(receipt.status) === 1)) mined.push({ chain, key, kind });
  }
  return mined;
}

/** What was read in all the trouble is what a new node reads now. */
async function wrongBook({ database }: SimulatedNetwork, readChains: ReadChains): Promise<string[]> {
  await readChains();
  const found = await database.digests(BOOK_TABLES, OWN_COLUMNS);
  await database.reset(BOOK_TABLES);
  await readChains();
  const expected = await database.digests(BOOK_TABLES, OWN_COLUMNS);
  return BOOK_TABLES.flatMap((table) =>
    found.get(table) === expected.get(table)
      ? []
      : [`${table} holds ${found.get(table) ?? ''}, read anew it holds ${expected.get(table) ?? ''}`],
  );
}

function chainOf(chains: readonly SimulatedChain[], name: string): SimulatedChain {
  return chains.find((candidate) => candidate.name === (name as ChainName)) ?? missing(name);
}

function missing(chain: string): never {
  throw new Error(`no chain ${chain}`);
}
