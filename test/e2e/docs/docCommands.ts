/** A command as a page prints it. */
export interface DocCommand {
  readonly text: string;
  /** Of the page, from 1. */
  readonly line: number;
  /** Between words: it may be a command's name alone. In a block a command stands whole. */
  readonly inline: boolean;
}

/** Programs that a reader is told to run. Between words only what begins with one of them is a command. */
const PROGRAMS = /^(\.\/ala|npm|npx|node|\.ci\/run|createdb|psql|pg_dump|pg_restore|curl|[A-Z_]+=\S+ node) \S/;
const FENCE = /^\s*```(\w*)/;
const SHELLS = new Set(['sh', 'bash', 'console', 'shell']);

/** Every command of a page: the lines of its shell blocks without comments, and those between words. */
export function commandsIn(page: string): DocCommand[] {
  const commands: DocCommand[] = [];
  let language: string | null = null;
  page.split('\n').forEach((text, index) => {
    const line = index + 1;
    const fence = FENCE.exec(text);
    if (fence !== null) {
      language = language === null ? (fence[1] ?? '') : null;
      return;
    }
    if (language === null) {
      for (const [, span = ''] of text.matchAll(/`([^`]+)`/g)) {
        if (PROGRAMS.test(span)) commands.push({ text: span, line, inline: true });
      }
    } else if (SHELLS.has(language)) {
      const command = text.replace(/(^|\s+)#\s.*$/, '').trim();
      if (command !== '') commands.push({ text: spaced(command), line, inline: false });
    }
  });
  return commands;
}

/** Comments line up in a block, and so do options: that is no other command. */
function spaced(command: string): string {
  return command.replace(/ {2,}/g, ' ');
}

/** Between words `./ala verify` may stand for all that begin so. */
export function isCovered(command: DocCommand, covered: readonly string[]): boolean {
  return covered.some((each) => each === command.text || (command.inline && each.startsWith(`${command.text} `)));
}
