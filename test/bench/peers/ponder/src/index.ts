import { ponder } from 'ponder:registry';
import { bid, poolBucket, rawEvent } from 'ponder:schema';

const SPOKE = 1;

ponder.on('Spoke:BidPlaced', async ({ event, context }) => {
  const { bidId, owner, basket, tier, amount, activeAt } = event.args;
  const at = positionOf(event, context.chain.id);
  const args = { bidId: String(bidId), owner, basket, tier, amount: String(amount), activeAt };
  await context.db
    .insert(rawEvent)
    .values({ ...at, ...originOf(event), name: 'BidPlaced', args })
    .onConflictDoNothing();
  await context.db
    .insert(bid)
    .values({ ...at, spoke: SPOKE, bidId, owner, basket, tier, amount, activeAtSec: BigInt(activeAt) })
    .onConflictDoNothing();
});

ponder.on('Spoke:EntriesUpdated', async ({ event, context }) => {
  const { basket, tier, activeAt, amount } = event.args;
  const at = positionOf(event, context.chain.id);
  const args = { basket, tier, activeAt, amount: String(amount) };
  await context.db
    .insert(rawEvent)
    .values({ ...at, ...originOf(event), name: 'EntriesUpdated', args })
    .onConflictDoNothing();
  await context.db
    .insert(poolBucket)
    .values({ ...at, spoke: SPOKE, basket, tier, kind: 'entry', atSec: BigInt(activeAt), amount })
    .onConflictDoNothing();
});

interface LoggedEvent {
  readonly block: { readonly number: bigint; readonly hash: `0x${string}` };
  readonly transaction: { readonly hash: `0x${string}` };
  readonly log: { readonly logIndex: number; readonly address: `0x${string}` };
}

function positionOf({ block, log }: LoggedEvent, chainId: number) {
  return { chainId, blockNumber: block.number, logIndex: log.logIndex };
}

function originOf({ block, transaction, log }: LoggedEvent) {
  return { blockHash: block.hash, txHash: transaction.hash, address: log.address };
}
