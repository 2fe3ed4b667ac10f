import { useMemo, useState } from 'react';
import { SegmentedControl, Title, VisuallyHidden } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { useAuctionPages, useNetwork, useNewestAuctions, type AuctionsFilter } from '../data/queries.js';
import { Answered, Empty } from '../ui/Screen.js';
import { AuctionList } from './AuctionList.js';
import { mergeAuctions } from './mergeAuctions.js';

/** All auctions, the newest first. */
export function AuctionsScreen() {
  const network = useNetwork();
  const [onlyOpen, setOnlyOpen] = useState(false);
  return (
    <>
      <Title order={1}>Auctions</Title>
      <SegmentedControl
        my="sm"
        aria-label="Which auctions"
        value={onlyOpen ? 'open' : 'all'}
        onChange={(value) => setOnlyOpen(value === 'open')}
        data={[
          { value: 'all', label: 'All' },
          { value: 'open', label: 'Open' },
        ]}
      />
      <Answered asked={network}>
        {(known) => <Auctions key={String(onlyOpen)} network={known} query={onlyOpen ? { state: 'open' } : {}} />}
      </Answered>
    </>
  );
}

function Auctions({ network, query }: { readonly network: NetworkAnswer; readonly query: AuctionsFilter }) {
  const newest = useNewestAuctions(query);
  const pages = useAuctionPages(query);
  const items = useMemo(
    // What an open auction was on a page before is not told of it any more once it has left the newest ones.
    () =>
      mergeAuctions(
        newest.data?.items ?? [],
        (pages.data?.pages ?? []).map((page) => page.items),
      ).filter(({ state }) => query.state === undefined || state === query.state),
    [newest.data, pages.data, query.state],
  );
  return (
    <Answered asked={newest}>
      {() =>
        items.length === 0 ? (
          <Empty title={query.state === 'open' ? 'No auction is open' : 'No auction yet'}>
            {query.state === 'open'
              ? 'Those that have ended are under All.'
              : 'The first one stands here as soon as a lending protocol opens it on the hub.'}
          </Empty>
        ) : (
          <>
            <VisuallyHidden aria-live="polite">{`${items.length} auctions are listed`}</VisuallyHidden>
            <AuctionList
              network={network}
              items={items}
              hasMore={pages.hasNextPage}
              onEnd={() => {
                if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
              }}
            />
          </>
        )
      }
    </Answered>
  );
}
