import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from './processInfo.js';
import { stopPostmaster } from './stopPostmaster.js';

/** Thrown when a living process looks after the cluster already. */
export class ClusterInUseError extends Error {
  constructor(
    readonly clusterFolder: string,
    readonly supervisorPid: number,
  ) {
    super(`the database in ${clusterFolder} is in use by process ${supervisorPid.toString()}; stop that first`);
    this.name = 'ClusterInUseError';
  }
}

interface Supervisor {
  readonly pid: number;
  /** Tells the process from a later one with the same pid. */
  readonly commandLine: string;
  /** A temporary folder that ends with the supervisor. */
  readonly socketFolder: string | null;
}

/** Notes that this process looks after the cluster. */
export function claimCluster(clusterFolder: string, socketFolder: string | null): void {
  const supervisor: Supervisor = { pid: process.pid, commandLine: commandLineOf(process.pid) ?? '', socketFolder };
  writeFileSync(supervisorFile(clusterFolder), JSON.stringify(supervisor), { mode: 0o600 });
}

/** The other end of {@link claimCluster}. */
export function releaseCluster(clusterFolder: string): void {
  rmSync(supervisorFile(clusterFolder), { force: true });
}

/**
 * Stops a server that outlived its supervisor (`kill -9`) and removes what that left, so that the cluster can be started again.
 *
 * @throws {ClusterInUseError} when the supervisor lives
 */
export async function stopOrphan(
  clusterFolder: string,
  dataFolder: string,
  log: (line: string) => void,
): Promise<void> {
  const supervisor = readSupervisor(clusterFolder);
  if (supervisor !== undefined && lives(supervisor)) throw new ClusterInUseError(clusterFolder, supervisor.pid);
  const pid = postmasterOf(dataFolder);
  if (pid !== undefined) {
    log(`stopping the PostgreSQL server ${pid.toString()}, whose supervisor is gone`);
    await stopPostmaster(pid);
  }
  if (supervisor?.socketFolder != null) rmSync(supervisor.socketFolder, { recursive: true, force: true });
  releaseCluster(clusterFolder);
}

/** Whether somebody looks after the cluster. */
export function isInUse(clusterFolder: string): boolean {
  const supervisor = readSupervisor(clusterFolder);
  return supervisor !== undefined && lives(supervisor);
}

/** Whether somebody looked after the cluster and died without stopping it. */
export function isAbandoned(clusterFolder: string): boolean {
  const supervisor = readSupervisor(clusterFolder);
  return supervisor !== undefined && !lives(supervisor);
}

/** The pid of the server that runs on this data, from the file that PostgreSQL keeps there. */
export function postmasterOf(dataFolder: string): number | undefined {
  const pid = Number(readIfThere(join(dataFolder, 'postmaster.pid'))?.split('\n')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  // The file outlives a crash, and its pid may belong to anybody by now.
  return commandLineOf(pid)?.includes(dataFolder) === true ? pid : undefined;
}

function lives({ pid, commandLine }: Supervisor): boolean {
  return commandLineOf(pid) === commandLine;
}

function readSupervisor(clusterFolder: string): Supervisor | undefined {
  const text = readIfThere(supervisorFile(clusterFolder));
  return text === undefined ? undefined : (JSON.parse(text) as Supervisor);
}

function supervisorFile(clusterFolder: string): string {
  return join(clusterFolder, 'supervisor.json');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
