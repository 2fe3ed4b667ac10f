import { formatEther } from 'ethers';
import type { Address } from '@ala/shared/ids';
import { checkChainId, type Chain } from '../chain/chain.js';
import { readLatest, type Header } from '../chain/header.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { read, type Reading } from './reading.js';

/** What an RPC says of itself and of the senders. */
export interface ChainReading {
  readonly head: Reading<Header>;
  /** Null where the node has no finalized block. */
  readonly finalized: Reading<number | null>;
  readonly logs: Reading<number>;
  readonly senders: readonly SenderReading[];
}

export interface SenderReading {
  readonly address: Address;
  readonly funds: Reading<{ readonly balanceWei: bigint; readonly gasPriceWei: bigint }>;
}

export interface ChainCheckArgs {
  readonly name: string;
  /** Its origin: providers take keys in paths. */
  readonly endpoint: string;
  readonly nowMs: number;
  readonly maxHeadAgeSec: number;
}

/** As many blocks as a follower asks for at once. */
const LOG_BLOCKS = 500;
/** About thirty of a node's transactions. */
const ENOUGH_GAS = 15_000_000n;

/** Whether the right chain answers behind the URL; what else is read of it means something only then. */
export function readIdentity(chain: Chain): Promise<Reading<void>> {
  return read(() => checkChainId(chain));
}

export async function readChainState(
  chain: Chain,
  senders: readonly Address[],
  addresses: readonly Address[],
): Promise<ChainReading> {
  const { provider } = chain;
  const [head, finalized, logs, readings] = await Promise.all([
    read(() => readLatest(provider)),
    read(async () => {
      const block = (await provider.send('eth_getBlockByNumber', ['finalized', false])) as { number: string } | null;
      return block === null ? null : Number(block.number);
    }),
    read(async () => {
      const toBlock = await provider.getBlockNumber();
      const fromBlock = Math.max(0, toBlock - LOG_BLOCKS + 1);
      return (await provider.getLogs({ address: [...addresses], fromBlock, toBlock })).length;
    }),
    Promise.all(senders.map((address) => readSender(chain, address))),
  ]);
  return { head, finalized, logs, senders: readings };
}

async function readSender({ provider }: Chain, address: Address): Promise<SenderReading> {
  const funds = await read(async () => {
    const price = provider.send('eth_gasPrice', []) as Promise<string>;
    const [balanceWei, gasPrice] = await Promise.all([provider.getBalance(address), price]);
    return { balanceWei, gasPriceWei: BigInt(gasPrice) };
  });
  return { address, funds };
}

/** Pure: what is to be said of an RPC that is not, or not known to be, of the right chain. */
export function judgeIdentity({ name, endpoint }: ChainCheckArgs, identity: Reading<void>): Finding[] {
  if (!('failure' in identity)) return [ok(`rpc ${name}`, `${endpoint} serves the right chain`)];
  const todo = `set rpcUrl of ${name} in the deployment file to a node of that chain that answers`;
  return [problem(`rpc ${name}`, `${endpoint}: ${identity.failure}`, todo)];
}

/** Pure: what is to be said of a chain whose RPC is the right one. */
export function judgeChain(args: ChainCheckArgs, reading: ChainReading): Finding[] {
  return [
    judgeHead(args, reading.head),
    judgeLogs(args, reading.logs),
    ...judgeFinalized(args, reading.finalized),
    ...reading.senders.map((sender) => judgeSender(args, sender)),
  ];
}

function judgeHead({ name, nowMs, maxHeadAgeSec }: ChainCheckArgs, head: Reading<Header>): Finding {
  const check = `head ${name}`;
  const another = `set rpcUrl of ${name} to a node that is in sync, or check the clock of this machine`;
  if ('failure' in head) return problem(check, head.failure, another);
  const ageSec = Math.floor(nowMs / 1_000 - head.value.timestampSec);
  const says = `block ${head.value.number} is ${Math.max(0, ageSec)} s old`;
  return ageSec > maxHeadAgeSec ? problem(check, `${says}, at most ${maxHeadAgeSec} s`, another) : ok(check, says);
}

function judgeLogs({ name }: ChainCheckArgs, logs: Reading<number>): Finding {
  const check = `logs ${name}`;
  if (!('failure' in logs)) return ok(check, `eth_getLogs answers for ${LOG_BLOCKS} blocks`);
  const todo = `use an RPC for ${name} that answers eth_getLogs for ${LOG_BLOCKS} blocks: a node reads that many at once`;
  return problem(check, `eth_getLogs: ${logs.failure}`, todo);
}

/** A node goes on without it, so nothing is said where it is there. */
function judgeFinalized({ name }: ChainCheckArgs, finalized: Reading<number | null>): Finding[] {
  if (!('failure' in finalized) && finalized.value !== null) return [];
  const why = 'failure' in finalized ? finalized.failure : 'there is none';
  const todo = `use an RPC for ${name} that knows it: without it nobody here sees what the bridges' witnesses wait for`;
  return [warning(`finalized ${name}`, `no finalized block: ${why}`, todo)];
}

function judgeSender({ name }: ChainCheckArgs, { address: sender, funds: reading }: SenderReading): Finding {
  const check = `sender ${name}`;
  if ('failure' in reading)
    return problem(check, reading.failure, `use an RPC for ${name} that answers eth_getBalance`);
  const { balanceWei, gasPriceWei } = reading.value;
  const says = `${sender} has ${formatEther(balanceWei)} of the chain's own coin`;
  const todo = `send the chain's own coin to ${sender} on ${name}`;
  if (balanceWei === 0n) return problem(check, says, todo);
  if (balanceWei >= ENOUGH_GAS * gasPriceWei) return ok(check, says);
  return warning(check, `${says}: enough for fewer than thirty transactions at this gas price`, todo);
}
