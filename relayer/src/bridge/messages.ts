import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import { decodeMessage, KIND_CAPITAL_DELIVERED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import { chainOf, type BridgeName, type Deployment } from '@ala/shared/deployment';
import { MessageFormatError } from '@ala/shared/errors';
import { HUB_PEER, toHash, type Address, type AuctionId, type ChainId, type Hash, type LegId } from '@ala/shared/ids';
import type { DbOrTx } from '../db/client.js';
import { legs, messages } from '../db/chainTables.js';
import type { MessageName, PlacedIntent } from '../dispatch/intent.js';

type MessageRow = typeof messages.$inferInsert;

/** A message that one of our ports sent, and where it goes. */
export interface SentMessage {
  readonly messageId: Hash;
  readonly bridge: BridgeName;
  readonly srcChainId: ChainId;
  readonly srcPeer: number;
  readonly dstPeer: number;
  readonly blockNumber: number;
  readonly txHash: Hash;
  readonly sequence: bigint | null;
}

/**
 * Every message of a bridge has to be carried to its end; a local port delivers in the transaction that sends. What goes to a spoke
 * that this deployment does not list is for a node that knows it.
 */
export async function carryIntents(
  tx: DbOrTx,
  deployment: Deployment,
  rows: readonly MessageRow[],
): Promise<PlacedIntent[]> {
  const auctionOf = await readAuctionsOfLegs(tx, rows.map(firstLeg));
  return rows.flatMap((row): PlacedIntent[] => {
    const chainId = chainIdOfPeer(deployment, row.dstPeer);
    if (row.bridge === 'local' || chainId === null) return [];
    const messageId = toHash(row.messageId);
    const intent = { kind: 'carry', bridge: row.bridge, message: messageName(row.payload), messageId } as const;
    return [{ chainId, auctionId: auctionOf(firstLeg(row)), intent }];
  });
}

/** A receipt may hold legs of several auctions; the first one's tells its story. */
function firstLeg({ payload }: MessageRow): NamedLeg {
  try {
    const message = decodeMessage(payload);
    if (message.kind === KIND_CAPITAL_DELIVERED) return message;
    const [leg] = message.legs;
    return leg === undefined ? null : { legId: leg.legId, auctionId: null };
  } catch (error) {
    // A newer port's: it is carried all the same.
    if (error instanceof MessageFormatError) return null;
    throw error;
  }
}

type NamedLeg = { readonly legId: LegId; readonly auctionId: AuctionId | null } | null;

/** The hub, which sends receipts, has said before which auction each leg is of. */
async function readAuctionsOfLegs(
  tx: DbOrTx,
  named: readonly NamedLeg[],
): Promise<(leg: NamedLeg) => AuctionId | null> {
  const unknown = named.flatMap((leg) => (leg === null || leg.auctionId !== null ? [] : [leg.legId]));
  const { legId, auctionId } = legs;
  const rows =
    unknown.length === 0
      ? []
      : await tx
          .select({ legId, auctionId })
          .from(legs)
          .where(and(inArray(legId, unknown), isNotNull(auctionId)));
  const known = new Map(rows.map((row) => [row.legId, row.auctionId as AuctionId]));
  return (leg) => (leg === null ? null : (leg.auctionId ?? known.get(leg.legId) ?? null));
}

/** Null while the chain that sent it has not been read (again, after a reorg). */
export async function readMessage(db: DbOrTx, messageId: Hash): Promise<SentMessage | null> {
  const [row] = await db.select().from(messages).where(eq(messages.messageId, messageId));
  if (row === undefined) return null;
  return {
    messageId,
    bridge: row.bridge,
    srcChainId: row.chainId as ChainId,
    srcPeer: row.srcPeer,
    dstPeer: row.dstPeer,
    blockNumber: row.blockNumber,
    txHash: toHash(row.txHash),
    sequence: row.sequence,
  };
}

/** The port that receives a message: the spoke's own, or the hub's counterpart of the sender. */
export function receivingPort(deployment: Deployment, message: SentMessage): Address {
  const spokeId = message.dstPeer === HUB_PEER ? message.srcPeer : message.dstPeer;
  const spoke = deployment.spokes.find((candidate) => candidate.id === spokeId);
  if (spoke === undefined)
    throw new Error(`message ${message.messageId} names spoke ${spokeId}, which is not configured`);
  return message.dstPeer === HUB_PEER ? spoke.hubPort : spoke.port;
}

function chainIdOfPeer(deployment: Deployment, peer: number): ChainId | null {
  if (peer === HUB_PEER) return chainOf(deployment, deployment.hub.chain).chainId;
  const spoke = deployment.spokes.find((candidate) => candidate.id === peer);
  return spoke === undefined ? null : chainOf(deployment, spoke.chain).chainId;
}

/** The kind is the second byte of every message of ours. */
export function messageName(payload: string): MessageName {
  const kind = Number(`0x${payload.slice(4, 6)}`);
  if (kind === KIND_CAPITAL_DELIVERED) return 'CapitalDelivered';
  return kind === KIND_LEG_SETTLED ? 'LegSettled' : 'LegRefunded';
}
