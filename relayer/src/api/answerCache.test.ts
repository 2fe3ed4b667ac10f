import { expect, it } from 'vitest';
import { AnswerCache } from './answerCache.js';

function counting() {
  const time = { version: 1, nowMs: 0, made: 0 };
  const cache = new AnswerCache({
    version: () => time.version,
    nowMs: () => time.nowMs,
    maxAgeMs: 1_000,
    maxAnswers: 2,
  });
  const ask = (key: string) => cache.get(key, () => Promise.resolve({ key, made: ++time.made }));
  return { time, cache, ask };
}

it('makes an answer once a version, also for those who ask at once', async () => {
  const { time, ask } = counting();
  const [first, second] = await Promise.all([ask('a'), ask('a')]);
  expect(second).toBe(first);
  time.version = 2;
  expect((await ask('a')).etag).not.toBe(first.etag);
  time.nowMs = 1_000;
  await ask('a');
  expect(time.made).toBe(3);
});

it('keeps the answers that were asked for last', async () => {
  const { time, ask } = counting();
  for (const key of ['a', 'b', 'a', 'c', 'a']) await ask(key);
  expect(time.made).toBe(3);
  await ask('b');
  expect(time.made).toBe(4);
});

it('asks again after a failure', async () => {
  const { cache, ask } = counting();
  await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(String((await ask('a')).body)).toBe('{"key":"a","made":1}');
});

it('serialises what is the same value once, however old the answer is', async () => {
  const { time, cache } = counting();
  const book = { tiers: [] };
  const first = await cache.get('book', () => Promise.resolve(book));
  time.nowMs = 1_000;
  expect(await cache.get('book', () => Promise.resolve(book))).toBe(first);
  time.version = 2;
  expect(await cache.get('book', () => Promise.resolve({ tiers: [] }))).not.toBe(first);
});
