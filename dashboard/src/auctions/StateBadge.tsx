import { Badge } from '@mantine/core';
import type { AuctionAnswer } from '@ala/shared/api/auctions';

/** How an auction stands, in a word. */
export function StateBadge({ auction }: { readonly auction: AuctionAnswer }) {
  const { word, colour } = standing(auction);
  return (
    <Badge variant="dot" color={colour} radius="sm" tt="none">
      {word}
    </Badge>
  );
}

function standing({ state, coveredDebtUnits, debtToCoverDebtUnits }: AuctionAnswer) {
  const isCovered = BigInt(coveredDebtUnits) >= BigInt(debtToCoverDebtUnits);
  if (state === 'open') return { word: isCovered ? 'covered' : 'open', colour: 'blue' };
  if (isCovered) return { word: 'covered', colour: 'green' };
  return { word: BigInt(coveredDebtUnits) === 0n ? 'closed, nothing covered' : 'closed in part', colour: 'orange' };
}
