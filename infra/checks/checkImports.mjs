// Reads the imports of every TypeScript file and fails on cycles and on stages of the relayer that look ahead.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { importCycles, stageBreaches, unknownStages } from './importGraph.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the sources of each package are that others import by name. @type {readonly (readonly [RegExp, string])[]} */
const PACKAGES = [
  [/^@ala\/(shared|relayer|deploy)\//, '$1/src/'],
  [/^@ala\/postgres\//, 'infra/postgres/'],
  [/^@ala\/infra\//, 'infra/'],
];

/** @returns {import('./importGraph.mjs').ImportGraph} */
function readGraph() {
  const files = ['shared', 'relayer', 'dashboard', 'deploy', 'infra', 'test'].flatMap((workspace) =>
    readdirSync(join(ROOT, workspace), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path))
      .map((path) => join(workspace, path)),
  );
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** @param {string} file @returns {string[]} the repository's own files that it imports, for values or for types */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => resolveOwn(file, fileName)).filter((path) => path !== undefined);
}

/** @param {string} importer @param {string} specifier @returns {string | undefined} */
function resolveOwn(importer, specifier) {
  const named = PACKAGES.find(([pattern]) => pattern.test(specifier));
  if (named === undefined && !specifier.startsWith('.')) return undefined;
  const path =
    named === undefined
      ? normalize(join(dirname(importer), specifier)).replace(/\.js$/, '')
      : specifier.replace(...named);
  return [`${path}.ts`, `${path}.tsx`].find((candidate) => existsSync(join(ROOT, candidate)));
}

const graph = readGraph();
const problems = [
  ...importCycles(graph).map((cycle) => `import cycle: ${[...cycle, cycle[0]].join(' → ')}`),
  ...stageBreaches(graph).map(
    ({ from, to }) => `${from} imports ${to}: a stage imports only stages before it (infra/checks/importGraph.mjs)`,
  ),
  ...unknownStages(graph).map((stage) => `relayer/src/${stage} is not named in infra/checks/importGraph.mjs`),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
