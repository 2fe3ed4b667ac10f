import { Button, Group } from '@mantine/core';
import { formatAmount } from '@ala/shared/client/amount';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import { refundOf, type OwnBid } from '@ala/shared/client/bids';
import { claim, claimSkipped, rebid } from '@ala/shared/client/leaveBid';
import type { Token } from '@ala/shared/client/token';
import type { Act } from './act.js';

interface Props {
  readonly bid: OwnBid;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly terms: BidTerms;
  readonly busy: boolean;
  readonly act: Act;
}

/** What a bid has earned or was paid back, of calls that were skipped as well. */
export function Claims({ bid, tokens, terms, busy, act }: Props) {
  const refund = refundOf(bid, terms);
  const shown = (address: string, amountLocal: bigint): string => {
    const token = tokens.get(address);
    return token === undefined ? address : `${formatAmount(amountLocal, token.decimals)} ${token.symbol}`;
  };
  return (
    <Group mt="xs">
      {bid.claimable.map((part) => {
        const text = shown(part.token, part.amountLocal);
        return (
          <Group key={part.token} gap="xs">
            <Button size="xs" disabled={busy} onClick={() => void act(`Claimed ${text}.`, (of) => claim(of, part))}>
              Claim {text}
            </Button>
            {part === refund && (
              <Button
                size="xs"
                variant="light"
                disabled={busy}
                onClick={() => void act(`Bid again with ${text}.`, (of) => rebid(of, bid.tier, part))}
              >
                Bid again with {text}
              </Button>
            )}
          </Group>
        );
      })}
      {bid.openCalls.flatMap(({ gen, skippedClaims }) =>
        skippedClaims.map(({ part, token, amountLocal }) => {
          const text = shown(token, amountLocal);
          return (
            <Button
              key={`${gen} ${part}`}
              size="xs"
              disabled={busy}
              onClick={() => void act(`Claimed ${text}.`, (of) => claimSkipped(of, gen, part))}
            >
              Claim {text}, which came late
            </Button>
          );
        }),
      )}
    </Group>
  );
}
