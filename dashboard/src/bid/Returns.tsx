import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatAmount } from '@ala/shared/client/amount';
import type { OwnBid } from '@ala/shared/client/bids';
import { readSpokeEvent, topicOf } from '@ala/shared/client/events';
import { readLogs, spokeInterface } from '@ala/shared/client/onChain';
import { readToken } from '@ala/shared/client/token';
import type { Address } from '@ala/shared/ids';
import type { BidSpoke } from './spokes.js';

/** What all bids together have been paid so far, token by token: collateral, and refunds in the debt token. */
export function Returns({ spoke, bids }: { readonly spoke: BidSpoke; readonly bids: readonly OwnBid[] }) {
  const ids = bids.map(({ bidId }) => bidId);
  const { data = [] } = useQuery({
    queryKey: ['returns', spoke.rpcUrl, ids.map(String)],
    queryFn: () => readReturns(spoke, ids),
  });
  return (
    <Text size="sm" mb="sm">
      Claimed so far: {data.length === 0 ? 'nothing' : data.join(', ')}
    </Text>
  );
}

async function readReturns(spoke: BidSpoke, ids: readonly bigint[]): Promise<string[]> {
  const topics = ids.map((id) => `0x${id.toString(16).padStart(64, '0')}`);
  const toBlock = await spoke.provider.getBlockNumber();
  const logs = await readLogs(spoke, [topicOf(spokeInterface, 'Claimed'), topics], toBlock);
  const sums = new Map<Address, bigint>();
  for (const log of logs) {
    const event = readSpokeEvent(log);
    if (event?.name === 'Claimed') sums.set(event.token, (sums.get(event.token) ?? 0n) + event.amountLocal);
  }
  return Promise.all(
    [...sums].map(async ([address, sum]) => {
      const { symbol, decimals } = await readToken(spoke.provider, address);
      return `${formatAmount(sum, decimals)} ${symbol}`;
    }),
  );
}
