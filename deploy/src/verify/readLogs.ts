import { ChainUnavailable, type ChainClient } from '../chain/client.js';

/** Blocks asked for at once; halved as long as a node refuses. */
const LOG_RANGE = 50_000;

/** Every log of one event of one contract from a block on, in pieces that the node gives. */
export async function readLogs(client: ChainClient, address: string, topic: string, fromBlock: number) {
  const head = await client.head();
  const logs: { readonly topics: readonly string[]; readonly data: string }[] = [];
  let range = LOG_RANGE;
  for (let from = fromBlock; from <= head;) {
    const toBlock = Math.min(head, from + range - 1);
    try {
      logs.push(...(await client.logs({ address, topic, fromBlock: from, toBlock })));
      from = toBlock + 1;
    } catch (error) {
      if (!(error instanceof ChainUnavailable) || range === 1) throw error;
      range = Math.ceil(range / 2);
    }
  }
  return logs;
}
