import { Alert } from '@mantine/core';
import { useChains } from '../data/queries.js';
import { durationWords } from './time.js';

/** Says when a chain is behind, and by how much: what is shown of it is as old. Nothing while all are read. */
export function ChainStrip() {
  const { data, error, dataUpdatedAt } = useChains();
  const behind = data?.asOf.filter(({ behind: isBehind }) => isBehind) ?? [];
  return (
    <div aria-live="polite">
      {data !== undefined && error !== null && (
        <Alert color="orange" title="The node does not answer" mb="md">
          What is shown was read {durationWords((Date.now() - dataUpdatedAt) / 1_000)} ago. It is asked again every few
          seconds, and what it says then is shown by itself.
        </Alert>
      )}
      {data !== undefined && behind.length > 0 && (
        <Alert color="orange" title="Not everything here is up to date" mb="md">
          {behind
            .map(({ chain, blockNumber, timestampSec }) =>
              timestampSec === null
                ? `${chain} has not been read yet`
                : `${chain} is read up to block ${blockNumber ?? 0}, ${durationWords(data.nowSec - timestampSec)} ago`,
            )
            .join('; ')}
          . The node goes on as soon as the chain&apos;s RPC answers: see Operate.
        </Alert>
      )}
    </div>
  );
}
