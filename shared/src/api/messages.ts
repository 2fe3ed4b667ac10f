import { z } from 'zod';
import { addressText, bridgeName, count, hashText, place, seconds, uintText } from './scalars.js';

/** Of the row that carries it; `local` was delivered as it was sent, `uncarried` goes to a spoke that this node does not list. */
export const messageStates = [
  'pending',
  'signed',
  'broadcast',
  'mined',
  'done',
  'obsolete',
  'local',
  'uncarried',
] as const;

/** A message that a port sent, and how far it is. */
export const message = z.object({
  messageId: hashText,
  bridge: bridgeName,
  kind: z.enum(['CapitalDelivered', 'LegSettled', 'LegRefunded']),
  fromPeer: count.describe('A spoke, or 0: the hub'),
  toPeer: count,
  token: addressText.describe('On the chain that sent it'),
  amountTokenUnits: uintText,
  sent: place,
  state: z.enum(messageStates),
  attempts: count.describe('Refusals and failures so far'),
  waitsFor: z.string().nullable().describe('What it waits for, or why it failed the last time'),
  nextTrySec: seconds.nullable().describe('Null once it has ended'),
});

export type MessageAnswer = z.infer<typeof message>;
