import { Interface } from 'ethers';
import { liquiditySpokeAbi } from '@ala/shared/abi/liquiditySpoke';

/** The contract whose events the chains of the bench show. */
export const BENCH_SPOKE = `0x${'5e'.repeat(20)}`;
export const BENCH_BASKET = 1;
export const BENCH_TIERS = 64;
const OWNERS = 5_000;
const ACTIVE_AT_SEC = 2_000_000_000;
const BUCKET_SEC = 3_600;

const spoke = new Interface(liquiditySpokeAbi);
const topicOf = (name: string): string => {
  const event = spoke.getEvent(name);
  if (event === null) throw new Error(`the spoke has no event ${name}`);
  return event.topicHash;
};
const BID_PLACED = topicOf('BidPlaced');
const ENTRIES_UPDATED = topicOf('EntriesUpdated');

export interface EncodedLog {
  readonly topics: readonly [string, string, string, string];
  readonly data: string;
}

const word = (value: number | bigint): string => value.toString(16).padStart(64, '0');

/** What the spoke emits in `placeBid`, byte for byte: the bid, and the bucket in which its pool will take it up. */
export function bidLogs(bidId: number): readonly [EncodedLog, EncodedLog] {
  const tier = bidId % BENCH_TIERS;
  const amount = 1_000_000n + BigInt(bidId);
  const activeAt = ACTIVE_AT_SEC + BUCKET_SEC * (bidId % 24);
  const basket = `0x${word(BENCH_BASKET)}`;
  const owner = `0x${word(BigInt(0xa11ce) + BigInt(bidId % OWNERS))}`;
  return [
    {
      topics: [BID_PLACED, `0x${word(bidId)}`, owner, basket],
      data: `0x${word(tier)}${word(amount)}${word(activeAt)}`,
    },
    {
      topics: [ENTRIES_UPDATED, basket, `0x${word(tier)}`, `0x${word(activeAt)}`],
      data: `0x${word(amount * 2n)}`,
    },
  ];
}
