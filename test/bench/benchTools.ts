import type { BenchServer } from './database.js';

/** What every bench has to work with. */
export interface Bench {
  readonly server: BenchServer;
  /** Logs go here; removed at the end. */
  readonly folder: string;
  readonly say: (line: string) => void;
}
