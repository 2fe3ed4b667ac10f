/** A signal that is aborted by itself, or with another one that outlives it. */
export interface ChildSignal {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** To be called at the end: nothing of it stays with the parent. */
  readonly release: () => void;
}

/** `AbortSignal.any` is not for this: its parent remembers each child for good (Node 20), and a node waits millions of times a day. */
export function childOf(parent: AbortSignal): ChildSignal {
  const own = new AbortController();
  const abort = (): void => own.abort();
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort);
  return { signal: own.signal, abort, release: () => parent.removeEventListener('abort', abort) };
}
