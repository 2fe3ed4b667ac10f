import { hexlify, zeroPadValue } from 'ethers';
import type { DevnetAccount } from '../accounts.js';
import { alaCode, wormholeCode } from '../chain/contractCode.js';
import { Lane } from '../chain/lane.js';
import { waitFor } from '../chain/waitFor.js';
import type { DevnetChain } from '../devnet.js';
import { LOG_MESSAGE_PUBLISHED, publishedMessage } from './publishedMessage.js';
import type { VaaBody } from './vaa.js';

const ERC20 = alaCode('TestToken').interface;
const OFT = alaCode('DevnetOFTAdapter').interface;
const TOKEN_BRIDGE = wormholeCode('BridgeImplementation').interface;

/** `token` smallest units that `owner` holds. */
export async function balanceOf(chain: DevnetChain, token: string, owner: string): Promise<bigint> {
  const answer = await chain.provider.call({ to: token, data: ERC20.encodeFunctionData('balanceOf', [owner]) });
  return ERC20.decodeFunctionResult('balanceOf', answer)[0] as bigint;
}

export interface Transfer {
  readonly from: DevnetChain;
  readonly to: DevnetChain;
  readonly account: DevnetAccount;
  readonly recipient: string;
  /** The token on the source chain. */
  readonly token: string;
  readonly amount: bigint;
}

/** Sends tokens over LayerZero with no compose. `oapp` is the source chain's OFT or adapter; it arrives by itself. */
export async function sendOft(transfer: Transfer & { readonly oapp: string }): Promise<void> {
  const { from, to, account, recipient, token, amount, oapp } = transfer;
  if (!to.layerZero) throw new Error(`LayerZero does not reach ${to.spec.name}`);
  const sendParam = {
    dstEid: to.layerZero.eid,
    to: zeroPadValue(recipient, 32),
    amountLD: amount,
    minAmountLD: amount,
    extraOptions: '0x',
    composeMsg: '0x',
    oftCmd: '0x',
  };
  const quote = await from.provider.call({ to: oapp, data: OFT.encodeFunctionData('quoteSend', [sendParam, false]) });
  const [fee] = OFT.decodeFunctionResult('quoteSend', quote) as unknown as [{ nativeFee: bigint; lzTokenFee: bigint }];
  const lane = await Lane.open(from.provider, account);
  if (oapp !== token) lane.call(token, ERC20, 'approve', [oapp, amount]);
  const paid = { nativeFee: fee.nativeFee, lzTokenFee: 0n };
  lane.call(oapp, OFT, 'send', [sendParam, paid, account.address], { valueWei: fee.nativeFee });
  await lane.flush();
}

/** Sends tokens over the Token Bridge; what comes back has to be redeemed on the other side with its VAA. */
export async function sendWormhole(transfer: Transfer): Promise<VaaBody> {
  const { from, to, account, recipient, token, amount } = transfer;
  if (!from.wormhole || !to.wormhole) throw new Error(`Wormhole does not tie ${from.spec.name} to ${to.spec.name}`);
  const lane = await Lane.open(from.provider, account);
  lane.call(token, ERC20, 'approve', [from.wormhole.tokenBridge, amount]);
  const noArbiterFee = 0;
  const args = [token, amount, to.wormhole.chainId, zeroPadValue(recipient, 32), noArbiterFee, 0];
  lane.call(from.wormhole.tokenBridge, TOKEN_BRIDGE, 'transferTokens', args);
  const receipt = (await lane.flush()).at(-1);
  const log = receipt?.logs.find((candidate) => candidate.topics[0] === LOG_MESSAGE_PUBLISHED);
  if (!log) throw new Error('the Token Bridge published no message');
  return publishedMessage(log, from.wormhole.chainId, 0);
}

const VAA_TIMEOUT_MS = 30_000;

/** Asks the guardian until it has signed the message. */
export function fetchVaa(api: string, message: VaaBody): Promise<Uint8Array> {
  const { emitterChain, emitter, sequence } = message;
  const path = `${emitterChain}/${emitter.slice(2)}/${sequence}`;
  return waitFor(
    async () => {
      const response = await fetch(`${api}/v1/signed_vaa/${path}`);
      if (response.status === 404) return null;
      const { vaaBytes } = (await response.json()) as { vaaBytes: string };
      return new Uint8Array(Buffer.from(vaaBytes, 'base64'));
    },
    { what: `the VAA ${path}`, timeoutMs: VAA_TIMEOUT_MS, pollMs: 200 },
  );
}

/** Redeems a transfer; anyone may. */
export async function redeemWormhole(to: DevnetChain, account: DevnetAccount, vaa: Uint8Array): Promise<void> {
  if (!to.wormhole) throw new Error(`Wormhole does not reach ${to.spec.name}`);
  const lane = await Lane.open(to.provider, account);
  lane.call(to.wormhole.tokenBridge, TOKEN_BRIDGE, 'completeTransfer', [hexlify(vaa)]);
  await lane.flush();
}
