import { BrowserProvider, type Eip1193Provider, type Signer } from 'ethers';
import { connectWallet } from '@ala/shared/client/wallet';
import type { ChainId } from '@ala/shared/ids';

const POLL_MS = 1_000;
const UNKNOWN_CHAIN = 4902;

/** What a wallet has to know of a chain that it does not know yet. */
export interface AddedChain {
  readonly chainId: ChainId;
  readonly name: string;
  readonly rpcUrl: string | null;
}

/** The wallet's account on a chain, which is added to the wallet if it is not there. @throws what `explainError` explains */
export async function signOn(wallet: Eip1193Provider, chain: AddedChain): Promise<Signer> {
  const signer = await connectWallet(wallet, chain.chainId).catch(async (error: unknown) => {
    if (codeOf(error) !== UNKNOWN_CHAIN || chain.rpcUrl === null) throw error;
    await wallet.request({ method: 'wallet_addEthereumChain', params: [described(chain, chain.rpcUrl)] });
    return connectWallet(wallet, chain.chainId);
  });
  if (signer.provider instanceof BrowserProvider) signer.provider.pollingInterval = POLL_MS;
  return signer;
}

function described({ chainId, name }: AddedChain, rpcUrl: string) {
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
  return { chainId: `0x${chainId.toString(16)}`, chainName: name, rpcUrls: [rpcUrl], nativeCurrency };
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
