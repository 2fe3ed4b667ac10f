import { Network, WebSocketProvider, type WebSocketLike } from 'ethers';
import type { ChainId } from '@ala/shared/ids';
import { parseHeader } from './answer.js';
import type { BlockId } from './header.js';
import { backoffMs, pause, unlessAborted } from '../lib/retry.js';

export interface WatchHeadsArgs {
  readonly url: string;
  readonly chainId: ChainId;
  readonly signal: AbortSignal;
  /**
   * There may be a new block, and it may be this one; null if the node does not say which. Who is told asks for it; nothing that comes
   * over the socket is believed.
   */
  readonly onHead: (announced: BlockId | null) => void;
}

/** Tells of new heads until the signal is aborted; a socket that breaks is opened anew with backoff. Never rejects. */
export async function watchHeads(args: WatchHeadsArgs): Promise<void> {
  let failures = 0;
  while (!args.signal.aborted) {
    failures = (await listen(args)) ? 1 : failures + 1;
    await pause(backoffMs({ firstMs: 250, maxMs: 30_000 }, failures), args.signal);
  }
}

/** @returns whether the node had taken the subscription before the socket closed */
async function listen({ url, chainId, signal, onHead }: WatchHeadsArgs): Promise<boolean> {
  const socket = new HeadSocket(url, chainId, onHead);
  const websocket = socket.websocket as WebSocketLike & { onclose: (() => void) | null };
  let subscribed = false;
  const closed = new Promise<void>((resolve) => {
    websocket.onclose = resolve;
    // An error without a listener would end the process.
    websocket.onerror = () => resolve();
    socket.send('eth_subscribe', ['newHeads']).then(
      () => (subscribed = true),
      () => resolve(),
    );
  });
  await unlessAborted(closed, signal);
  await socket.destroy();
  return subscribed;
}

/** The subscription of ethers itself would end the process where a node refuses it. */
class HeadSocket extends WebSocketProvider {
  constructor(
    url: string,
    chainId: ChainId,
    private readonly onHead: WatchHeadsArgs['onHead'],
  ) {
    const network = Network.from(chainId);
    super(url, network, { staticNetwork: network });
  }

  override async _processMessage(message: string): Promise<void> {
    try {
      if (message.includes('"eth_subscription"')) this.onHead(announcedIn(message));
      else await super._processMessage(message);
    } catch {
      // Not JSON, as a gateway may say that it is tired. Nobody waits for this promise: its failure would end the process.
      this.websocket.close();
    }
  }
}

function announcedIn(message: string): BlockId | null {
  try {
    const { result } = (JSON.parse(message) as { readonly params: { readonly result: unknown } }).params;
    const { number, hash } = parseHeader(result);
    return { number, hash };
  } catch {
    return null;
  }
}
