import { readFileSync } from 'node:fs';
import { Wallet } from 'ethers';
import type { ChainId } from '@ala/shared/ids';
import { ConfigError, type Config } from '../config/config.js';
import type { LockedKeystore } from '../config/sender.js';
import { openExternalSigner, type ExternalSigner } from './externalSigner.js';
import { keySigner } from './keySigner.js';
import type { Signer } from './signer.js';

/** Who pays on every chain: one address, with a lane of its own on each. */
export interface Sender {
  readonly address: Signer['address'];
  readonly on: (chainId: ChainId) => Signer;
}

/** All senders, and what can be known only once the keys' holder answers. */
export interface Signers {
  readonly senders: readonly [Sender, ...Sender[]];
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
  const keys = senderKeystore === undefined ? senderKey : await Promise.all(senderKeystore.map(openKeystore));
  const signers = (keys ?? []).map(keySigner);
  const senders = signers.map((signer): Sender => ({ address: signer.address, on: () => signer }));
  return { senders: distinct(senders), problems: () => Promise.resolve([]) };
}

/** Two lanes with one key would take each other's nonces. */
function distinct(senders: readonly Sender[]): Signers['senders'] {
  const [first, ...others] = senders;
  if (first === undefined)
    throw new ConfigError(['no key to pay with: set senderKey, senderKeystore or externalSigner']);
  const addresses = senders.map(({ address }) => address);
  const twice = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (twice !== undefined) throw new ConfigError([`the signer ${twice} is named twice: leave one of them out`]);
  return [first, ...others];
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
  const opened = address.map((of) => {
    const signers = new Map<ChainId, ExternalSigner>(
      deployment.chains.map(({ name, chainId }) => [
        chainId,
        openExternalSigner({ url: chains?.[name]?.externalSignerUrl ?? url, address: of, chainId }),
      ]),
    );
    return { address: of, signers, on: (chainId: ChainId) => signerOn(signers, chainId) };
  });
  return {
    senders: distinct(opened),
    problems: async () => (await Promise.all(opened.map(strangerProblems))).flat(),
  };
}

function signerOn(signers: ReadonlyMap<ChainId, ExternalSigner>, chainId: ChainId): ExternalSigner {
  const signer = signers.get(chainId);
  if (signer === undefined) throw new Error(`no signer for chain ${chainId}`);
  return signer;
}

interface OpenedSender {
  readonly address: Signer['address'];
  readonly signers: ReadonlyMap<ChainId, ExternalSigner>;
}

async function strangerProblems({ address, signers }: OpenedSender): Promise<string[]> {
  const held = await Promise.all([...signers.values()].map((signer) => signer.accounts()));
  const strangers = held.filter((accounts) => accounts !== null && !accounts.includes(address));
  if (strangers.length === 0) return [];
  const found = [...new Set(strangers.flat())].join(', ');
  return [`externalSigner: it has no key of ${address}, but of ${found}: correct externalSigner.address`];
}
