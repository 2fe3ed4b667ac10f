/** How many blocks a node is asked for at once. */
export interface BlockRange {
  readonly blocks: number;
  /** A node has refused a range: growing by leaps would run into its limit every other time. */
  readonly careful: boolean;
}

/** How a node took a question for the logs of so many blocks. */
export type RangeOutcome =
  | { readonly type: 'read'; readonly asked: number; readonly logs: number; readonly elapsedMs: number }
  | { readonly type: 'refused'; readonly asked: number };

/** What the common providers allow; `./ala doctor` asks for as many. */
export const FIRST_RANGE: BlockRange = { blocks: 500, careful: false };

/** Bounds what is in memory: headers are read one by one. */
const MAX_BLOCKS = 2_000;
const EASY = { elapsedMs: 1_000, logs: 5_000 };
/** Twice what is easy, or a range would grow and shrink in turns. More of them take memory, and are written late. */
const MANY_LOGS = 10_000;
/** Well below the time limit of a request. */
const SLOW_MS = 3_000;

/** Pure: half of what was refused, slow or full of logs; more after what was easy. */
export function nextRange(range: BlockRange, outcome: RangeOutcome): BlockRange {
  const half = Math.max(1, Math.floor(outcome.asked / 2));
  if (outcome.type === 'refused') return { blocks: half, careful: true };
  if (outcome.elapsedMs > SLOW_MS) return { blocks: Math.min(range.blocks, half), careful: true };
  if (outcome.logs > MANY_LOGS) return { ...range, blocks: Math.min(range.blocks, half) };
  // A short range, as at the head, shows nothing of a long one.
  if (outcome.asked < range.blocks || outcome.elapsedMs > EASY.elapsedMs || outcome.logs > EASY.logs) return range;
  const grown = range.careful ? range.blocks + Math.ceil(range.blocks / 10) : range.blocks * 2;
  return { ...range, blocks: Math.min(MAX_BLOCKS, grown) };
}
