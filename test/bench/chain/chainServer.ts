/**
 * A stand-in for a node: serves a recorded chain over JSON-RPC, as a process of its own so that it takes nothing from the memory
 * of a reader. `node chainServer.js SIZE` (a ChainSize as JSON); tells its parent its port, and when each reader first asked
 * for logs.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RECORDED_CHAIN_ID, recordChain, type ChainSize, type RecordedBlock } from './recordedChain.js';

/** What the parent hears. */
export type ChainServerNews = { readonly port: number } | { readonly firstLogsAskedAtMs: number };

interface Request {
  readonly id: number | string;
  readonly method: string;
  readonly params: readonly unknown[];
}

interface LogFilter {
  readonly fromBlock?: string;
  readonly toBlock?: string;
  readonly blockHash?: string;
  readonly topics?: readonly (string | readonly string[] | null)[];
}

function serve(blocks: readonly RecordedBlock[]): Server {
  let begun = false;
  process.on('message', () => (begun = false));
  const byHash = new Map(blocks.map((block) => [block.hash, block]));
  const answer = ({ id, method, params }: Request): string => {
    if (method === 'eth_getLogs' && !begun) {
      process.send?.({ firstLogsAskedAtMs: Date.now() } satisfies ChainServerNews);
      begun = true;
    }
    const result = resultOf(blocks, byHash, method, params);
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
    return result === null
      ? `${head}"error":{"code":-32601,"message":"no answer to ${method}"}}`
      : `${head}"result":${result}}`;
  };
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Request | Request[];
      response.setHeader('content-type', 'application/json');
      response.end(Array.isArray(body) ? `[${body.map(answer).join(',')}]` : answer(body));
    });
  });
}

/** The result as JSON; null for a method that this chain does not know. */
function resultOf(
  blocks: readonly RecordedBlock[],
  byHash: ReadonlyMap<string, RecordedBlock>,
  method: string,
  params: readonly unknown[],
): string | null {
  const shown = (block: RecordedBlock | undefined) =>
    block === undefined ? 'null' : params[1] === true ? block.whole : block.header;
  switch (method) {
    case 'eth_chainId':
      return `"0x${RECORDED_CHAIN_ID.toString(16)}"`;
    case 'net_version':
      return `"${RECORDED_CHAIN_ID}"`;
    case 'eth_blockNumber':
      return `"0x${(blocks.length - 1).toString(16)}"`;
    case 'eth_getBlockByNumber':
      return shown(blocks[numberOf(String(params[0]), blocks.length - 1)]);
    case 'eth_getBlockByHash':
      return shown(byHash.get(String(params[0])));
    case 'eth_getBlockReceipts':
      return blocks[numberOf(String(params[0]), blocks.length - 1)]?.receipts() ?? 'null';
    case 'eth_getLogs':
      return logsOf(blocks, byHash, params[0] as LogFilter);
    default:
      return null;
  }
}

/** A chain that has stopped: every tag names its last block. */
function numberOf(tag: string, last: number): number {
  return tag.startsWith('0x') ? Number(tag) : tag === 'earliest' ? 0 : last;
}

function logsOf(
  blocks: readonly RecordedBlock[],
  byHash: ReadonlyMap<string, RecordedBlock>,
  { fromBlock = 'latest', toBlock = 'latest', blockHash, topics }: LogFilter,
): string {
  const first = topics?.[0] ?? null;
  const wanted = first === null ? null : new Set([first].flat());
  const last = blocks.length - 1;
  const block = blockHash === undefined ? undefined : byHash.get(blockHash);
  const range =
    blockHash === undefined ? blocks.slice(numberOf(fromBlock, last), numberOf(toBlock, last) + 1) : [block];
  const logs = range.flatMap((one) => one?.logs ?? []).filter(({ topic }) => wanted === null || wanted.has(topic));
  return `[${logs.map(({ json }) => json).join(',')}]`;
}

const size = JSON.parse(process.argv[2] ?? '') as ChainSize;
const server = serve(recordChain(size));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port } satisfies ChainServerNews);
});
process.once('disconnect', () => process.exit());
