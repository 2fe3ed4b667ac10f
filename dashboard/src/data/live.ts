import { useEffect } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { outdatedBy } from './outdated.js';
import { api } from './queries.js';

/** What moves within this time is asked for once. */
const GATHER_MS = 400;

/**
 * Hears what moves at the node for as long as the page is in sight, and has what is shown of it asked for again. A page out of sight lets go
 * of its connection: a browser has six for a node, for all of its tabs.
 */
export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    let stop: AbortController | null = null;
    let hasMissed = false;
    const follow = (): void => {
      if (document.visibilityState === 'hidden') {
        stop?.abort();
        stop = null;
        hasMissed = true;
      } else if (stop === null) {
        stop = new AbortController();
        if (hasMissed) void client.invalidateQueries();
        void listen(client, stop.signal);
      }
    };
    const leave = (): void => {
      stop?.abort();
      stop = null;
      hasMissed = true;
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', follow);
    return () => {
      leave();
      document.removeEventListener('visibilitychange', follow);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', follow);
    };
  }, [client]);
}

async function listen(client: QueryClient, signal: AbortSignal): Promise<void> {
  let outdated = new Set<string>();
  let all = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    timer = undefined;
    const [names, everything] = [outdated, all];
    [outdated, all] = [new Set(), false];
    void client.invalidateQueries({ predicate: ({ queryKey: [name] }) => everything || names.has(String(name)) });
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  try {
    for await (const event of api.events(signal)) {
      const names = outdatedBy(event);
      if (names === null) all = true;
      else for (const name of names) outdated.add(name);
      timer ??= setTimeout(refresh, GATHER_MS);
    }
  } catch {
    // The API refuses its stream: every query asks by itself from time to time, and shows what it refuses.
  }
}
