import { styleText } from 'node:util';

/** What a command says: results on standard output, progress and problems on standard error. */
export interface Terminal {
  /** Programs read the output. */
  readonly json: boolean;
  readonly color: boolean;
}

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Colours only where a person looks at a terminal that wants them (https://no-color.org). */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

export function terminalOf(options: { readonly json?: boolean }): Terminal {
  return { json: options.json === true, color: wantsColor(process.env, process.stdout.isTTY) };
}

export function styled({ color }: Terminal, style: Style, text: string): string {
  return color ? styleText(style, text) : text;
}

/** Prints one JSON object a line, or what people read. */
export function print({ json }: Terminal, value: unknown, text: () => string): void {
  process.stdout.write(`${json ? toJson(value) : text()}\n`);
}

/** What is under way, for people; a program's standard output stays as it is. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Amounts as strings of decimal digits. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}

/** Columns as wide as their widest cell; those named in `right` end at the same place. */
export function tableText(
  terminal: Terminal,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(header[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [styled(terminal, 'bold', line(header)), ...rows.map(line)].join('\n');
}

/** A time as people compare it, in UTC; empty for none. */
export function timeText(atSec: number | null): string {
  return atSec === null ? '' : `${new Date(atSec * 1_000).toISOString().slice(0, 19)}Z`;
}

export function percentText(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}
