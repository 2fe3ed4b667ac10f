import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { rememberedWallet } from './remembered.js';
import { sessionAfter, type Session, type SessionState, type WalletEvent } from './session.js';

export interface HeldSession extends SessionState {
  /** Begins a session, or ends it: then its wallet is forgotten. */
  readonly hold: (session: Session | null) => void;
  /** The name of the wallet to connect to without asking, if there was one. */
  readonly recall: () => string | null;
}

const Held = createContext<HeldSession | null>(null);
const { recall, remember } = rememberedWallet(() => window.localStorage);
const NONE: SessionState = { session: null, note: null };

/** Holds the session above all screens, and hears what its wallet says by itself. */
export function SessionHolder({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState(NONE);
  const hold = useCallback((session: Session | null): void => {
    remember(session?.wallet.rdns ?? null);
    setState({ session, note: null });
  }, []);
  const wallet = state.session?.wallet;
  useEffect(
    () => wallet && hearWallet(wallet.provider, (event) => setState((before) => sessionAfter(before, event))),
    [wallet],
  );
  const held = useMemo(() => ({ ...state, hold, recall }), [state, hold]);
  return <Held value={held}>{children}</Held>;
}

export function useHeldSession(): HeldSession {
  const held = use(Held);
  if (held === null) throw new Error('useHeldSession stands outside of SessionHolder');
  return held;
}

type Listen = (name: string, hear: (said: unknown) => void) => void;

/** Not every wallet tells: one that does not is asked before each transaction. Answers what ends it. */
function hearWallet(provider: object, tell: (event: WalletEvent) => void): () => void {
  const { on, removeListener } = provider as { readonly on?: unknown; readonly removeListener?: unknown };
  if (typeof on !== 'function' || typeof removeListener !== 'function') return () => undefined;
  const listeners = [
    ['accountsChanged', (said: unknown) => tell({ name: 'accountsChanged', said })],
    ['chainChanged', (said: unknown) => tell({ name: 'chainChanged', said })],
    ['disconnect', () => tell({ name: 'disconnect' })],
  ] as const;
  for (const [name, hear] of listeners) (on as Listen).call(provider, name, hear);
  return () => {
    for (const [name, hear] of listeners) (removeListener as Listen).call(provider, name, hear);
  };
}
