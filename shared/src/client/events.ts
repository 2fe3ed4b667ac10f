import type { Interface, Log, LogDescription } from 'ethers';
import {
  toAddress,
  toAuctionId,
  toBasketId,
  toHash,
  toLegId,
  toMarketId,
  toPlanHash,
  toTier,
  type Address,
  type AuctionId,
  type BasketId,
  type Hash,
  type LegId,
  type MarketId,
  type PlanHash,
  type Tier,
} from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { hubInterface, spokeInterface } from './onChain.js';

/** What an LP sees of a spoke; amounts in hub units, but for those of tokens. */
export type SpokeEvent =
  | ({ readonly name: 'BidPlaced'; readonly bidId: bigint; readonly owner: Address; readonly basket: BasketId } & {
      readonly tier: Tier;
      readonly amount: bigint;
      readonly activeAtSec: number;
    })
  | { readonly name: 'EntryWithdrawn'; readonly bidId: bigint; readonly amount: bigint; readonly left: bigint }
  | ({ readonly name: 'WithdrawRequested'; readonly bidId: bigint; readonly amount: bigint } & {
      readonly exitBidId: bigint;
      readonly exitAtSec: number;
      readonly remainderBidId: bigint | null;
    })
  | { readonly name: 'Withdrawn'; readonly bidId: bigint; readonly amount: bigint }
  | { readonly name: 'Rebid'; readonly bidId: bigint; readonly newBidId: bigint; readonly amount: bigint }
  | { readonly name: 'Claimed'; readonly bidId: bigint; readonly token: Address; readonly amountLocal: bigint }
  | ({ readonly name: 'CapitalCalled'; readonly legId: LegId; readonly auctionId: AuctionId } & {
      readonly messageId: Hash;
      readonly basket: BasketId;
      readonly amount: bigint;
      readonly fills: readonly { readonly tier: Tier; readonly gen: number; readonly amount: bigint }[];
    })
  | { readonly name: 'CallsFinalized'; readonly basket: BasketId; readonly tier: Tier; readonly finalized: number }
  | ({ readonly name: 'CallSkipped'; readonly legId: LegId; readonly basket: BasketId } & {
      readonly tier: Tier;
      readonly gen: number;
    })
  | ({ readonly name: 'ResultRecorded'; readonly legId: LegId; readonly tier: Tier; readonly token: Address } & {
      readonly amountLocal: bigint;
      readonly complete: boolean;
    });

/** What anybody sees of an auction on the hub; amounts in hub units. */
export type HubEvent =
  | ({ readonly name: 'AuctionOpened'; readonly auctionId: AuctionId; readonly marketId: MarketId } & {
      readonly basket: BasketId;
      readonly debtToCover: bigint;
      readonly maxCollateral: bigint;
      readonly deadlineSec: number;
    })
  | ({ readonly name: 'PlanCommitted' | 'PlanLapsed'; readonly auctionId: AuctionId; readonly planHash: PlanHash } & {
      readonly legs: readonly { readonly spoke: number; readonly amount: bigint }[];
    })
  | {
      readonly name: 'LegArrived';
      readonly auctionId: AuctionId;
      readonly legId: LegId;
      readonly spoke: number;
      readonly amount: bigint;
    }
  | ({ readonly name: 'AuctionSettled'; readonly auctionId: AuctionId } & {
      readonly debtUsed: bigint;
      readonly collateralOut: bigint;
      readonly debtCovered: bigint;
    })
  | ({ readonly name: 'AuctionClosed'; readonly auctionId: AuctionId } & {
      readonly debtCovered: bigint;
      readonly collateralTaken: bigint;
    });

type Args = LogDescription['args'];
type Fills = readonly { readonly amount: bigint }[];
type CallFills = readonly { readonly tier: bigint; readonly gen: bigint; readonly amount: bigint }[];

const sumOf = (fills: Fills): bigint => fills.reduce((sum, { amount }) => sum + amount, 0n);

/** Null for a log of something else. */
export function readSpokeEvent(log: Pick<Log, 'topics' | 'data'>): SpokeEvent | null {
  const parsed = parse(spokeInterface, log);
  if (parsed === null) return null;
  const { name, args } = parsed;
  switch (name) {
    case 'BidPlaced':
      return {
        name,
        ...{ bidId: uint(args, 'bidId'), owner: toAddress(args['owner']), basket: toBasketId(args['basket']) },
        ...{ tier: toTier(args['tier']), amount: uint(args, 'amount'), activeAtSec: small(args, 'activeAt') },
      };
    case 'EntryWithdrawn':
      return { name, bidId: uint(args, 'bidId'), amount: uint(args, 'amount'), left: uint(args, 'left') };
    case 'WithdrawRequested': {
      const split = args['split'] as Args;
      const rest = uint(split, 'remainderBidId');
      const parts = { exitBidId: uint(split, 'exitBidId'), exitAtSec: small(split, 'exitAt') };
      return {
        name,
        bidId: uint(args, 'bidId'),
        amount: uint(args, 'amount'),
        ...parts,
        remainderBidId: rest === 0n ? null : rest,
      };
    }
    case 'Withdrawn':
      return { name, bidId: uint(args, 'bidId'), amount: uint(args, 'amount') };
    case 'Rebid':
      return { name, bidId: uint(args, 'bidId'), newBidId: uint(args, 'newBidId'), amount: uint(args, 'amount') };
    case 'Claimed':
      return { name, bidId: uint(args, 'bidId'), token: toAddress(args['token']), amountLocal: uint(args, 'amount') };
    case 'CapitalCalled':
      return {
        name,
        ...{
          legId: toLegId(args['legId']),
          auctionId: toAuctionId(args['auctionId']),
          messageId: toHash(args['messageId']),
        },
        ...{ basket: toBasketId(args['basket']), amount: sumOf(args['fills'] as Fills) },
        fills: (args['fills'] as CallFills).map(({ tier, gen, amount }) => ({
          ...{ tier: toTier(tier), gen: Number(gen), amount },
        })),
      };
    case 'CallsFinalized':
      return {
        name,
        ...{ basket: toBasketId(args['basket']), tier: toTier(args['tier']), finalized: small(args, 'finalized') },
      };
    case 'CallSkipped':
      return {
        name,
        ...{ legId: toLegId(args['legId']), basket: toBasketId(args['basket']) },
        ...{ tier: toTier(args['tier']), gen: small(args, 'gen') },
      };
    case 'ResultRecorded':
      return {
        name,
        ...{ legId: toLegId(args['legId']), tier: toTier(args['tier']), token: toAddress(args['token']) },
        ...{ amountLocal: uint(args, 'amount'), complete: Boolean(args['complete']) },
      };
    default:
      return null;
  }
}

/** Null for a log of something else. */
export function readHubEvent(log: Pick<Log, 'topics' | 'data'>): HubEvent | null {
  const parsed = parse(hubInterface, log);
  if (parsed === null) return null;
  const { name, args } = parsed;
  const auctionId = (): AuctionId => toAuctionId(args['auctionId']);
  switch (name) {
    case 'AuctionOpened':
      return {
        name,
        ...{ auctionId: auctionId(), marketId: toMarketId(args['marketId']), basket: toBasketId(args['basket']) },
        ...{ debtToCover: uint(args, 'debtToCover'), maxCollateral: uint(args, 'maxCollateral') },
        deadlineSec: small(args, 'deadline'),
      };
    case 'PlanCommitted':
    case 'PlanLapsed': {
      const { legs } = args['plan'] as unknown as { legs: readonly { spoke: bigint; fills: Fills }[] };
      const amounts = legs.map(({ spoke, fills }) => ({ spoke: Number(spoke), amount: sumOf(fills) }));
      return { name, auctionId: auctionId(), planHash: toPlanHash(args['planHash']), legs: amounts };
    }
    case 'LegArrived':
      return {
        name,
        ...{ auctionId: auctionId(), legId: toLegId(args['legId']), spoke: small(args, 'spoke') },
        amount: uint(args, 'credited'),
      };
    case 'AuctionSettled':
      return {
        name,
        ...{ auctionId: auctionId(), debtUsed: uint(args, 'debtUsed') },
        ...{ collateralOut: uint(args, 'collateralOut'), debtCovered: uint(args, 'debtCovered') },
      };
    case 'AuctionClosed':
      return {
        name,
        ...{ auctionId: auctionId(), debtCovered: uint(args, 'debtCovered') },
        collateralTaken: uint(args, 'collateralTaken'),
      };
    default:
      return null;
  }
}

/** The first topic of an event. */
export function topicOf(abi: Interface, event: string): string {
  return String(abi.encodeFilterTopics(event, [])[0]);
}

function parse(abi: Interface, { topics, data }: Pick<Log, 'topics' | 'data'>): LogDescription | null {
  return abi.parseLog({ topics: [...topics], data });
}

const uint = (args: Args, name: string): bigint => parseUint(name, args[name]);
const small = (args: Args, name: string): number => parseSmallUint(name, args[name]);
