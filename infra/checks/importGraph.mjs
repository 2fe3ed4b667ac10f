// The shape of the code that no single file shows: no import cycles, and the relayer's stages know only what comes before them.

/**
 * Which stages of the relayer a stage may import, in the order of the flow. What every stage stands on (FOUNDATION) may be
 * imported by all and imports no stage; files directly in relayer/src wire the stages together and may import everything.
 *
 * @type {Record<string, readonly string[]>}
 */
export const STAGES = {
  chain: [],
  ingest: ['chain'],
  book: ['chain', 'ingest'],
  dispatch: ['chain', 'ingest', 'book'],
  auction: ['chain', 'ingest', 'book', 'dispatch'],
  tx: ['chain', 'dispatch'],
  bridge: ['chain', 'dispatch'],
  operate: ['chain', 'dispatch'],
  doctor: ['chain', 'dispatch', 'auction', 'tx', 'bridge'],
  api: ['chain', 'ingest', 'book', 'dispatch', 'auction', 'tx', 'bridge', 'operate'],
  command: ['chain', 'ingest', 'book'],
};

export const FOUNDATION = ['config', 'db', 'lib'];

/** @typedef {ReadonlyMap<string, readonly string[]>} ImportGraph the files that each file imports, as paths from the repository's folder */

/**
 * One cycle of each knot of files that import one another.
 *
 * @param {ImportGraph} graph
 * @returns {string[][]} the files of a cycle in the order of import
 */
export function importCycles(graph) {
  /** @type {string[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const path = [];
  /** @param {string} file */
  const visit = (file) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push(path.slice(start));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of [...graph.keys()].sort()) visit(file);
  return cycles;
}

/**
 * Imports between stages that STAGES does not allow. Tests may prepare what they need with the help of any stage.
 *
 * @param {ImportGraph} graph
 * @returns {{ from: string, to: string }[]}
 */
export function stageBreaches(graph) {
  const breaches = [];
  for (const [from, imports] of graph) {
    const stage = stageOf(from);
    if (stage === undefined || from.endsWith('.test.ts')) continue;
    const allowed = [stage, ...FOUNDATION, ...(STAGES[stage] ?? [])];
    // The files that wire the stages have no stage, and are no stage's predecessor.
    const isWiring = (/** @type {string} */ to) => to.startsWith('relayer/src/') && stageOf(to) === undefined;
    for (const to of imports) {
      const target = stageOf(to);
      if (isWiring(to) || (target !== undefined && !allowed.includes(target))) breaches.push({ from, to });
    }
  }
  return breaches;
}

/** Folders of relayer/src that are neither a stage nor a foundation. @param {ImportGraph} graph @returns {string[]} */
export function unknownStages(graph) {
  const folders = [...graph.keys()].map(stageOf).filter((stage) => stage !== undefined);
  return [...new Set(folders)].filter((stage) => !Object.hasOwn(STAGES, stage) && !FOUNDATION.includes(stage)).sort();
}

/** @param {string} file @returns {string | undefined} */
function stageOf(file) {
  return /^relayer\/src\/([^/]+)\//.exec(file)?.[1];
}
