import { readSpokeEvent, type SpokeEvent } from './events.js';
import { spokeInterface, type SpokeOnChain } from './onChain.js';
import { sendCall, type Sender } from './sendCall.js';
import { KIND_OF_PART, type Claimable, type SkippedPart } from './bids.js';
import { ClientError } from './clientError.js';

/** Whose bid, and where. */
export interface OfBid extends Omit<Sender, 'chainId'> {
  readonly spoke: SpokeOnChain;
  readonly bidId: bigint;
}

type Named<Name extends SpokeEvent['name']> = Extract<SpokeEvent, { readonly name: Name }>;
type Outcome<Name extends SpokeEvent['name']> = Named<Name> & { readonly txHash: string };

/**
 * Asks for `amount` (hub units) of a bid to leave. `WithdrawRequested`: it leaves at `exitAtSec` as the bid `exitBidId`, and can be
 * called until then. `EntryWithdrawn`: the bid was not active yet, and the amount was paid back at once.
 */
export async function requestWithdraw(
  of: OfBid,
  amount: bigint,
): Promise<Outcome<'WithdrawRequested'> | Outcome<'EntryWithdrawn'>> {
  return act(of, 'requestWithdraw', [of.bidId, amount], ['WithdrawRequested', 'EntryWithdrawn']);
}

/** Collects an exiting bid that has left; it is paid to its owner, whoever asks. */
export async function withdraw(of: OfBid): Promise<Outcome<'Withdrawn'>> {
  return act(of, 'withdraw', [of.bidId], ['Withdrawn']);
}

/** Claims what a bid has earned of one token, as `readBid` says it; it is paid to its owner, whoever asks. */
export async function claim(of: OfBid, what: Claimable): Promise<Outcome<'Claimed'>> {
  return act(of, 'claim', [of.bidId, what.token, what.fromCheckpoint, what.toCheckpoint], ['Claimed']);
}

/** Claims a part of a skipped call's result. */
export async function claimSkipped(of: OfBid, gen: number, part: SkippedPart): Promise<Outcome<'Claimed'>> {
  return act(of, 'claimSkipped', [of.bidId, gen, KIND_OF_PART[part]], ['Claimed']);
}

/** Bids again, in `tier`, with what a bid was refunded: `refund` is what `refundOf` says of it. Owner only. */
export async function rebid(of: OfBid, tier: number, refund: Claimable): Promise<Outcome<'Rebid'>> {
  return act(of, 'rebid', [of.bidId, tier, refund.fromCheckpoint, refund.toCheckpoint], ['Rebid']);
}

async function act<Name extends SpokeEvent['name']>(
  { spoke, signer, onStep }: OfBid,
  method: string,
  args: readonly unknown[],
  names: readonly Name[],
): Promise<Outcome<Name>> {
  const sender = { signer, chainId: spoke.chainId, ...(onStep !== undefined && { onStep }) };
  const receipt = await sendCall(sender, { to: spoke.address, abi: spokeInterface, method, args });
  for (const log of receipt.logs) {
    const event = readSpokeEvent(log);
    if (event !== null && isNamed(event, names)) return { ...event, txHash: receipt.hash };
  }
  const what = `transaction ${receipt.hash} emitted no ${names.join(' or ')}`;
  throw new ClientError({ kind: 'wrongChain', what, whatToDo: 'Check the address of the spoke.' });
}

function isNamed<Name extends SpokeEvent['name']>(event: SpokeEvent, names: readonly Name[]): event is Named<Name> {
  return (names as readonly string[]).includes(event.name);
}
