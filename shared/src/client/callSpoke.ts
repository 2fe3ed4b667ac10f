import { ClientError } from './clientError.js';
import { readSpokeEvent, type SpokeEvent } from './events.js';
import { spokeInterface, type SpokeOnChain } from './onChain.js';
import { sendCall, type Sender } from './sendCall.js';

/** Which spoke, and who signs. */
export interface OnSpoke extends Omit<Sender, 'chainId'> {
  readonly spoke: SpokeOnChain;
}

type Named<Name extends SpokeEvent['name']> = Extract<SpokeEvent, { readonly name: Name }>;
export type Outcome<Name extends SpokeEvent['name']> = Named<Name> & { readonly txHash: string };

/** Calls a function of a spoke; answers the first event of these names that it emitted. */
export async function callSpoke<Name extends SpokeEvent['name']>(
  { spoke, signer, onStep }: OnSpoke,
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
