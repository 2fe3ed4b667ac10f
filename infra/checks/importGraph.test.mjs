import { describe, expect, it } from 'vitest';
import { importCycles, stageBreaches, unknownStages } from './importGraph.mjs';

/** @param {Record<string, string[]>} imports */
const graph = (imports) => new Map(Object.entries(imports));

describe('importCycles', () => {
  it('finds none where imports only share what they need', () => {
    expect(importCycles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  it('names the files of a cycle in order, however long', () => {
    expect(importCycles(graph({ a: ['b'], b: ['c'], c: ['d'], d: ['b'] }))).toEqual([['b', 'c', 'd']]);
  });

  it('finds a file that imports itself', () => {
    expect(importCycles(graph({ a: ['a'] }))).toEqual([['a']]);
  });

  it('finds every separate cycle', () => {
    expect(importCycles(graph({ a: ['b'], b: ['a'], x: ['y'], y: ['x'] }))).toHaveLength(2);
  });
});

describe('stageBreaches', () => {
  it('lets a stage import itself, its predecessors and the foundation', () => {
    const imports = ['relayer/src/ingest/b.ts', 'relayer/src/chain/c.ts', 'relayer/src/db/d.ts', 'shared/src/ids.ts'];
    expect(stageBreaches(graph({ 'relayer/src/ingest/a.ts': imports }))).toEqual([]);
  });

  it('reports a stage that imports a later one', () => {
    const from = 'relayer/src/chain/a.ts';
    const to = 'relayer/src/ingest/b.ts';
    expect(stageBreaches(graph({ [from]: [to] }))).toEqual([{ from, to }]);
  });

  it('lets a test prepare what it needs with any stage', () => {
    expect(stageBreaches(graph({ 'relayer/src/chain/a.test.ts': ['relayer/src/ingest/b.ts'] }))).toEqual([]);
  });

  it('reports a foundation that imports a stage', () => {
    const from = 'relayer/src/lib/a.ts';
    const to = 'relayer/src/chain/b.ts';
    expect(stageBreaches(graph({ [from]: [to] }))).toEqual([{ from, to }]);
  });

  it('lets only the wiring import everything, and nobody import the wiring', () => {
    const wiring = 'relayer/src/main.ts';
    expect(stageBreaches(graph({ [wiring]: ['relayer/src/chain/a.ts', 'relayer/src/tx/b.ts'] }))).toEqual([]);
    const from = 'relayer/src/tx/b.ts';
    expect(stageBreaches(graph({ [from]: [wiring] }))).toEqual([{ from, to: wiring }]);
  });
});

describe('unknownStages', () => {
  it('names folders that the table of stages does not', () => {
    expect(
      unknownStages(graph({ 'relayer/src/chain/a.ts': [], 'relayer/src/helpers/b.ts': [], 'relayer/src/main.ts': [] })),
    ).toEqual(['helpers']);
  });
});
