import { useQuery } from '@tanstack/react-query';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import { listBids, type OwnBid } from '@ala/shared/client/bids';
import { ClientError } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import { readToken, type Token } from '@ala/shared/client/token';
import type { Address } from '@ala/shared/ids';
import { Answered, Empty, Section } from '../ui/Screen.js';
import type { Session } from '../wallet/session.js';
import { BidCard } from './BidCard.js';
import { Returns } from './Returns.js';
import type { BidSpoke } from './spokes.js';

const POLL_MS = 3_000;

interface Props {
  readonly spoke: BidSpoke;
  readonly terms: BidTerms;
  readonly symbol: string;
  readonly session: Session;
}

/** Bids of the account on this chain, from the chain itself, the newest first. */
export function OwnBids({ spoke, terms, symbol, session }: Props) {
  const asked = useQuery({
    queryKey: ['own bids', spoke.rpcUrl, session.account, terms.basket],
    queryFn: () => readOwn(spoke, terms, session),
    refetchInterval: POLL_MS,
  });
  return (
    <Section title={`Your bids on ${spoke.chain}`}>
      <Answered asked={asked}>
        {({ bids, tokens }) =>
          bids.length === 0 ? (
            <Empty title="No bids yet">A bid stands by until an auction calls it, cheapest premium first.</Empty>
          ) : (
            <>
              <Returns spoke={spoke} bids={bids} />
              {bids.toReversed().map((bid) => (
                <BidCard
                  key={String(bid.bidId)}
                  bid={bid}
                  tokens={tokens}
                  spoke={spoke}
                  terms={terms}
                  symbol={symbol}
                  session={session}
                />
              ))}
            </>
          )
        }
      </Answered>
    </Section>
  );
}

interface Own {
  readonly bids: readonly OwnBid[];
  readonly tokens: ReadonlyMap<string, Token>;
}

async function readOwn(spoke: BidSpoke, { basket, debtToken }: BidTerms, { account }: Session): Promise<Own> {
  try {
    const bids = (await listBids(spoke, account)).filter((bid) => bid.basket === basket);
    const addresses = new Set([debtToken, ...bids.flatMap(claimedTokens)]);
    const tokens = await Promise.all([...addresses].map((address) => readToken(spoke.provider, address)));
    return { bids, tokens: new Map(tokens.map((token) => [token.address, token])) };
  } catch (error) {
    throw new ClientError(explainError(error), { cause: error });
  }
}

/** Of all that can be claimed. */
function claimedTokens({ claimable, openCalls }: OwnBid): Address[] {
  return [...claimable, ...openCalls.flatMap(({ skippedClaims }) => skippedClaims)].map(({ token }) => token);
}
