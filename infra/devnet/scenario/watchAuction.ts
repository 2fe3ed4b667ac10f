import { getAddress, type Interface } from 'ethers';
import type { ChainName } from '../chain/chainSpec.js';
import { CHAIN_NAMES } from '../chain/chainSpec.js';
import { pause } from '../chain/waitFor.js';
import { readable } from './amounts.js';
import { AuctionProgress, type LegProgress } from './auctionProgress.js';
import { EventFeed, type ChainEvent } from './eventFeed.js';
import type { OpenedAuction } from './liquidation.js';
import { ABI, premiumOf, type World } from './world.js';

const POLL_MS = 200;

/** Reads the chains, and them alone, to follow one auction; each thing that happens is said as it is seen. */
export class AuctionWatch {
  readonly progress: AuctionProgress;
  private readonly feeds: EventFeed[];

  private constructor(
    private readonly world: World,
    private readonly auction: OpenedAuction,
    feeds: EventFeed[],
  ) {
    this.progress = new AuctionProgress(auction.auctionId);
    this.feeds = feeds;
  }

  /** Begins at the auction's block on the hub, and at the blocks that the other chains had before it. */
  static open(world: World, auction: OpenedAuction, startBlocks: Readonly<Record<ChainName, number>>): AuctionWatch {
    const { deployment, devnet } = world;
    const feeds = CHAIN_NAMES.map((name) => {
      const contracts = new Map<string, Interface>(
        deployment.spokes.filter((spoke) => spoke.chain === name).map((spoke) => [getAddress(spoke.spoke), ABI.spoke]),
      );
      if (name === deployment.hub.chain) contracts.set(getAddress(deployment.hub.auctionHub), ABI.hub);
      return new EventFeed(devnet.chains[name], contracts, startBlocks[name]);
    });
    return new AuctionWatch(world, auction, feeds);
  }

  /** Follows until `reached`; throws with the state of each leg when that takes longer than `timeoutMs`. */
  async until(what: string, timeoutMs: number, reached: () => boolean | Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      for (const events of await Promise.all(this.feeds.map((feed) => feed.poll()))) {
        for (const event of events) if (this.progress.take(event)) this.tell(event);
      }
      if (await reached()) return;
      if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms; ${this.describe()}`);
      await pause(POLL_MS);
    }
  }

  private describe(): string {
    const legs = [...this.progress.legs.values()].map(describeLeg);
    return `covered ${this.progress.debtCovered}, ${legs.join('; ') || 'no plan was committed'}`;
  }

  private tell({ chain, name, args }: ChainEvent): void {
    const { tUSD, [this.auction.position.collateral]: token } = this.world.devnet.tokens;
    const dollars = (amount: bigint): string => `${readable(amount, tUSD.decimals)} tUSD`;
    const gained = (amount: bigint): string => `${readable(amount, token.decimals)} ${token.symbol}`;
    const leg = this.progress.legs.get(String(args.toObject().legId));
    const who = leg ? `leg of spoke ${leg.spoke}` : '';
    switch (name) {
      case 'PlanCommitted': {
        const legs = [...this.progress.legs.values()].map((each) => `spoke ${each.spoke}: ${dollars(each.planned)}`);
        return this.world.say(chain, 'plan', `committed: ${legs.join(', ')}`);
      }
      case 'CapitalCalled':
        return this.world.say(chain, 'call', `${dollars(leg?.drawn ?? 0n)} leave for the hub`);
      case 'LegArrived':
        return this.world.say(chain, 'arrival', `${who}: ${dollars(args.credited as bigint)} arrived`);
      case 'LegSettled':
        return this.world.say(chain, 'settle', `${who}: ${gained(leg?.collateral ?? 0n)} for ${dollars(usedOf(leg))}`);
      case 'LegReleased':
        return this.world.say(chain, 'release', `${who}: ${dollars(args.refund as bigint)} go back unused`);
      case 'LegExpired':
        return this.world.say(chain, 'expiry', `${who} did not come in time`);
      case 'AuctionSettled':
        return this.world.say(chain, 'covered', `${dollars(args.debtCovered as bigint)} of the debt are repaid`);
      case 'AuctionClosed':
        return this.world.say(chain, 'close', 'the auction is closed');
      case 'ReceiptDispatched':
        return this.world.say(chain, 'receipt', `${who}: results leave for home`);
      case 'ResultRecorded':
        return this.tellResult(chain, args);
      default:
        return undefined;
    }
  }

  private tellResult(chain: ChainName, args: ChainEvent['args']): void {
    const token = Object.values(this.world.devnet.tokens).find((each) => each[chain] === args.token);
    const amount = token ? `${readable(args.amount as bigint, token.decimals)} ${token.symbol}` : String(args.amount);
    this.world.say(chain, 'home', `${amount} for the LPs who bid at ${premiumOf(this.world, Number(args.tier))}`);
  }
}

const usedOf = (leg: LegProgress | undefined): bigint => leg?.used.reduce((sum, used) => sum + used, 0n) ?? 0n;

function describeLeg(leg: LegProgress): string {
  const { spoke, planned, drawn, arrived, ended, expired, openCalls } = leg;
  return `spoke ${spoke}: planned ${planned}, drawn ${drawn}, arrived ${arrived}, ended ${ended}, expired ${expired}, ${openCalls} results missing`;
}
