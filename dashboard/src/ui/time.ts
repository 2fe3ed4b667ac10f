const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in its two largest units: `2 min 5 s`, `3 d 4 h`. @param seconds Below zero counts as none. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first === -1) return '0 s';
  let rest = whole;
  const parts = UNITS.slice(first, first + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { name, count };
  });
  return parts
    .filter(({ count }, at) => at === 0 || count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(' ');
}

/** How far a time is from now, in words: `5 s ago`, `in 2 h`, `now`. */
export function relativeWords(timeSec: number, nowSec: number): string {
  const distance = Math.trunc(nowSec - timeSec);
  if (distance === 0) return 'now';
  return distance > 0 ? `${durationWords(distance)} ago` : `in ${durationWords(-distance)}`;
}

/** `2026-11-29 03:54:12 UTC`, the same for every reader. */
export function exactTime(timeSec: number): string {
  return `${new Date(timeSec * 1_000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
