/** Storage that may be forbidden, full or absent: a wallet that is not remembered is chosen anew. */
export interface RememberedWallet {
  /** What `remember` was given last in this browser; null if nothing, or if the user has disconnected. */
  readonly recall: () => string | null;
  /** @param rdns A wallet's name of its own, as EIP-6963 has it; null forgets. */
  readonly remember: (rdns: string | null) => void;
}

const STORED_AT = 'ala-wallet';

/** Keeps the name of the wallet that was connected last, never an account or a key. */
export function rememberedWallet(
  storageOf: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
): RememberedWallet {
  return {
    recall: () => {
      try {
        return storageOf().getItem(STORED_AT);
      } catch {
        return null;
      }
    },
    remember: (rdns) => {
      try {
        if (rdns === null) storageOf().removeItem(STORED_AT);
        else storageOf().setItem(STORED_AT, rdns);
      } catch {
        // The page works without.
      }
    },
  };
}
