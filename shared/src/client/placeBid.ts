import { Interface, Signature, type Log, type Signer, type TypedDataDomain } from 'ethers';
import type { Address, Tier } from '../ids.js';
import { parseUint } from '../integers.js';
import { formatAmount } from './amount.js';
import { checkBid, toLocalUnits, type BidTerms } from './bidTerms.js';
import { ClientError } from './clientError.js';
import { readSpokeEvent, type SpokeEvent } from './events.js';
import { readView, spokeInterface, tokenInterface, type SpokeOnChain } from './onChain.js';
import { checkChain, providerOf, sendCall, type OnStep } from './sendCall.js';

export interface PlaceBid {
  readonly signer: Signer;
  readonly spoke: SpokeOnChain;
  readonly terms: BidTerms;
  readonly tier: Tier;
  /** Hub units. */
  readonly amount: bigint;
  /** Owns the bid; the signer if not named. */
  readonly onBehalf?: Address;
  /** `permit`: one transaction, for tokens with EIP-2612. `approve`: an approval of exactly the amount first, where one is missing. */
  readonly by: 'approve' | 'permit';
  readonly onStep?: OnStep;
}

export type PlacedBid = Extract<SpokeEvent, { readonly name: 'BidPlaced' }> & { readonly txHash: string };

const PERMIT_FOR_SEC = 1_200;

/**
 * Places a bid. What can be seen to fail is refused before anything is approved.
 * @throws what `explainError` explains.
 */
export async function placeBid(order: PlaceBid): Promise<PlacedBid> {
  const { signer, spoke, terms, tier, amount } = order;
  checkBid(terms, tier, amount);
  await checkChain(providerOf(signer), spoke.chainId);
  const payer = await signer.getAddress();
  await checkBalance(order, payer);
  const owner = order.onBehalf ?? payer;
  const common = { to: spoke.address, abi: spokeInterface };
  const bid = [terms.basket, tier, amount, owner];
  if (order.by === 'permit') {
    const { deadlineSec, signature } = await signPermit(order, payer);
    const args = [...bid, deadlineSec, signature.v, signature.r, signature.s];
    return placed(await sendCall(senderOf(order), { ...common, method: 'placeBidWithPermit', args }));
  }
  await approve(order, payer);
  return placed(await sendCall(senderOf(order), { ...common, method: 'placeBid', args: bid }));
}

function senderOf({ signer, spoke: { chainId }, onStep }: PlaceBid) {
  return { signer, chainId, ...(onStep !== undefined && { onStep }) };
}

function placed(receipt: { readonly logs: readonly Log[]; readonly hash: string }): PlacedBid {
  for (const log of receipt.logs) {
    const event = readSpokeEvent(log);
    if (event?.name === 'BidPlaced') return { ...event, txHash: receipt.hash };
  }
  const what = `transaction ${receipt.hash} placed no bid`;
  throw new ClientError({ kind: 'wrongChain', what, whatToDo: 'Check the address of the spoke.' });
}

async function checkBalance({ spoke, terms, amount }: PlaceBid, payer: string): Promise<void> {
  const needed = toLocalUnits(terms, amount);
  const balance = await readToken(spoke, terms.debtToken, 'balanceOf', [payer]);
  if (balance >= needed) return;
  const shown = (units: bigint): string => formatAmount(units, terms.localDecimals);
  throw new ClientError({
    kind: 'funds',
    what: `${payer} has ${shown(balance)} of the debt token on chain ${spoke.chainId}`,
    whatToDo: `The bid needs ${shown(needed)}: bid less, or bring tokens to this chain first. Nothing was sent.`,
  });
}

async function approve(order: PlaceBid, payer: string): Promise<void> {
  const { spoke, terms, amount } = order;
  const needed = toLocalUnits(terms, amount);
  const allowance = await readToken(spoke, terms.debtToken, 'allowance', [payer, spoke.address]);
  if (allowance >= needed) return;
  const call = { to: terms.debtToken, abi: tokenInterface, method: 'approve' };
  try {
    await sendCall(senderOf(order), { ...call, args: [spoke.address, needed] });
  } catch (error) {
    // Some tokens change an allowance only by way of zero.
    if (allowance === 0n) throw error;
    await sendCall(senderOf(order), { ...call, args: [spoke.address, 0n] });
    await sendCall(senderOf(order), { ...call, args: [spoke.address, needed] });
  }
}

async function readToken(
  spoke: SpokeOnChain,
  token: Address,
  method: string,
  args: readonly unknown[],
): Promise<bigint> {
  const [answer] = await readView(spoke.provider, { address: token, abi: tokenInterface }, method, args);
  return parseUint(method, answer);
}

const permitInterface = new Interface([
  'function nonces(address) view returns (uint256)',
  'function name() view returns (string)',
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]);

const PERMIT_TYPES = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};

/** A permit for exactly the amount, until some minutes after the chain's latest block. */
async function signPermit({ signer, spoke, terms, amount }: PlaceBid, owner: string) {
  const { provider } = spoke;
  const token = { address: terms.debtToken, abi: permitInterface };
  const [nonce, domain] = await Promise.all([
    readView(provider, token, 'nonces', [owner]).then(([value]) => parseUint('nonce', value)),
    readDomain(spoke, terms.debtToken),
  ]).catch((cause: unknown) => {
    const what = `the token ${terms.debtToken} takes no permits, or does not say its domain (ERC-5267)`;
    throw new ClientError({ kind: 'refused', what, whatToDo: 'Bid with an approval instead.' }, { cause });
  });
  const block = await provider.getBlock('latest');
  const deadlineSec = (block?.timestamp ?? Math.floor(Date.now() / 1_000)) + PERMIT_FOR_SEC;
  const value = { owner, spender: spoke.address, value: toLocalUnits(terms, amount), nonce, deadline: deadlineSec };
  return { deadlineSec, signature: Signature.from(await signer.signTypedData(domain, PERMIT_TYPES, value)) };
}

/** Bits of ERC-5267 that say which fields a token's domain has. */
const FIELDS = ['name', 'version', 'chainId', 'verifyingContract', 'salt'] as const;

async function readDomain({ provider }: SpokeOnChain, token: Address): Promise<TypedDataDomain> {
  const answer = await readView(provider, { address: token, abi: permitInterface }, 'eip712Domain');
  const present = Number(answer['fields']);
  return Object.fromEntries(
    FIELDS.filter((_, bit) => (present & (1 << bit)) !== 0).map((field) => [field, answer[field] as unknown]),
  );
}
