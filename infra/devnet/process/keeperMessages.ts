/** What the devnet asks of its keeper. */
export type KeeperRequest =
  | {
      readonly type: 'spawn';
      readonly id: number;
      readonly command: string;
      readonly args: readonly string[];
      readonly logFile: string;
      /** A node program that says `ready` over IPC and ends when its channel closes. */
      readonly ipc: boolean;
    }
  | { readonly type: 'kill'; readonly id: number; readonly signal: NodeJS.Signals };

/** What the keeper answers. `ended` comes exactly once a child. */
export type KeeperEvent =
  | { readonly type: 'spawned'; readonly id: number; readonly pid: number }
  | { readonly type: 'ready'; readonly id: number }
  | { readonly type: 'ended'; readonly id: number; readonly reason: string };
