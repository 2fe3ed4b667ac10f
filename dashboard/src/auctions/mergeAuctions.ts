import type { AuctionAnswer } from '@ala/shared/api/auctions';

/** Pure: pages of auctions as one list, the newest first; of an auction on two pages the one that was asked for last, which stands first. */
export function mergeAuctions(
  newest: readonly AuctionAnswer[],
  pages: readonly (readonly AuctionAnswer[])[],
): AuctionAnswer[] {
  const seen = new Set<string>();
  return [newest, ...pages].flat().filter(({ auctionId }) => {
    if (seen.has(auctionId)) return false;
    seen.add(auctionId);
    return true;
  });
}
