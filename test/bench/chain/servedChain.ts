import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChainServerNews } from './chainServer.js';
import type { ChainSize } from './recordedChain.js';

const PROGRAM = fileURLToPath(new URL('./chainServer.js', import.meta.url));

/** A recorded chain that is being served. */
export interface ServedChain {
  readonly url: string;
  /** From here on the first request for logs counts as the beginning of a reader's work. */
  expectReader(): { readonly firstLogsAskedAtMs: Promise<number> };
  stop(): void;
}

/** Starts the stand-in for a node; see `chainServer.ts`. */
export async function serveRecordedChain(size: ChainSize): Promise<ServedChain> {
  const child = fork(PROGRAM, [JSON.stringify(size)]);
  const next = <Value>(pick: (news: ChainServerNews) => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const onEnd = (code: number | null) => reject(new Error(`the recorded chain ended with ${String(code)}`));
      const onNews = (news: unknown): void => {
        const picked = pick(news as ChainServerNews);
        if (picked === undefined) return;
        child.off('message', onNews).off('exit', onEnd);
        resolve(picked);
      };
      child.on('message', onNews).once('exit', onEnd);
    });
  const port = await next((news) => ('port' in news ? news.port : undefined));
  return {
    url: `http://127.0.0.1:${port}`,
    expectReader: () => {
      child.send('expect');
      return {
        firstLogsAskedAtMs: next((news) => ('firstLogsAskedAtMs' in news ? news.firstLogsAskedAtMs : undefined)),
      };
    },
    stop: () => void child.kill(),
  };
}
