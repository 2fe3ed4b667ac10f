import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { RUN_ELSEWHERE } from './commandCoverage.js';
import { AS_LP, AS_OPERATOR, BY_THEMSELVES, OF_THE_API, TO_DEPLOY } from './commandTable.js';
import { commandsIn, isCovered } from './docCommands.js';

const RUN_HERE = [...AS_LP, ...OF_THE_API, ...AS_OPERATOR, ...TO_DEPLOY, ...BY_THEMSELVES].map(
  ({ command }) => command,
);
const COVERED = [...RUN_HERE, ...RUN_ELSEWHERE.map(({ command }) => command)];

const pages = [
  'README.md',
  ...readdirSync(join(repositoryRoot(), 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
].map((path) => ({ path, commands: commandsIn(readFileSync(join(repositoryRoot(), path), 'utf8')) }));

describe('commands in a page', () => {
  it('are the lines of its shell blocks without their comments', () => {
    const page = ['```sh', './ala  book   # all of it', '', '# a word', 'npm start', '```', '```ts', 'x', '```'];
    expect(commandsIn(page.join('\n'))).toEqual([
      { text: './ala book', line: 2, inline: false },
      { text: 'npm start', line: 5, inline: false },
    ]);
  });

  it('are what stands between words and begins with a program', () => {
    const page = 'Ask `./ala doctor --config node.yaml`, not `node.ts` or `outbox`, then `npm start`.';
    expect(commandsIn(page).map(({ text }) => text)).toEqual(['./ala doctor --config node.yaml', 'npm start']);
  });

  it('stand for longer ones only between words', () => {
    const command = { text: './ala verify', line: 1, inline: true };
    expect(isCovered(command, ['./ala verify AUCTION_ID'])).toBe(true);
    expect(isCovered({ ...command, inline: false }, ['./ala verify AUCTION_ID'])).toBe(false);
    expect(isCovered({ ...command, text: './ala veri' }, ['./ala verify AUCTION_ID'])).toBe(false);
  });
});

describe('the documentation', () => {
  it.each(pages.filter(({ commands }) => commands.length > 0))('$path: a test runs every command', (page) => {
    const missing = page.commands.filter((command) => !isCovered(command, COVERED));
    expect(missing.map(({ line, text }) => `${page.path}:${line}: ${text}`)).toEqual([]);
  });

  it('still has every command that is listed as run, each once', () => {
    const printed = new Set(pages.flatMap(({ commands }) => commands.map(({ text }) => text)));
    expect(COVERED.filter((command) => !printed.has(command))).toEqual([]);
    expect(COVERED).toHaveLength(new Set(COVERED).size);
  });

  it('names tests that are there', () => {
    const files = RUN_ELSEWHERE.map(({ by }) => by);
    expect(files.filter((file) => !existsSync(join(repositoryRoot(), file)))).toEqual([]);
  });
});
