import type { outboxStates } from '../db/ownTables.js';

/**
 * ```
 *            ┌──────────────── not ready, refused, dropped: run_at later ────────────────┐
 *            ▼                                                                            │
 *  (row) → pending → signed → broadcast → mined ──► done                                  │
 *            │  │       └─────────┴──────────┴──── reverted, or another step is due ──────┘
 *            │  └─► done      the chain already shows the effect
 *            └────► obsolete  the effect cannot be had any more, or is of no use
 * ```
 *
 * - `pending`: an intent; nothing was sent for it, or what was sent is settled.
 * - `signed`: a transaction with its nonce is stored; it may have been sent.
 * - `broadcast`: a node took it.
 * - `mined`: it has a receipt.
 * - `done`, `obsolete`: ends, unless a reorg removes the block that showed them: then `pending` again.
 */
export type OutboxState = (typeof outboxStates)[number];

/** The states from which a lane goes on by itself. */
export const liveStates = ['pending', 'signed', 'broadcast', 'mined'] as const satisfies readonly OutboxState[];

const allowed: Record<OutboxState, readonly OutboxState[]> = {
  pending: ['pending', 'signed', 'done', 'obsolete'],
  signed: ['broadcast', 'mined', 'pending'],
  broadcast: ['broadcast', 'mined', 'pending'],
  mined: ['done', 'pending'],
  done: ['pending'],
  obsolete: ['pending'],
};

/** The one place that knows which change of state is possible. */
export function canMove(from: OutboxState, to: OutboxState): boolean {
  return allowed[from].includes(to);
}
