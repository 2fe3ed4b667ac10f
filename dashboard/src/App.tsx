import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { useLive } from './data/live.js';
import { Frame } from './ui/Frame.js';
import { NotFound } from './ui/NotFound.js';
import { ScreenSkeleton } from './ui/ScreenSkeleton.js';
import { SessionHolder } from './wallet/SessionHolder.js';

const BookScreen = lazy(() => import('./book/BookScreen.js').then(({ BookScreen: screen }) => ({ default: screen })));
const AuctionsScreen = lazy(() =>
  import('./auctions/AuctionsScreen.js').then(({ AuctionsScreen: screen }) => ({ default: screen })),
);
const AuctionScreen = lazy(() =>
  import('./auctions/AuctionScreen.js').then(({ AuctionScreen: screen }) => ({ default: screen })),
);
const BidScreen = lazy(() => import('./bid/BidScreen.js').then(({ BidScreen: screen }) => ({ default: screen })));
const StatisticsScreen = lazy(() =>
  import('./statistics/StatisticsScreen.js').then(({ StatisticsScreen: screen }) => ({ default: screen })),
);
const OperateScreen = lazy(() =>
  import('./operate/OperateScreen.js').then(({ OperateScreen: screen }) => ({ default: screen })),
);

/** Each screen is a script of its own, loaded when it is first shown. */
export function App() {
  useLive();
  return (
    <SessionHolder>
      <Frame>
        <Suspense fallback={<ScreenSkeleton />}>
          <Switch>
            <Route path="/" component={BookScreen} />
            <Route path="/auctions" component={AuctionsScreen} />
            <Route path="/auctions/:id">{({ id }) => <AuctionScreen id={id} />}</Route>
            <Route path="/bid" component={BidScreen} />
            <Route path="/statistics" component={StatisticsScreen} />
            <Route path="/operate" component={OperateScreen} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Frame>
    </SessionHolder>
  );
}
