import { isAddress, toQuantity } from 'ethers';
import { fetchVaa, balanceOf, redeemWormhole, sendOft, sendWormhole } from '../bridges/transfers.js';
import { MARKETS } from '../ala/terms.js';
import { CHAIN_NAMES, type ChainName } from '../chain/chainSpec.js';
import { Lane, TransactionReverted } from '../chain/lane.js';
import { chainTimeSec, moveTime } from '../chain/moveTime.js';
import { waitFor } from '../chain/waitFor.js';
import { tokens } from '../scenario/amounts.js';
import { liquidate, openPosition, releasePosition, setPrice, type OpenedAuction } from '../scenario/liquidation.js';
import { ETHER, type Position } from '../scenario/positions.js';
import { ABI, type World } from '../scenario/world.js';

/** What was asked for cannot be had now, or was asked for wrongly; the message says what to do. */
export class PlaygroundRefusal extends Error {
  constructor(
    readonly status: 400 | 409,
    message: string,
  ) {
    super(message);
    this.name = 'PlaygroundRefusal';
  }
}

const GIFT_WHOLE = 5_000;
const GIFT_WEI = 10n ** 19n;
const ARRIVAL_MS = 30_000;
const LONGEST_PASS_SEC = 3_600;

/** Small enough that one newcomer's bid can cover it: 75 % of one tETH at the start price. */
const LOAN: Position = { ...ETHER, depositWhole: 1, debt: tokens(1_500, 6) };

/** What a newcomer may ask of a devnet, one thing after the other: its accounts sign for all of them. */
export class Playground {
  private last: OpenedAuction | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly world: World) {}

  /** Gives native coin on every chain and 5,000 tUSD on one; over the bridges, where it is not the hub, so that every token stays accounted for. */
  fund(address: unknown, chain: unknown): Promise<void> {
    if (typeof address !== 'string' || !isAddress(address)) {
      throw new PlaygroundRefusal(400, 'the address is none: send the account of a wallet, 0x and 40 digits');
    }
    const name = CHAIN_NAMES.find((candidate) => candidate === chain);
    if (name === undefined) throw new PlaygroundRefusal(400, `name a chain: ${CHAIN_NAMES.join(', ')}`);
    return this.inTurn(() => this.give(address, name));
  }

  /** Every bid becomes active, the price of ether falls, and a loan of 1,500 tUSD is liquidated. Answers the auction's id. */
  fall(): Promise<string> {
    return this.inTurn(async () => {
      await this.endLast();
      const { terms } = this.world;
      await setPrice(this.world, MARKETS[LOAN.index]?.startPrice ?? 0, LOAN);
      await openPosition(this.world, LOAN);
      await this.moveOn(terms.activationDelaySec + terms.activationBucketSec);
      await setPrice(this.world, LOAN.fallenPrice, LOAN);
      this.last = await liquidate(this.world, LOAN);
      return this.last.auctionId;
    });
  }

  /** All clocks move on. */
  pass(seconds: unknown): Promise<void> {
    const isDuration = typeof seconds === 'number' && Number.isInteger(seconds);
    if (!isDuration || seconds < 1 || seconds > LONGEST_PASS_SEC) {
      throw new PlaygroundRefusal(400, `seconds: a whole number from 1 to ${LONGEST_PASS_SEC}`);
    }
    return this.inTurn(() => this.moveOn(seconds));
  }

  private async give(recipient: string, name: ChainName): Promise<void> {
    const { devnet } = this.world;
    const { chains, tokens: known, accounts } = devnet;
    for (const chain of CHAIN_NAMES) {
      await chains[chain].provider.send('anvil_setBalance', [recipient, toQuantity(GIFT_WEI)]);
    }
    const { tUSD } = known;
    const amount = tokens(GIFT_WHOLE, tUSD.decimals);
    const account = accounts.deployer;
    const lane = await Lane.open(chains.hub.provider, account);
    lane.call(tUSD.hub, ABI.token, 'mint', [name === 'hub' ? recipient : account.address, amount]);
    await lane.flush();
    if (name === 'hub') return;
    const before = await balanceOf(chains[name], tUSD[name], recipient);
    const transfer = { from: chains.hub, to: chains[name], account, recipient, token: tUSD.hub, amount };
    if (name === 'spokeA') await sendOft({ ...transfer, oapp: tUSD.oftAdapter });
    else await redeemWormhole(chains[name], account, await fetchVaa(devnet.wormholeApi, await sendWormhole(transfer)));
    const arrived = async () => ((await balanceOf(chains[name], tUSD[name], recipient)) > before ? true : null);
    await waitFor(arrived, { what: `tUSD on ${name}`, timeoutMs: ARRIVAL_MS, pollMs: 200 });
  }

  private async endLast(): Promise<void> {
    if (this.last === null) return;
    try {
      await releasePosition(this.world, LOAN);
    } catch (error) {
      if (!(error instanceof TransactionReverted)) throw error;
      throw new PlaygroundRefusal(409, 'the last auction is still under way: wait until it is over, then ask again');
    }
    this.last = null;
  }

  private async moveOn(seconds: number): Promise<void> {
    const providers = CHAIN_NAMES.map((name) => this.world.devnet.chains[name].provider);
    const times = await Promise.all(providers.map(chainTimeSec));
    await moveTime(providers, Math.min(...times) + seconds);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}
