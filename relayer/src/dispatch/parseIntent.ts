import { z } from 'zod';
import { toAuctionId, toHash, toLegId, toPlanHash, toSpokeId } from '@ala/shared/ids';
import { parseUint } from '@ala/shared/integers';
import type { Intent, IntentKind } from './intent.js';

const amount = z.unknown().transform((value) => parseUint('amount', value));
const spoke = z.unknown().transform(toSpokeId);
const auctionId = z.unknown().transform(toAuctionId);
const legId = z.unknown().transform(toLegId);
const planHash = z.unknown().transform(toPlanHash);

const record = z.object({
  legId,
  message: z.string(),
  results: z.array(z.object({ used: amount, collateral: amount })),
  fee: amount,
});

const intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('commit'), planHash }),
  z.object({ kind: z.literal('call'), planHash, legId, spoke }),
  z.object({ kind: z.literal('settle'), auctionId, legs: z.array(record) }),
  z.object({ kind: z.literal('release'), legs: z.array(record) }),
  z.object({ kind: z.literal('expire'), legId }),
  z.object({ kind: z.literal('close'), auctionId }),
  z.object({ kind: z.literal('dispatch'), receipt: z.enum(['settled', 'refunded']), spoke, leg: record }),
  z.object({
    kind: z.literal('carry'),
    bridge: z.enum(['layerzero', 'wormhole', 'local']),
    message: z.enum(['CapitalDelivered', 'LegSettled', 'LegRefunded']),
    messageId: z.unknown().transform(toHash),
  }),
]);

/** The kinds of intents that this version knows. */
export const intentKinds: readonly IntentKind[] = intent.options.map((option) => option.shape.kind.value);

/** An intent from its stored JSON; throws ZodError if the row is not one (a newer node's, say). */
export function parseIntent(payload: unknown): Intent {
  return intent.parse(payload);
}
