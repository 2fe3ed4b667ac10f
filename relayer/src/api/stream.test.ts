import { expect, it } from 'vitest';
import { EventLog } from './live/eventLog.js';
import { eventStream } from './stream.js';

const open = (events: EventLog, lastEventId: string | null = null) =>
  eventStream({ events, lastEventId, heartbeatMs: 60_000, maxBufferedBytes: 1_000 });

const effects = { type: 'effects' } as const;

it('begins with what a client has missed', () => {
  const events = new EventLog(10);
  const ids: string[] = [];
  events.subscribe((told) => ids.push(...told.map(({ id }) => id)));
  events.append([effects, { type: 'book', basket: 1 }]);
  const stream = open(events, ids[0]);
  expect(String(stream.read())).toBe(`retry: 2000\n\nid: ${ids[1]}\nevent: book\ndata: {"type":"book","basket":1}\n\n`);
  stream.destroy();
});

it('lets a client go that takes nothing, and stops telling it', async () => {
  const events = new EventLog(10);
  const stream = open(events);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  for (let told = 0; told < 100 && !stream.destroyed; told++) events.append([effects]);
  await closed;
  expect(stream.readableLength).toBeLessThan(1_200);
  expect(events.subscribers).toBe(0);
});

it('knows only its own run, and only so far back', () => {
  const events = new EventLog(2);
  const ids: string[] = [];
  events.subscribe((told) => ids.push(...told.map(({ id }) => id)));
  events.append([effects, effects, effects, effects]);
  const types = (id: string | null) => events.since(id).map(({ event }) => event.type);
  expect(types(null)).toEqual([]);
  expect(types(ids[1]!)).toEqual(['effects', 'effects']);
  expect(types(ids[3]!)).toEqual([]);
  for (const unknown of [ids[0]!, 'x-1', '', ids[3]!.replace(/\d+$/, '9')]) expect(types(unknown)).toEqual(['reset']);
});
