import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isAddress } from 'ethers';
import { z } from 'zod';
import { toAddress } from '@ala/shared/ids';

/** Where the key that pays for transactions is: exactly one of these settings. */
const SENDER_SETTINGS = ['senderKey', 'senderKeystore', 'externalSigner'] as const;

/** One of them, or a list. */
export function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (Array.isArray(value) ? (value as unknown) : [value]), z.array(item).min(1));
}

export const httpUrl = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });

/** An encrypted JSON keystore; paths are relative to the configuration file. */
export const senderKeystore = z
  .strictObject({
    file: z.string().min(1),
    passwordEnv: z.string().min(1).optional(),
    passwordFile: z.string().min(1).optional(),
  })
  .refine(({ passwordEnv, passwordFile }) => (passwordEnv === undefined) !== (passwordFile === undefined), {
    error: 'set exactly one of passwordEnv (the name of a variable) and passwordFile',
  });

/** Signs at another place, by `eth_signTransaction`; each of its addresses is a signer. */
export const externalSigner = z.strictObject({
  url: httpUrl,
  address: oneOrMore(
    z
      .string()
      .refine((value) => isAddress(value), 'expected the address whose key the signer has')
      .transform((value) => toAddress(value.toLowerCase())),
  ),
});

/** What is needed to open a keystore. */
export interface LockedKeystore {
  readonly file: string;
  readonly password: string;
}

/** What is wrong with the choice of the sender; in words that name no key. */
export function senderProblems(raw: Readonly<Record<string, unknown>>): string[] {
  const set = SENDER_SETTINGS.filter((setting) => raw[setting] !== undefined);
  if (set.length === 1) return [];
  const found = set.length === 0 ? 'none is set' : `${set.join(' and ')} are set`;
  return [`senderKey (or ALA_SENDER_KEY), senderKeystore and externalSigner: set exactly one; ${found}`];
}

/** Reads the password that opens the keystore; if it is not there, `problems` say what to do. */
export function lockedKeystore(
  settings: z.infer<typeof senderKeystore>,
  configPath: string,
  env: NodeJS.ProcessEnv,
  problems: string[],
): LockedKeystore {
  const { passwordEnv, passwordFile } = settings;
  const file = resolve(dirname(configPath), settings.file);
  if (passwordEnv !== undefined) {
    const password = env[passwordEnv];
    if (password === undefined) problems.push(`senderKeystore: set ${passwordEnv} to the password of the keystore`);
    return { file, password: password ?? '' };
  }
  const path = resolve(dirname(configPath), passwordFile ?? '');
  try {
    // Editors end a file with a newline; a password does not.
    return { file, password: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    problems.push(
      `senderKeystore: cannot read passwordFile ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return { file, password: '' };
  }
}
