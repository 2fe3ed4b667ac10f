import { Interface, type Result, type Signer } from 'ethers';
import { exampleLenderAbi } from '../abi/exampleLender.js';
import type { Address, AuctionId, BasketId, ChainId, MarketId } from '../ids.js';
import { parseSmallUint, parseUint } from '../integers.js';
import { ClientError } from './clientError.js';
import { readHubEvent, topicOf, type HubEvent } from './events.js';
import { hubInterface, readLogs, readView, type ContractOnChain } from './onChain.js';
import { sendCall, type OnStep } from './sendCall.js';

/** An auction as the hub shows it; amounts in hub units of its two tokens. */
export interface AuctionNow {
  readonly auctionId: AuctionId;
  readonly marketId: MarketId;
  readonly basket: BasketId;
  /** `expired`: past its deadline, and nobody has closed it. */
  readonly state: 'open' | 'covered' | 'expired' | 'closed';
  readonly debtToCover: bigint;
  readonly debtCovered: bigint;
  /** Of committed legs that are on their way. */
  readonly reservedDebt: bigint;
  readonly maxCollateral: bigint;
  readonly collateralTaken: bigint;
  readonly rounds: number;
  readonly deadlineSec: number;
  readonly openedBlock: number;
}

/** What has happened in an auction on the hub, and where. */
export interface AuctionStep {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly txHash: string;
  readonly event: HubEvent;
}

type Opened = Extract<HubEvent, { readonly name: 'AuctionOpened' }>;

/** Every auction that the hub has opened, the newest first. */
export async function listAuctions(hub: ContractOnChain): Promise<AuctionNow[]> {
  const block = await hub.provider.getBlockNumber();
  const logs = await readLogs(hub, [topicOf(hubInterface, 'AuctionOpened')], block);
  const opened = logs.flatMap((log) => {
    const event = readHubEvent(log);
    return event?.name === 'AuctionOpened' ? [event] : [];
  });
  return (await Promise.all(opened.map((event) => auctionAt(hub, event, block)))).reverse();
}

/**
 * One auction and everything that the hub's events tell of it, in their order.
 * @throws ClientError if the hub has no such auction.
 */
export async function readAuction(
  hub: ContractOnChain,
  auctionId: AuctionId,
): Promise<{ readonly auction: AuctionNow; readonly steps: readonly AuctionStep[] }> {
  const block = await hub.provider.getBlockNumber();
  const names = ['AuctionOpened', 'PlanCommitted', 'PlanLapsed', 'AuctionSettled', 'AuctionClosed'];
  const [own, arrivals] = await Promise.all([
    readLogs(hub, [names.map((name) => topicOf(hubInterface, name)), auctionId], block),
    readLogs(hub, [topicOf(hubInterface, 'LegArrived'), null, auctionId], block),
  ]);
  const steps = [...own, ...arrivals]
    .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
    .flatMap(({ blockNumber, index, transactionHash, ...log }): AuctionStep[] => {
      const event = readHubEvent(log);
      return event === null ? [] : [{ blockNumber, logIndex: index, txHash: transactionHash, event }];
    });
  const opened = steps.map(({ event }) => event).find((event) => event.name === 'AuctionOpened');
  if (opened === undefined) {
    const what = `the hub has no auction ${auctionId}`;
    throw new ClientError({ kind: 'input', what, whatToDo: 'Check the id and the deployment.' });
  }
  return { auction: await auctionAt(hub, opened, block), steps };
}

async function auctionAt(hub: ContractOnChain, opened: Opened, block: number): Promise<AuctionNow> {
  const { auctionId, marketId, basket, debtToCover, maxCollateral, deadlineSec } = opened;
  const [[answer], head] = await Promise.all([
    readView(hub.provider, { ...hub, abi: hubInterface }, 'auction', [auctionId], block),
    hub.provider.getBlock(block),
  ]);
  const fields = answer as Result;
  const debtCovered = parseUint('debtCovered', fields['debtCovered']);
  const isClosed = Number(fields['status']) === 2;
  const isPast = head !== null && head.timestamp > deadlineSec;
  return {
    ...{ auctionId, marketId, basket, debtToCover, maxCollateral, deadlineSec, debtCovered },
    state: isClosed ? 'closed' : debtCovered >= debtToCover ? 'covered' : isPast ? 'expired' : 'open',
    reservedDebt: parseUint('reservedDebt', fields['reservedDebt']),
    collateralTaken: parseUint('collateralTaken', fields['collateralTaken']),
    rounds: parseSmallUint('rounds', fields['rounds']),
    openedBlock: parseSmallUint('openedBlock', fields['openedBlock']),
  };
}

const lenderInterface = new Interface(exampleLenderAbi);

/** A liquidation of a lending protocol that is built as `ExampleLender` is: anyone may ask for it. */
export interface Liquidation {
  readonly signer: Signer;
  readonly chainId: ChainId;
  /** The market's source. */
  readonly source: Address;
  readonly borrower: Address;
  readonly onStep?: OnStep;
}

/** Has the lender open an auction over a borrower's unhealthy position. */
export async function openAuction(order: Liquidation): Promise<Opened & { readonly txHash: string }> {
  const { signer, chainId, source, borrower, onStep } = order;
  const call = { to: source, abi: lenderInterface, method: 'liquidate', args: [borrower] };
  const receipt = await sendCall({ signer, chainId, ...(onStep !== undefined && { onStep }) }, call);
  for (const log of receipt.logs) {
    const event = readHubEvent(log);
    if (event?.name === 'AuctionOpened') return { ...event, txHash: receipt.hash };
  }
  const what = `transaction ${receipt.hash} opened no auction`;
  throw new ClientError({ kind: 'wrongChain', what, whatToDo: "Check the market's source." });
}
