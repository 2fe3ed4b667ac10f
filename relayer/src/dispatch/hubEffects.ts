import type { JsonRpcProvider } from 'ethers';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import type { Address, LegId } from '@ala/shared/ids';
import { hubInterface, readContract } from '../chain/contracts.js';
import type { Intent, LegRecord, ReceiptKind } from './intent.js';
import type { Preparation } from './preparation.js';

type HubIntent = Extract<Intent, { kind: 'settle' | 'release' | 'expire' | 'close' | 'dispatch' }>;

export interface HubEffectArgs {
  readonly provider: JsonRpcProvider;
  readonly hub: Address;
  /** Gets the surplus of a bridge fee. */
  readonly sender: Address;
}

/** The hub's `AuctionStatus.Closed`. */
const CLOSED = 2n;

/**
 * Errors that say that a leg's record has moved on (a newer intent takes over, or nothing is left to do), or that a reorg took
 * what the intent rests on: if it is due again, its row is taken up again.
 */
const recordMovedOn = ['RecordMismatch', 'LegAlreadyEnded', 'LegNotArrived'];

/** Asks the hub whether the effect is there already, and else says which call brings it about. */
export async function prepareHubEffect(args: HubEffectArgs, intent: HubIntent): Promise<Preparation> {
  switch (intent.kind) {
    case 'settle':
      return callHub(
        args,
        'settle',
        [intent.auctionId, intent.legs.map(toTuple)],
        [...recordMovedOn, 'AuctionNotOpen', 'AuctionUnknown', 'LegNotCommitted', 'LegHasExpired'],
      );
    case 'release': {
      const open = await legsNotEnded(args, intent.legs);
      return open.length === 0 ? { status: 'done' } : callHub(args, 'releaseLegs', [open.map(toTuple)], recordMovedOn);
    }
    case 'expire': {
      const leg = await legStatus(args, intent.legId);
      if (leg.expired || leg.arrived) return { status: 'done' };
      return callHub(args, 'expireLegs', [[intent.legId]], ['LegAlreadyArrived', 'LegHasExpired', 'LegUnknown']);
    }
    case 'close': {
      const [auction] = await read(args, 'auction', [intent.auctionId]);
      const { status } = auction as { status: bigint };
      return status === CLOSED
        ? { status: 'done' }
        : callHub(args, 'closeAuction', [intent.auctionId], ['AuctionNotOpen', 'AuctionUnknown']);
    }
    case 'dispatch':
      return prepareDispatch(args, intent.leg, intent.receipt);
  }
}

async function prepareDispatch(args: HubEffectArgs, leg: LegRecord, receipt: ReceiptKind): Promise<Preparation> {
  const status = await legStatus(args, leg.legId);
  if (!status.ended) return { status: 'notReady', reason: 'the leg has not ended at the newest block', retryInMs: 500 };
  const due = receipt === 'settled' ? status.collateralDue : status.refundDue;
  if (!due) return { status: 'done' };
  const kind = receipt === 'settled' ? KIND_LEG_SETTLED : KIND_LEG_REFUNDED;
  const legs = [toTuple(leg)];
  const [feeWei] = await read(args, 'quoteReceipts', [kind, legs]);
  const finalErrors = ['ReceiptAlreadyDispatched', ...recordMovedOn];
  return callHub(args, 'dispatchReceipts', [kind, legs, args.sender], finalErrors, BigInt(String(feeWei)));
}

async function legsNotEnded(args: HubEffectArgs, legs: readonly LegRecord[]): Promise<LegRecord[]> {
  const statuses = await Promise.all(legs.map((leg) => legStatus(args, leg.legId)));
  return legs.filter((_, index) => statuses[index]?.ended === false);
}

interface LegStatus {
  readonly arrived: boolean;
  readonly expired: boolean;
  readonly ended: boolean;
  readonly collateralDue: boolean;
  readonly refundDue: boolean;
}

async function legStatus(args: HubEffectArgs, legId: LegId): Promise<LegStatus> {
  const [status] = await read(args, 'legStatus', [legId]);
  return status as LegStatus;
}

function read({ provider, hub }: HubEffectArgs, method: string, values: readonly unknown[]) {
  return readContract(provider, { address: hub, abi: hubInterface }, method, values);
}

function callHub(
  { hub }: HubEffectArgs,
  method: string,
  values: readonly unknown[],
  finalErrors: readonly string[],
  valueWei = 0n,
): Preparation {
  const data = hubInterface.encodeFunctionData(method, values);
  return { status: 'send', call: { to: hub, data, valueWei, finalErrors, oneOfSeveral: false } };
}

/** As the hub's `LegRecord` struct. */
function toTuple({ message, results, fee }: LegRecord) {
  return { message, results: results.map(({ used, collateral }) => ({ used, collateral })), fee };
}
