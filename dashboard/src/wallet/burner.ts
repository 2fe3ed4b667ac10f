import { JsonRpcProvider, Wallet, type Eip1193Provider, type TypedDataDomain, type TypedDataField } from 'ethers';

/** A chain that a burner wallet can be on. */
export interface BurnerChain {
  readonly chainId: number;
  readonly rpcUrl: string;
}

const STORED_AT = 'ala-devnet-burner-key';

/**
 * A wallet made in the page, for devnets alone: its key lies readable in the browser's storage, and it signs whatever this page asks
 * without asking back.
 */
export function burnerWallet(chains: readonly BurnerChain[], storage: Pick<Storage, 'getItem' | 'setItem'>) {
  const wallet = new Wallet(storedKey(storage));
  // A devnet mines at once: a nonce that is remembered for a moment may be used by then.
  const options = { staticNetwork: true, cacheTimeout: -1 };
  const providers = new Map(
    chains.map(({ chainId, rpcUrl }) => [chainId, new JsonRpcProvider(rpcUrl, chainId, options)]),
  );
  let current = chains[0]?.chainId ?? 0;
  const onChain = new Set<(chainId: string) => void>();
  const providerOf = (): JsonRpcProvider => {
    const provider = providers.get(current);
    if (provider === undefined) throw walletError(4901, `no connection to chain ${current}`);
    return provider;
  };
  const switchTo = (chainId: number): null => {
    if (!providers.has(chainId)) throw walletError(4902, `unknown chain ${chainId}`);
    current = chainId;
    for (const hear of onChain) hear(hexOf(chainId));
    return null;
  };
  const request: Eip1193Provider['request'] = async ({ method, params }) => {
    const [first, second] = Array.isArray(params) ? (params as unknown[]) : [];
    switch (method) {
      case 'eth_accounts':
      case 'eth_requestAccounts':
        return [wallet.address];
      case 'eth_chainId':
        return hexOf(current);
      case 'wallet_switchEthereumChain':
        return switchTo(Number((first as { chainId: string }).chainId));
      case 'eth_sendTransaction':
        return (await wallet.connect(providerOf()).sendTransaction(transactionOf(first))).hash;
      case 'eth_signTypedData_v4':
        return signTyped(wallet, String(second));
      default:
        return providerOf().send(method, (params ?? []) as unknown[]) as Promise<unknown>;
    }
  };
  const on = (event: string, hear: (said: unknown) => void): void => {
    if (event === 'chainChanged') onChain.add(hear);
  };
  const removeListener = (_event: string, hear: (said: unknown) => void): void => void onChain.delete(hear);
  return { request, on, removeListener };
}

const hexOf = (chainId: number): string => `0x${chainId.toString(16)}`;

function storedKey(storage: Pick<Storage, 'getItem' | 'setItem'>): string {
  const stored = storage.getItem(STORED_AT);
  if (stored !== null && /^0x[0-9a-f]{64}$/.test(stored)) return stored;
  const { privateKey } = Wallet.createRandom();
  storage.setItem(STORED_AT, privateKey);
  return privateKey;
}

/** What a page asks of a wallet; the nonce and the fees are the wallet's. */
function transactionOf(asked: unknown) {
  const { to, data, value, gas } = asked as Readonly<Record<string, string | undefined>>;
  return {
    ...(to !== undefined && { to }),
    ...(data !== undefined && { data }),
    ...(value !== undefined && { value }),
    ...(gas !== undefined && { gasLimit: gas }),
  };
}

interface TypedData {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

function signTyped(wallet: Wallet, text: string): Promise<string> {
  const { domain, types, message } = JSON.parse(text) as TypedData;
  const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== 'EIP712Domain'));
  return wallet.signTypedData(domain, own, message);
}

function walletError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}
