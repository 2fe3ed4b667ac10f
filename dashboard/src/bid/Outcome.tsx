import { useEffect, useRef } from 'react';
import { Alert, Code, Text } from '@mantine/core';
import type { Explanation } from '@ala/shared/client/clientError';
import type { TaskState } from './useTask.js';

const STEPS: Readonly<Record<string, string>> = {
  approve: 'Lets the spoke take exactly this amount',
  placeBid: 'Places the bid',
  placeBidWithPermit: 'Places the bid with the permit',
  requestWithdraw: 'Asks for the amount to leave',
  withdraw: 'Collects what has left',
  claim: 'Claims',
  claimSkipped: 'Claims the result of a skipped call',
  rebid: 'Bids again with the refund',
};

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const inWords = ({ what, whatToDo }: Explanation): string => `${sentence(what)}. ${whatToDo}`;

/** Of an action of several transactions that ended between two of them. */
const SENT_BEFORE = 'What was sent before stands: done again, the action goes on from there.';

/** What an action has sent, and how it ended. `besideField`: the failure already stands next to its field. */
export function Outcome({ state, besideField = false }: { readonly state: TaskState; readonly besideField?: boolean }) {
  const alert = useRef<HTMLDivElement>(null);
  const { busy, steps, failure, done } = state;
  useEffect(() => {
    if (failure !== null && !besideField) alert.current?.focus();
  }, [failure, besideField]);
  return (
    <div>
      <div aria-live="polite">
        {busy && <Text size="sm">Under way: confirm in the wallet if it asks.</Text>}
        {steps.map(({ method, hash }) => (
          <Text size="sm" key={hash} style={{ overflowWrap: 'anywhere' }}>
            {STEPS[method] ?? method}: transaction <Code>{hash}</Code>
          </Text>
        ))}
        {done !== null && (
          <Text size="sm" fw={600}>
            {done}
          </Text>
        )}
      </div>
      {failure !== null && !besideField && (
        <Alert ref={alert} tabIndex={-1} color="red" role="alert" title={sentence(failure.what)} mt="xs">
          {failure.whatToDo}
          {steps.length > 0 && ` ${SENT_BEFORE}`}
        </Alert>
      )}
    </div>
  );
}
