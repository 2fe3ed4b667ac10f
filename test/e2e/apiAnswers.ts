import { auctionDetail, type AuctionDetail } from '@ala/shared/api/auctions';
import { bidsAnswer, claimableAnswer, type BidAnswer, type BidClaimable, type BidsAnswer } from '@ala/shared/api/lp';

/** What the API at `apiUrl` answers, held to the schema that it promises. */
async function ask<Answer>(
  apiUrl: string,
  path: string,
  schema: { readonly parse: (value: unknown) => Answer },
): Promise<Answer> {
  const response = await fetch(`${apiUrl}${path}`);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body}`);
  return schema.parse(JSON.parse(body));
}

export function askAuction(apiUrl: string, auctionId: string): Promise<AuctionDetail> {
  return ask(apiUrl, `/v1/auctions/${auctionId}`, auctionDetail);
}

/** All bids of an owner, page by page. */
export async function askBids(apiUrl: string, owner: string): Promise<BidAnswer[]> {
  const bids: BidAnswer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: BidsAnswer = await ask(apiUrl, `/v1/lps/${owner}/bids?show=all&limit=2${after}`, bidsAnswer);
    bids.push(...page.items);
    cursor = page.nextCursor;
  }
  return bids;
}

/** Of the owner's first bids; fails where a chain did not answer. */
export async function askClaimable(apiUrl: string, owner: string): Promise<BidClaimable[]> {
  const { items, unanswered } = await ask(apiUrl, `/v1/lps/${owner}/claimable?limit=20`, claimableAnswer);
  if (unanswered.length > 0) throw new Error(JSON.stringify(unanswered));
  return items;
}
