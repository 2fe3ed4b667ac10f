import { useEffect, useMemo, useState } from 'react';
import type { Signer } from 'ethers';
import { ClientError } from '@ala/shared/client/clientError';
import { toAddress, type Address } from '@ala/shared/ids';
import { burnerWallet, type BurnerChain } from './burner.js';
import { watchWallets, type KnownWallet } from './announced.js';
import { signOn, type AddedChain } from './signOn.js';

export const BURNER_ID = 'burner';

/** The wallets that there are; on a devnet one that is made in the page. */
export function useWallets(burnerChains: readonly BurnerChain[] | null): readonly KnownWallet[] {
  const [announced, setAnnounced] = useState<readonly KnownWallet[]>([]);
  useEffect(() => watchWallets(window, setAnnounced), []);
  const burner = useMemo(
    () => (burnerChains === null ? null : burnerWallet(burnerChains, window.localStorage)),
    [burnerChains],
  );
  if (burner === null) return announced;
  return [...announced, { id: BURNER_ID, name: 'Burner wallet (play money)', provider: burner }];
}

export interface Session {
  readonly wallet: KnownWallet;
  readonly account: Address;
}

export async function openSession(wallet: KnownWallet, chain: AddedChain): Promise<Session> {
  const signer = await signOn(wallet.provider, chain);
  return { wallet, account: toAddress(await signer.getAddress()) };
}

/**
 * The signer of a session, on the chain that is asked for.
 * @throws ClientError if the wallet has gone to another account since: what was shown is not that one's.
 */
export async function signerOf({ wallet, account }: Session, chain: AddedChain): Promise<Signer> {
  const signer = await signOn(wallet.provider, chain);
  const now = await signer.getAddress();
  if (now.toLowerCase() === account.toLowerCase()) return signer;
  throw new ClientError({
    kind: 'wallet',
    what: `the wallet is on account ${now} now`,
    whatToDo: `Connect anew, or go back to ${account} in the wallet. Nothing was sent.`,
  });
}
