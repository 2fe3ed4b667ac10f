import { MaxUint256 } from 'ethers';
import { feedAnswer } from '@ala/infra/devnet/ala/terms';
import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { BITCOIN, ETHER, type Position } from '@ala/infra/devnet/scenario/positions';
import { ABI, marketOf, openWorld, spokeById, type World } from '@ala/infra/devnet/scenario/world';
import type { Random } from './random.js';
import type { SimulatedChain } from './simulatedChain.js';
import type { SimulatedNetwork } from './simulatedNetwork.js';

const TIERS = 12;
/** So many bids a spoke has at most beside those that a world begins with, or there is nothing to be had of them. */
const LATER_BIDS = 6;
const MOST_BID = 15_000_000_000n;
/** A price falls at most to this part of where liquidation begins, percent. */
const LOWEST_PRICE_PERCENT = 70;

/** What people other than the relayer's do. Each action is a transaction; a chain may refuse it. */
export class WorldActions {
  private readonly world: World;

  constructor(
    private readonly network: SimulatedNetwork,
    private readonly random: Random,
    private readonly say: (text: string) => void,
  ) {
    this.world = openWorld(network.devnet, network.ala, () => undefined);
  }

  /** The price falls far enough, and somebody tells the lender. */
  async openAuction(position: Position = ETHER): Promise<void> {
    await this.setPrice(position, position.fallenPrice);
    await this.liquidate(position);
  }

  async anything(): Promise<void> {
    const { random } = this;
    const position = random.oneOf([ETHER, BITCOIN]);
    const action = random.oneOf(['price', 'auction', 'bid', 'leave', 'bid', 'leave', 'withdraw', 'claim'] as const);
    switch (action) {
      case 'price': {
        const percent = random.between(LOWEST_PRICE_PERCENT, 102);
        return this.setPrice(position, Math.round((position.fallenPrice * percent) / 100));
      }
      case 'auction':
        return this.openAuction(position);
      case 'bid':
        return this.placeBid();
      case 'leave':
        return this.leave();
      case 'withdraw':
        return this.withdraw();
      case 'claim':
        return this.claim();
    }
  }

  private async setPrice(position: Position, dollars: number): Promise<void> {
    this.say(`${position.collateral} is worth ${dollars}`);
    const { market } = marketOf(this.world, position);
    const data = ABI.feed.encodeFunctionData('setAnswer', [feedAnswer(dollars)]);
    await this.chain('hub').sendAs({ from: this.network.devnet.accounts.deployer.address, to: market.feed, data });
  }

  private async liquidate(position: Position): Promise<void> {
    this.say(`somebody liquidates the loan of ${position.collateral}`);
    const { market } = marketOf(this.world, position);
    const { liquidator, borrower } = this.network.devnet.accounts;
    const data = ABI.lender.encodeFunctionData('liquidate', [borrower.address]);
    await this.chain('hub').sendAs({ from: liquidator.address, to: market.source, data });
  }

  private async placeBid(): Promise<void> {
    const { lp, spoke } = this.random.oneOf(this.network.bids);
    const tier = this.random.between(0, TIERS);
    const amount = 10_000_000n + BigInt(Math.floor(this.random.next() * Number(MOST_BID)));
    this.say(`LP ${lp + 1} bids ${amount} on spoke ${spoke} in tier ${tier}`);
    const owner = lpOf(this.world, lp).address;
    const { basket } = marketOf(this.world);
    const data = ABI.spoke.encodeFunctionData('placeBid', [basket.id, tier, amount, owner]);
    const { chain, spoke: to } = spokeById(this.world, spoke);
    await this.chain(chain as ChainName).sendAs({ from: owner, to, data });
  }

  private async leave(): Promise<void> {
    const bid = this.random.oneOf(this.network.bids);
    const amount = (bid.amount * BigInt(this.random.between(10, 100))) / 100n;
    this.say(`LP ${bid.lp + 1} leaves spoke ${bid.spoke} with ${amount}`);
    const data = ABI.spoke.encodeFunctionData('requestWithdraw', [bid.bidId, amount]);
    const { chain, spoke: to } = spokeById(this.world, bid.spoke);
    await this.chain(chain as ChainName).sendAs({ from: bid.owner, to, data });
  }

  /** Of a bid that may have left, and may not exist. */
  private async withdraw(): Promise<void> {
    const { spoke, bidId } = this.anyBid();
    this.say(`somebody withdraws bid ${bidId} of spoke ${spoke}`);
    await this.askSpoke(spoke, ABI.spoke.encodeFunctionData('withdraw', [bidId]));
  }

  private async claim(): Promise<void> {
    const { spoke, bidId } = this.anyBid();
    const { chain } = spokeById(this.world, spoke);
    const { tUSD, tETH } = this.network.devnet.tokens;
    const token = this.random.chance(0.5) ? tUSD : tETH;
    this.say(`somebody claims for bid ${bidId} of spoke ${spoke}`);
    const whole = [bidId, token[chain as ChainName], 0, MaxUint256];
    await this.askSpoke(spoke, ABI.spoke.encodeFunctionData('claim', whole));
  }

  /** One of those that every world begins with, or a later one. */
  private anyBid(): { readonly spoke: number; readonly bidId: bigint } {
    const { random, network } = this;
    const { spoke } = random.oneOf(network.bids);
    const newest = network.bids.reduce((most, bid) => (bid.spoke === spoke && bid.bidId > most ? bid.bidId : most), 0n);
    return { spoke, bidId: BigInt(random.between(1, Number(newest) + LATER_BIDS)) };
  }

  /** Whoever asks: `withdraw` and `claim` pay the bid's owner. */
  private async askSpoke(id: number, data: string): Promise<void> {
    const { chain, spoke: to } = spokeById(this.world, id);
    await this.chain(chain as ChainName).sendAs({ from: this.network.devnet.accounts.traveller.address, to, data });
  }

  private chain(name: ChainName): SimulatedChain {
    const chain = this.network.chains.find((candidate) => candidate.name === name);
    if (chain === undefined) throw new Error(`no chain ${name}`);
    return chain;
  }
}
