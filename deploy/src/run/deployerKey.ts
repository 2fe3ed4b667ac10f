import { readFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import { AlaError } from '@ala/shared/errors';

/** No usable key was given. Says nothing of what was given instead. */
export class DeployerKeyError extends AlaError {}

/** The deployer's wallet: from `ALA_DEPLOYER_KEY`, or from an encrypted keystore file with `ALA_KEYSTORE_PASSWORD`. */
export async function deployerWallet(keystore: string | undefined, env: NodeJS.ProcessEnv): Promise<Wallet> {
  if (keystore !== undefined) {
    const password = env['ALA_KEYSTORE_PASSWORD'];
    if (password === undefined) throw new DeployerKeyError('set ALA_KEYSTORE_PASSWORD to the password of the keystore');
    try {
      const { privateKey } = await Wallet.fromEncryptedJson(readFileSync(keystore, 'utf8'), password);
      return new Wallet(privateKey);
    } catch (cause) {
      throw new DeployerKeyError(`the keystore ${keystore} cannot be read or has another password`, { cause });
    }
  }
  const wallet = environmentWallet(env);
  if (wallet === undefined) {
    throw new DeployerKeyError('no key to deploy with: set ALA_DEPLOYER_KEY, or name a --keystore');
  }
  return wallet;
}

/** Who would deploy, as far as the environment tells; undefined if it has no key. */
export function deployerAddress(env: NodeJS.ProcessEnv): string | undefined {
  return environmentWallet(env)?.address;
}

function environmentWallet(env: NodeJS.ProcessEnv): Wallet | undefined {
  const key = env['ALA_DEPLOYER_KEY'];
  if (key === undefined || key === '') return undefined;
  try {
    return new Wallet(key);
  } catch {
    // The reason would print the key.
    throw new DeployerKeyError('ALA_DEPLOYER_KEY is no private key: expected 0x and 64 hex digits');
  }
}
