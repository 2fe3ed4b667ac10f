import { isError, type Result } from 'ethers';
import type { Address, Hash } from '@ala/shared/ids';
import { parseSmallUint, parseUint } from '@ala/shared/integers';
import { parsePlan } from '@ala/shared/plan';
import { toJson } from '../lib/json.js';
import type * as tables from '../db/chainTables.js';
import type { AlaEvent, Emitter, EventArgs } from './events.js';

/** The rows that one batch of events leads to, by table. */
export interface Rows {
  readonly rawEvents: (typeof tables.rawEvents.$inferInsert)[];
  readonly poolStates: (typeof tables.poolStates.$inferInsert)[];
  readonly poolBuckets: (typeof tables.poolBuckets.$inferInsert)[];
  readonly rolledEntries: (typeof tables.rolledEntries.$inferInsert)[];
  readonly inFlights: (typeof tables.inFlights.$inferInsert)[];
  readonly bids: (typeof tables.bids.$inferInsert)[];
  readonly entryWithdrawals: (typeof tables.entryWithdrawals.$inferInsert)[];
  readonly bidClosures: (typeof tables.bidClosures.$inferInsert)[];
  readonly auctions: (typeof tables.auctions.$inferInsert)[];
  readonly auctionEvents: (typeof tables.auctionEvents.$inferInsert)[];
  readonly planCommits: (typeof tables.planCommits.$inferInsert)[];
  readonly legs: (typeof tables.legs.$inferInsert)[];
  readonly messages: (typeof tables.messages.$inferInsert)[];
}

/** Pure: what the database shall hold of these events. */
export function toRows(events: readonly AlaEvent[]): Rows {
  const rows: Rows = {
    rawEvents: [],
    poolStates: [],
    poolBuckets: [],
    rolledEntries: [],
    inFlights: [],
    bids: [],
    entryWithdrawals: [],
    bidClosures: [],
    auctions: [],
    auctionEvents: [],
    planCommits: [],
    legs: [],
    messages: [],
  };
  const wormholeSequences = sequencesByMessage(events);
  for (const event of events) {
    rows.rawEvents.push(rawEvent(event));
    addRow(rows, event, wormholeSequences);
  }
  return rows;
}

function addRow(rows: Rows, event: AlaEvent, wormholeSequences: ReadonlyMap<string, bigint>): void {
  const { emitter } = event;
  switch (emitter.role) {
    case 'hub':
      return addHubRow(rows, event);
    case 'spoke':
      return addSpokeRow(rows, event, emitter.spoke);
    case 'port':
      if (event.name === 'TransferSent') rows.messages.push(message(event, emitter, wormholeSequences));
  }
}

function addHubRow(rows: Rows, event: AlaEvent): void {
  const { args, name } = event;
  const at = position(event);
  switch (name) {
    case 'AuctionOpened':
      rows.auctions.push({
        ...at,
        auctionId: lower(args['auctionId']),
        marketId: Number(args['marketId']),
        basket: Number(args['basket']),
        debtToCover: parseUint('debtToCover', args['debtToCover']),
        maxCollateral: parseUint('maxCollateral', args['maxCollateral']),
        deadlineSec: parseSmallUint('deadline', args['deadline']),
      });
      return;
    case 'AuctionSettled':
    case 'AuctionClosed':
      rows.auctionEvents.push({
        ...at,
        auctionId: lower(args['auctionId']),
        kind: name === 'AuctionClosed' ? 'closed' : 'settled',
        debtCovered: parseUint('debtCovered', args['debtCovered']),
      });
      return;
    case 'PlanCommitted':
    case 'PlanLapsed':
      rows.planCommits.push(planCommit(event));
      return;
    case 'LegArrived':
      return addLeg(rows, event, 'arrived');
    case 'LegSettled':
      return addLeg(rows, event, 'settled');
    case 'LegReleased':
      return addLeg(rows, event, 'released');
    case 'LegExpired':
      return addLeg(rows, event, 'expired');
    case 'ReceiptDispatched':
      return addLeg(rows, event, 'dispatched');
  }
}

function addSpokeRow(rows: Rows, event: AlaEvent, spoke: number): void {
  switch (event.name) {
    case 'CapitalCalled':
      return addLeg(rows, event, 'called');
    case 'ResultRecorded':
      return addLeg(rows, event, 'recorded');
    default:
      addPoolRow(rows, event, spoke);
      addBidRow(rows, event, spoke);
  }
}

function addPoolRow(rows: Rows, event: AlaEvent, spoke: number): void {
  const { args, name } = event;
  const at = { ...position(event), spoke, basket: Number(args['basket']) };
  const tier = Number(args['tier']);
  switch (name) {
    case 'PoolUpdated':
      rows.poolStates.push({
        ...at,
        tier,
        assets: parseUint('assets', args['assets']),
        shares: parseUint('shares', args['shares']),
        calls: Number(args['calls']),
        epoch: Number(args['epoch']),
        rolledToSec: parseSmallUint('rolledTo', args['rolledTo']),
      });
      return;
    case 'EntriesUpdated':
      rows.poolBuckets.push({
        ...at,
        tier,
        kind: 'entry',
        atSec: parseSmallUint('activeAt', args['activeAt']),
        amount: parseUint('amount', args['amount']),
      });
      return;
    case 'ExitsUpdated':
      rows.poolBuckets.push({
        ...at,
        tier,
        kind: 'exit',
        atSec: parseSmallUint('exitAt', args['exitAt']),
        epoch: Number(args['epoch']),
        amount: parseUint('shares', args['shares']),
      });
      return;
    case 'EntriesRolled':
      rows.rolledEntries.push({
        ...at,
        tier,
        activeAtSec: parseSmallUint('activeAt', args['activeAt']),
        amount: parseUint('amount', args['amount']),
        shares: parseUint('shares', args['shares']),
        startGen: Number(args['startGen']),
        epoch: Number(args['epoch']),
      });
      return;
    case 'InFlightUpdated':
      rows.inFlights.push({
        ...at,
        amount: parseUint('inFlight', args['inFlight']),
        max: parseUint('maxInFlight', args['maxInFlight']),
      });
  }
}

function addBidRow(rows: Rows, event: AlaEvent, spoke: number): void {
  const { args, name } = event;
  const at = { ...position(event), spoke };
  switch (name) {
    case 'BidPlaced':
      rows.bids.push({
        ...at,
        kind: 'entering',
        bidId: parseUint('bidId', args['bidId']),
        owner: lower(args['owner']),
        basket: Number(args['basket']),
        tier: Number(args['tier']),
        amount: parseUint('amount', args['amount']),
        activeAtSec: parseSmallUint('activeAt', args['activeAt']),
      });
      return;
    case 'EntryWithdrawn':
      rows.entryWithdrawals.push({
        ...at,
        bidId: parseUint('bidId', args['bidId']),
        left: parseUint('left', args['left']),
      });
      return;
    case 'WithdrawRequested':
      rows.bidClosures.push({ ...at, bidId: parseUint('bidId', args['bidId']), withdrawn: 0n });
      rows.bids.push(...splitBids(event, spoke));
      return;
    case 'Withdrawn':
      rows.bidClosures.push({
        ...at,
        bidId: parseUint('bidId', args['bidId']),
        withdrawn: parseUint('amount', args['amount']),
      });
  }
}

/** The bids that go on where a part of one was asked to leave. */
function splitBids(event: AlaEvent, spoke: number): (typeof tables.bids.$inferInsert)[] {
  const { args } = event;
  const split = args['split'] as Result;
  const common = {
    ...position(event),
    spoke,
    owner: lower(args['owner']),
    basket: Number(args['basket']),
    tier: Number(args['tier']),
    startGen: Number(split['gen']),
    epoch: Number(split['epoch']),
  };
  const exiting = {
    ...common,
    kind: 'exiting' as const,
    bidId: parseUint('exitBidId', split['exitBidId']),
    shares: parseUint('exitShares', split['exitShares']),
    exitAtSec: parseSmallUint('exitAt', split['exitAt']),
  };
  const remainder = {
    ...common,
    kind: 'remainder' as const,
    bidId: parseUint('remainderBidId', split['remainderBidId']),
    shares: parseUint('remainderShares', split['remainderShares']),
  };
  return remainder.bidId === 0n ? [exiting] : [exiting, remainder];
}

function addLeg(rows: Rows, event: AlaEvent, kind: (typeof tables.legEventKinds)[number]): void {
  const data = argsToJson(event.args) as Record<string, unknown>;
  const auctionId = data['auctionId'];
  rows.legs.push({
    ...position(event),
    legId: lower(event.args['legId']),
    auctionId: typeof auctionId === 'string' ? lower(auctionId) : null,
    kind,
    data,
    open: kind === 'arrived' ? true : null,
  });
}

function planCommit(event: AlaEvent): typeof tables.planCommits.$inferInsert {
  const { args } = event;
  const plan = parsePlan(args['plan']);
  return {
    ...position(event),
    planHash: lower(args['planHash']),
    prevPlan: plan.prevPlan,
    basket: plan.basket,
    auctionId: plan.auctionId,
    lapseReason: event.name === 'PlanLapsed' ? Number(args['reason']) : null,
    callBySec: plan.callBy,
    plan: toJson(plan),
    // As it is: the hub holds it to no form, and a quorum's nonsense must not keep anybody from reading on.
    snapshot: argsToJson(args['snapshot'] as Result),
  };
}

function message(
  event: AlaEvent,
  emitter: Extract<Emitter, { role: 'port' }>,
  wormholeSequences: ReadonlyMap<string, bigint>,
): typeof tables.messages.$inferInsert {
  const messageId = lower(event.args['messageId']);
  const dstPeer = Number(event.args['peer']);
  return {
    ...position(event),
    messageId,
    bridge: emitter.bridge,
    // A local port serves both sides: what goes to the hub comes from a spoke of its own chain, and the reverse.
    srcPeer: emitter.peer ?? 0,
    dstPeer,
    token: lower(event.args['token']),
    amount: parseUint('amountLocal', event.args['amountLocal']),
    payload: lower(event.args['payload']),
    txHash: event.log.txHash,
    sequence: wormholeSequences.get(messageId) ?? null,
  };
}

/** Wormhole's port says in an event of its own which sequence a message got. */
function sequencesByMessage(events: readonly AlaEvent[]): Map<string, bigint> {
  const sequences = new Map<string, bigint>();
  for (const event of events) {
    if (event.name === 'TransferPublished') {
      sequences.set(lower(event.args['messageId']), parseUint('sequence', event.args['sequence']));
    }
  }
  return sequences;
}

function rawEvent(event: AlaEvent): typeof tables.rawEvents.$inferInsert {
  return {
    ...position(event),
    blockHash: event.log.blockHash,
    txHash: event.log.txHash,
    address: event.log.address,
    name: event.name,
    args: argsToJson(event.args),
  };
}

function position(event: AlaEvent): { chainId: number; blockNumber: number; logIndex: number } {
  return { chainId: event.chainId, blockNumber: event.log.blockNumber, logIndex: event.log.logIndex };
}

/** Named values of an event, nested structs and arrays included. */
export function argsToJson(args: EventArgs | Result) {
  return toJson(plain(args));
}

function plain(value: unknown): unknown {
  if (!isResult(value)) return typeof value === 'string' ? lower(value) : value;
  const items = value.toArray();
  const names = namesOf(value);
  if (names.length === 0) return items.map(plain);
  return Object.fromEntries(names.map((name, index) => [name, plain(items[index])]));
}

/** Names of a struct's fields; none for an array. ethers tells them apart by throwing, but names the one item of an array `_`. */
function namesOf(result: Result): string[] {
  if (result.length === 0) return [];
  try {
    const names = Object.keys(result.toObject());
    return names.length === 1 && names[0] === '_' ? [] : names;
  } catch (error) {
    if (isError(error, 'UNSUPPORTED_OPERATION')) return [];
    throw error;
  }
}

function isResult(value: unknown): value is Result {
  return Array.isArray(value) && 'toObject' in value;
}

function lower(value: unknown): string & Address & Hash {
  return String(value).toLowerCase() as string & Address & Hash;
}
