import { useNow } from '../data/now.js';
import { exactTime, relativeWords } from './time.js';

/** How far a time is from now; the exact time is in the title. */
export function Time({ sec }: { readonly sec: number }) {
  return (
    <time dateTime={new Date(sec * 1_000).toISOString()} title={exactTime(sec)} style={{ whiteSpace: 'nowrap' }}>
      {relativeWords(sec, useNow())}
    </time>
  );
}
