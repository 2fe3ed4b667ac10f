import { readFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import type { ChainId } from '@ala/shared/ids';
import { ConfigError, type Config } from '../config/config.js';
import type { LockedKeystore } from '../config/sender.js';
import { openExternalSigner, type ExternalSigner } from './externalSigner.js';
import { keySigner } from './keySigner.js';
import type { Signer } from './signer.js';

/** The signer of each chain, all with one address, and what can be known only once the key's holder answers. */
export interface Signers {
  readonly on: (chainId: ChainId) => Signer;
  readonly address: Signer['address'];
  /** What of the configuration an external signer contradicts. @throws UnavailableError while it does not answer. */
  readonly problems: () => Promise<readonly string[]>;
}

type SignerSettings = Pick<Config, 'senderKey' | 'senderKeystore' | 'externalSigner' | 'chains' | 'deployment'>;

/**
 * Opens what the configuration names; an external signer is not asked yet.
 * @throws ConfigError if the keystore cannot be read or opened.
 */
export async function openSigners(config: SignerSettings): Promise<Signers> {
  if (config.externalSigner !== undefined) return externalSigners(config, config.externalSigner);
  const { senderKey, senderKeystore } = config;
  const key = senderKeystore === undefined ? senderKey : await openKeystore(senderKeystore);
  if (key === undefined) throw new ConfigError(['no key to pay with: set senderKey, senderKeystore or externalSigner']);
  const signer = keySigner(key);
  return { on: () => signer, address: signer.address, problems: () => Promise.resolve([]) };
}

async function openKeystore({ file, password }: LockedKeystore): Promise<string> {
  try {
    return (await Wallet.fromEncryptedJson(readFileSync(file, 'utf8'), password)).privateKey;
  } catch {
    // Which of the two it is shows in the file; a reason of the decryption could show more.
    throw new ConfigError([
      `senderKeystore: the keystore ${file} cannot be read or has another password: correct file, passwordEnv or passwordFile`,
    ]);
  }
}

function externalSigners(
  { chains, deployment }: SignerSettings,
  { url, address }: NonNullable<Config['externalSigner']>,
): Signers {
  const signers = new Map<ChainId, ExternalSigner>(
    deployment.chains.map(({ name, chainId }) => [
      chainId,
      openExternalSigner({ url: chains?.[name]?.externalSignerUrl ?? url, address, chainId }),
    ]),
  );
  return {
    address,
    on: (chainId) => {
      const signer = signers.get(chainId);
      if (signer === undefined) throw new Error(`no signer for chain ${chainId}`);
      return signer;
    },
    problems: async () => {
      const held = await Promise.all([...signers.values()].map((signer) => signer.accounts()));
      const strangers = held.filter((accounts) => accounts !== null && !accounts.includes(address));
      if (strangers.length === 0) return [];
      const found = [...new Set(strangers.flat())].join(', ');
      return [`externalSigner: it has no key of ${address}, but of ${found}: correct externalSigner.address`];
    },
  };
}
