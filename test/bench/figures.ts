/** One figure, what was measured beside it, and what it is held against. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ala: number | null;
  readonly peer: number | null;
  /** Who the peer is. */
  readonly peerName: string;
  readonly target: Target | null;
  /** What the figure does not say by itself: sizes, runs, stand-ins. */
  readonly note: string;
}

export interface Target {
  readonly value: number;
  /** Whether the figure has to be at least or at most that. */
  readonly bound: 'min' | 'max';
  /** Held against ALA's figure, or against the ratio to the peer. */
  readonly of: 'ala' | 'ratio';
}

export const atLeast = (value: number): Target => ({ value, bound: 'min', of: 'ala' });
export const atMost = (value: number): Target => ({ value, bound: 'max', of: 'ala' });
export const timesThePeer = (value: number): Target => ({ value, bound: 'min', of: 'ratio' });

/** How many times better than the peer: more of what shall be much, less of what shall be little. */
export function ratioOf({ ala, peer, target }: Figure): number | null {
  if (ala === null || peer === null || ala === 0 || peer === 0) return null;
  return target?.bound === 'max' ? peer / ala : ala / peer;
}

/** Null without a target or a figure. */
export function isMet(figure: Figure): boolean | null {
  const { target } = figure;
  if (target === null) return null;
  const value = target.of === 'ala' ? figure.ala : ratioOf(figure);
  if (value === null) return null;
  return target.bound === 'min' ? value >= target.value : value <= target.value;
}

/** The value below which `share` of all lie, by the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

const HEADER = ['what', 'ALA', 'peer', 'ratio', 'target', ''];
const NUMERIC = new Set([1, 2, 3]);

/** For people: a line a figure. */
export function tableOf(figures: readonly Figure[]): string {
  const cells = figures.map((figure) => [
    `${figure.what} [${figure.unit}]`,
    numberText(figure.ala),
    figure.peer === null ? figure.peerName : `${numberText(figure.peer)} ${figure.peerName}`,
    ratioText(ratioOf(figure)),
    targetText(figure.target),
    { true: 'ok', false: 'missed', null: '' }[String(isMet(figure))] ?? '',
  ]);
  const widths = HEADER.map((title, column) =>
    Math.max(...[HEADER, ...cells].map((line) => (line[column] ?? title).length)),
  );
  const render = (line: readonly string[]) =>
    line
      .map((cell, column) =>
        NUMERIC.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [HEADER, widths.map((width) => '-'.repeat(width)), ...cells].map(render).join('\n');
}

function numberText(value: number | null): string {
  if (value === null) return '–';
  return value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

function ratioText(ratio: number | null): string {
  return ratio === null ? '' : `${ratio.toLocaleString('en', { maximumSignificantDigits: 3 })} x`;
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  const value = target.value.toLocaleString('en');
  return `${target.bound === 'min' ? '>=' : '<='} ${value}${target.of === 'ratio' ? ' x the peer' : ''}`;
}
