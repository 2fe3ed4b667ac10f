import { useEffect, useMemo, useRef, useState } from 'react';
import type { Signer } from 'ethers';
import { ClientError } from '@ala/shared/client/clientError';
import { toAddress } from '@ala/shared/ids';
import { watchWallets, type KnownWallet } from './announced.js';
import { burnerWallet, type BurnerChain } from './burner.js';
import { chainIdIn, firstAccount, type Session } from './session.js';
import { useHeldSession } from './SessionHolder.js';
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
  return useMemo(() => {
    if (burner === null) return announced;
    const name = 'Burner wallet (play money)';
    return [...announced, { id: BURNER_ID, rdns: BURNER_ID, name, provider: burner }];
  }, [announced, burner]);
}

/** Takes up the session of the last visit, once its wallet is there and if it shows its account unasked. */
export function useRestoredSession(wallets: readonly KnownWallet[]): void {
  const { session, note, hold, recall } = useHeldSession();
  const isTried = useRef(false);
  useEffect(() => {
    // A session that has ended by itself is taken up by the user.
    if (session !== null || note !== null || isTried.current) return;
    const wallet = wallets.find(({ rdns }) => rdns === recall());
    if (wallet === undefined) return;
    isTried.current = true;
    void askUnprompted(wallet).then((found) => found && hold(found));
  }, [session, note, wallets, hold, recall]);
}

/** The session that a wallet allows without asking its user; null if it does not. */
async function askUnprompted(wallet: KnownWallet): Promise<Session | null> {
  try {
    const account = firstAccount(await wallet.provider.request({ method: 'eth_accounts' }));
    return account === null ? null : { wallet, account, chainId: await chainIdOf(wallet) };
  } catch {
    return null;
  }
}

async function chainIdOf({ provider }: KnownWallet): Promise<number | null> {
  return chainIdIn(await provider.request({ method: 'eth_chainId' }));
}

/** Asks the user for the account, on the chain that is named. */
export async function openSession(wallet: KnownWallet, chain: AddedChain): Promise<Session> {
  const signer = await signOn(wallet.provider, chain);
  return { wallet, account: toAddress(await signer.getAddress()), chainId: await chainIdOf(wallet) };
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
