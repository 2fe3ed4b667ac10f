import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';

export interface DocExamples {
  /** Of docs. */
  readonly page: string;
  /** What the blocks' fences say, all of it: `ts`. The first of them holds the imports. */
  readonly fence: string;
  /** What the examples find there, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The names whose values are answered. */
  readonly results: readonly string[];
}

/** Runs the examples of a page one after the other as one module: imports first, then one function with all the rest. */
export async function runExamples({ page, fence, given, results }: DocExamples): Promise<object> {
  const text = readFileSync(join(repositoryRoot(), 'docs', page), 'utf8');
  const pattern = new RegExp(`^\`\`\`${fence}\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  const [imports = '', ...examples] = [...text.matchAll(pattern)].map(([, code]) => code ?? '');
  const names = Object.keys(given).join(', ');
  const body = `${examples.join('\n')}\nreturn { ${results.join(', ')} };`;
  // Inside the repository, so that its packages are found.
  const folder = join(repositoryRoot(), '.ala', `examples-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const path = join(folder, `${fence.replaceAll(' ', '-')}.ts`);
    writeFileSync(path, `${imports}\nexport async function run({ ${names} }) {\n${body}\n}\n`);
    const { run } = (await import(path)) as { run: (values: object) => Promise<object> };
    return await run(given);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
