import type { Page } from 'playwright-core';

/** How a page has kept up while something was done with it, milliseconds. */
export interface Frames {
  /** Between one frame and the next. */
  readonly frameMs: readonly number[];
  /** Tasks of 50 ms or longer, as the browser tells them. */
  readonly longTaskMs: readonly number[];
}

interface Recorder {
  frameMs: number[];
  longTaskMs: number[];
  stop(): void;
}

type WithRecorder = typeof globalThis & { alaFrames: Recorder };

/** Records frames and long tasks of the page for as long as `act` takes. */
export async function framesWhile(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const { requestAnimationFrame: onFrame, PerformanceObserver: Observer } = globalThis as unknown as {
      requestAnimationFrame: (then: (atMs: number) => void) => void;
      PerformanceObserver: new (hear: (list: { getEntries(): { duration: number }[] }) => void) => {
        observe(options: { type: string }): void;
        takeRecords(): { duration: number }[];
        disconnect(): void;
      };
    };
    const frameMs: number[] = [];
    const longTaskMs: number[] = [];
    let isOn = true;
    let lastMs: number | null = null;
    const frame = (atMs: number): void => {
      if (lastMs !== null) frameMs.push(atMs - lastMs);
      lastMs = atMs;
      if (isOn) onFrame(frame);
    };
    onFrame(frame);
    const hear = (entries: { duration: number }[]): void => {
      longTaskMs.push(...entries.map(({ duration }) => duration));
    };
    const observer = new Observer((list) => hear(list.getEntries()));
    observer.observe({ type: 'longtask' });
    const stop = (): void => {
      isOn = false;
      hear(observer.takeRecords());
      observer.disconnect();
    };
    (globalThis as unknown as WithRecorder).alaFrames = { frameMs, longTaskMs, stop };
  });
  await act();
  return page.evaluate(() => {
    const { alaFrames } = globalThis as unknown as WithRecorder;
    alaFrames.stop();
    return { frameMs: alaFrames.frameMs, longTaskMs: alaFrames.longTaskMs };
  });
}
