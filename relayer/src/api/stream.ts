import { Readable } from 'node:stream';
import type { EventLog, LoggedEvent } from './live/eventLog.js';

export interface StreamArgs {
  readonly events: EventLog;
  readonly lastEventId: string | null;
  readonly heartbeatMs: number;
  /** A client that has not taken so much is let go: it comes back with the id of the last event it has. */
  readonly maxBufferedBytes: number;
}

/** What is told together is told to every client in the same bytes. */
const bytesOf = new WeakMap<readonly LoggedEvent[], Buffer>();

/** How long a client waits before it comes back. */
const RETRY_MS = 2_000;

/** Server-sent events from here on, preceded by those that the client has missed. It ends when the client is too slow. */
export function eventStream({ events, lastEventId, heartbeatMs, maxBufferedBytes }: StreamArgs): Readable {
  const stream = new Readable({ read: () => undefined, highWaterMark: maxBufferedBytes });
  const send = (told: string | Buffer): void => {
    if (stream.readableLength > maxBufferedBytes) stream.destroy();
    else stream.push(told);
  };
  send(`retry: ${RETRY_MS}\n\n`);
  for (const missed of events.since(lastEventId)) send(eventText(missed));
  const unsubscribe = events.subscribe((told) => send(eventBytes(told)));
  // Also finds out that a client has gone without a word.
  const heartbeat = setInterval(() => send(':\n\n'), heartbeatMs);
  stream.once('close', () => {
    unsubscribe();
    clearInterval(heartbeat);
  });
  return stream;
}

function eventBytes(told: readonly LoggedEvent[]): Buffer {
  const bytes = bytesOf.get(told) ?? Buffer.from(told.map(eventText).join(''));
  bytesOf.set(told, bytes);
  return bytes;
}

function eventText({ id, event }: LoggedEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
