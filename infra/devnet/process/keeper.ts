/**
 * Holds every process of a devnet. Its channel to the devnet closes when that process ends, in whatever way, `kill -9`
 * included; then it ends all it holds. (anvil cannot be told to watch its parent, and node cannot clean up when killed.)
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { KeeperEvent, KeeperRequest } from './keeperMessages.js';

/** A database has to write down what it has before it ends. */
const KILL_AFTER_MS = 5_000;

const children = new Map<number, ChildProcess>();

function say(event: KeeperEvent): void {
  // The channel may close between the check and the write: without a callback that would be an error nobody catches.
  if (process.connected) process.send?.(event, undefined, undefined, () => undefined);
}

function hold(request: Extract<KeeperRequest, { type: 'spawn' }>): void {
  const { id, command, args, logFile, ipc } = request;
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log, ...(ipc ? ['ipc' as const] : [])] });
  closeSync(log);
  children.set(id, child);
  child.on('spawn', () => say({ type: 'spawned', id, pid: child.pid ?? 0 }));
  child.on('message', (message) => {
    if (message === 'ready') say({ type: 'ready', id });
  });
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    children.delete(id);
    say({ type: 'ended', id, reason });
    if (leaving) leaveWhenEmpty();
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit status ${code ?? 0}`));
}

let leaving = false;

function leaveWhenEmpty(): void {
  if (children.size === 0) process.exit(0);
}

function leave(): void {
  if (leaving) return;
  leaving = true;
  for (const child of children.values()) child.kill('SIGTERM');
  setTimeout(() => {
    for (const child of children.values()) child.kill('SIGKILL');
  }, KILL_AFTER_MS);
  leaveWhenEmpty();
}

process.on('message', (request: KeeperRequest) => {
  if (leaving) return;
  if (request.type === 'spawn') hold(request);
  else children.get(request.id)?.kill(request.signal);
});
process.on('disconnect', leave);
process.on('uncaughtException', (error) => {
  process.stderr.write(`keeper: ${error.stack ?? error.message}\n`);
  leave();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
