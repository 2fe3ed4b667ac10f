import { chmodSync, chownSync, readFileSync } from 'node:fs';

/** The operating system's user that the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Users that own nothing of value, in the order they are preferred. initdb wants one with a name. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root: for root, an unprivileged user that exists already, so that neither `useradd` nor `su` is
 * needed. For everybody else undefined: the server runs as they do.
 */
export function serverUser(passwdFile = '/etc/passwd'): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(
    readFileSync(passwdFile, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  for (const name of UNPRIVILEGED) {
    const user = users.get(name);
    if (user !== undefined && user.uid > 0) return user;
  }
  throw new Error(
    `PostgreSQL does not run as root, and ${passwdFile} has neither of the users ${UNPRIVILEGED.join(', ')} to run it as. ` +
      `Start this as another user, or set DATABASE_URL to the PostgreSQL of your own.`,
  );
}

/** Gives a file or folder to the server's user, closed to all others. */
export function giveTo(user: ServerUser | undefined, path: string, mode: 0o600 | 0o700): void {
  chmodSync(path, mode);
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
