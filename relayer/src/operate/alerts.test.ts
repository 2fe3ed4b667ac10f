import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { intentKinds } from '../dispatch/parseIntent.js';
import { renderMetrics } from './metrics.js';
import { Pulse } from './pulse.js';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it.each(['operating.md', 'architecture.md'])('has every metric that docs/%s names', async (name) => {
  const text = await renderMetrics({
    pulse: new Pulse(['hub'], 0),
    chains: [],
    nowMs: 0,
    version: '1',
    ready: true,
    work: { effects: [], lastBlocks: new Map() },
    auctions: { states: { open: 0, closed: 0, finished: 0 }, markets: new Map() },
    signers: [],
  });
  const there = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, metric]) => metric);
  const named = [...page(name).matchAll(/\bala_[a-z_]+[a-z]\b/g)].map(([metric]) => metric);
  // A database's or a user's name in a command is none.
  const metrics = named.filter((metric) => metric !== 'ala_restored');
  expect(metrics.length).toBeGreaterThan(10);
  expect(metrics.filter((metric) => !there.includes(metric))).toEqual([]);
});

it('has an alert for each kind of effect that is refused again and again', () => {
  const alerts = [...page('operating.md').matchAll(/^\| `ala_effects_oldest_seconds\{kind=~?"([a-z|\\]+)"\} > \d+`/gm)];
  const watched = new Set(alerts.flatMap(([, kinds]) => (kinds ?? '').split(/\\?\|/)));
  expect([...watched].sort()).toEqual([...intentKinds].sort());
});
