import { Badge, Button, Card, Group, Text } from '@mantine/core';
import { formatAmount } from '@ala/shared/client/amount';
import type { BidTerms } from '@ala/shared/client/bidTerms';
import type { BidState, OwnBid } from '@ala/shared/client/bids';
import { finalizeCalls } from '@ala/shared/client/creditCalls';
import { withdraw } from '@ala/shared/client/leaveBid';
import { drawnIn } from '@ala/shared/client/openCalls';
import { sayTokens } from '@ala/shared/client/sayAmount';
import type { Token } from '@ala/shared/client/token';
import { premiumBps } from '@ala/shared/ladder';
import { percent } from '../ui/amount.js';
import { Time } from '../ui/Time.js';
import type { Session } from '../wallet/session.js';
import { signerOf } from '../wallet/useSession.js';
import type { Act } from './act.js';
import { Claims } from './Claims.js';
import { Leave } from './Leave.js';
import { Outcome } from './Outcome.js';
import type { BidSpoke } from './spokes.js';
import { useTask, type Task } from './useTask.js';

const STATES: Readonly<Record<BidState, string>> = {
  entering: 'not active yet',
  standing: 'stands by',
  leaving: 'leaving, can still be called',
  left: 'has left: collect it',
  over: 'over',
};

interface Props {
  readonly bid: OwnBid;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly spoke: BidSpoke;
  readonly terms: BidTerms;
  readonly symbol: string;
  readonly session: Session;
}

/** One bid, and all that can be done with it. */
export function BidCard({ bid, tokens, spoke, terms, symbol, session }: Props) {
  const say = sayTokens(terms, symbol);
  const [claiming, leaving] = [useTask(say), useTask(say)];
  const busy = claiming.state.busy || leaving.state.busy;
  const actBy =
    ({ run }: Task): Act =>
    (done, work) =>
      run(async (onStep) => {
        const signer = await signerOf(session, { ...spoke, name: spoke.chain });
        const outcome = await work({ signer, spoke, bidId: bid.bidId, onStep });
        return typeof done === 'string' ? done : done(outcome);
      });
  const act = actBy(claiming);
  const shown = (units: bigint): string => `${formatAmount(units, terms.hubDecimals)} ${symbol}`;
  const waiting = bid.openCalls.filter(({ skipped }) => !skipped);
  const away = drawnIn(waiting.filter(({ complete }) => !complete));
  const home = drawnIn(waiting.filter(({ complete }) => complete));
  return (
    <Card withBorder mt="sm" component="article" aria-label={`Bid ${bid.bidId}`}>
      <Group justify="space-between">
        <Text fw={600}>
          Bid {String(bid.bidId)} at {percent(premiumBps(terms, bid.tier))}
        </Text>
        <Badge variant="default">{STATES[bid.state]}</Badge>
      </Group>
      {bid.entering > 0n && <Text size="sm">Enters: {shown(bid.entering)}</Text>}
      <Text size="sm">Standing by: {shown(bid.standby)}</Text>
      {bid.state === 'entering' && bid.activeAtSec !== null && (
        <Text size="sm">
          Active <Time sec={bid.activeAtSec} />
        </Text>
      )}
      {bid.exitAtSec !== null && (
        <Text size="sm">
          Leaves <Time sec={bid.exitAtSec} />
        </Text>
      )}
      {away > 0n && <Text size="sm">Called, result under way: {shown(away)}</Text>}
      {home > 0n && (
        <Text size="sm">
          Called, result home{bid.finalizable > 0 ? '' : ', waits for an earlier one of the pool'}: {shown(home)}
        </Text>
      )}
      {bid.finalizable > 0 && (
        <Button
          size="xs"
          mt="xs"
          disabled={busy}
          onClick={() => void act('Credited.', (of) => finalizeCalls(of, bid, bid.finalizable))}
        >
          Credit what is home
        </Button>
      )}
      <Claims bid={bid} tokens={tokens} terms={terms} busy={busy} act={act} />
      {bid.state === 'left' && (
        <Button size="xs" mt="xs" disabled={busy} onClick={() => void act('Collected.', withdraw)}>
          Withdraw {shown(bid.collectable)}
        </Button>
      )}
      {bid.state === 'standing' || bid.state === 'entering' ? (
        <Leave bid={bid} terms={terms} busy={busy} state={leaving.state} act={actBy(leaving)} />
      ) : (
        // A call may have taken the bid meanwhile: why it did not leave is still to be said.
        <Outcome state={leaving.state} />
      )}
      <Outcome state={claiming.state} />
    </Card>
  );
}
