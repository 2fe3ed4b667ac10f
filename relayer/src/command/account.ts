import { readFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import type { Deployment } from '@ala/shared/deployment';
import { AlaError } from '@ala/shared/errors';
import { toAddress, type Address } from '@ala/shared/ids';

/** No usable key was given. Says nothing of what was given instead. */
export class AccountError extends AlaError {}

export interface AccountOptions {
  /** One of the devnet's: `lp1`, `borrower`, … */
  readonly account?: string;
  readonly keystore?: string;
}

/**
 * The account that signs: the devnet's by its name, else a keystore file with `ALA_KEYSTORE_PASSWORD`, else `ALA_LP_KEY`.
 * @throws AccountError
 */
export async function walletOf(
  { account, keystore }: AccountOptions,
  deployment: Deployment,
  env: NodeJS.ProcessEnv,
): Promise<Wallet> {
  if (account !== undefined) return new Wallet(devnetAccount(deployment, account).privateKey);
  if (keystore !== undefined) return openKeystore(keystore, env);
  const key = env['ALA_LP_KEY'];
  if (key === undefined || key === '') {
    throw new AccountError(`no key to sign with: set ALA_LP_KEY, or name a --keystore${orAccount(deployment)}`);
  }
  try {
    return new Wallet(key);
  } catch {
    // The reason would print the key.
    throw new AccountError('ALA_LP_KEY is no private key: expected 0x and 64 hex digits');
  }
}

/** Whose bids are meant, without a password: a keystore file says its address openly. */
export function ownerOf(
  { account, keystore }: AccountOptions,
  deployment: Deployment,
  env: NodeJS.ProcessEnv,
): Address {
  if (account !== undefined) return devnetAccount(deployment, account).address;
  if (keystore !== undefined) return keystoreAddress(keystore);
  const key = env['ALA_LP_KEY'];
  if (key === undefined || key === '') {
    throw new AccountError(`whose bids? Name the --owner, or a --keystore, or set ALA_LP_KEY${orAccount(deployment)}`);
  }
  try {
    return toAddress(new Wallet(key).address);
  } catch {
    throw new AccountError('ALA_LP_KEY is no private key: expected 0x and 64 hex digits');
  }
}

function devnetAccount({ devnet }: Deployment, name: string) {
  if (devnet === null) {
    throw new AccountError('only a devnet has named accounts: set ALA_LP_KEY, or name a --keystore');
  }
  const { deployer, relayer, borrower, lps } = devnet;
  const named = { deployer, relayer, borrower, ...Object.fromEntries(lps.map((lp, index) => [`lp${index + 1}`, lp])) };
  const found = Object.entries(named).find(([each]) => each === name);
  if (found === undefined) {
    throw new AccountError(
      `the devnet has no account ${JSON.stringify(name)}: it has ${Object.keys(named).join(', ')}`,
    );
  }
  return found[1];
}

async function openKeystore(path: string, env: NodeJS.ProcessEnv): Promise<Wallet> {
  const password = env['ALA_KEYSTORE_PASSWORD'];
  if (password === undefined) throw new AccountError('set ALA_KEYSTORE_PASSWORD to the password of the keystore');
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(readFileSync(path, 'utf8'), password);
    return new Wallet(privateKey);
  } catch (cause) {
    throw new AccountError(`the keystore ${path} cannot be read or has another password`, { cause });
  }
}

function keystoreAddress(path: string): Address {
  try {
    const { address } = JSON.parse(readFileSync(path, 'utf8')) as { address?: string };
    return toAddress(`0x${(address ?? '').replace(/^0x/, '')}`);
  } catch (cause) {
    throw new AccountError(`the keystore ${path} cannot be read or does not say its address: name the --owner`, {
      cause,
    });
  }
}

function orAccount({ devnet }: Deployment): string {
  return devnet === null ? '' : ', or on the devnet an --account such as lp1';
}
