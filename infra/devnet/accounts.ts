import { HDNodeWallet, Mnemonic } from 'ethers';

/** Anvil's own phrase, known to everybody: these keys are worth nothing outside a devnet. */
export const DEVNET_MNEMONIC = 'test test test test test test test test test test test junk';

export interface DevnetAccount {
  readonly address: string;
  readonly privateKey: string;
}

export interface DevnetAccounts {
  /** Owns every contract. */
  readonly deployer: DevnetAccount;
  /** Three, sorted by address. */
  readonly operators: readonly DevnetAccount[];
  readonly relayer: DevnetAccount;
  readonly lps: readonly DevnetAccount[];
  readonly borrower: DevnetAccount;
  readonly liquidator: DevnetAccount;
  /** Admin of the DVN contract: pays for its transactions. */
  readonly dvn: DevnetAccount;
  /** The one signer of the DVN's quorum; holds no funds. */
  readonly dvnSigner: DevnetAccount;
  readonly executor: DevnetAccount;
  /** Plays users who merely send tokens over the bridges. */
  readonly traveller: DevnetAccount;
}

const OPERATORS = 3;
const LPS = 6;

/** How many accounts anvil has to fund. */
export const DEVNET_ACCOUNT_COUNT = 20;

/** The same accounts at every start, on every chain. */
export function devnetAccounts(): DevnetAccounts {
  const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEVNET_MNEMONIC), "m/44'/60'/0'/0");
  let index = 0;
  const next = (): DevnetAccount => {
    const { address, privateKey } = root.deriveChild(index++);
    return { address, privateKey };
  };
  const many = (count: number): DevnetAccount[] => Array.from({ length: count }, next);
  const deployer = next();
  const operators = many(OPERATORS).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  return {
    deployer,
    operators,
    relayer: next(),
    lps: many(LPS),
    borrower: next(),
    liquidator: next(),
    dvn: next(),
    dvnSigner: next(),
    executor: next(),
    traveller: next(),
  };
}
