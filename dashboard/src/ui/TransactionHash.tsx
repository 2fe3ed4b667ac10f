import { Anchor, Code } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';
import { transactionUrl } from './explorerLink.js';

interface Props {
  readonly network: NetworkAnswer;
  readonly chain: string;
  readonly hash: string;
}

/** A link to the explorer of the chain, where the node names one. */
export function TransactionHash({ network, chain, hash }: Props) {
  const url = transactionUrl(network, chain, hash);
  if (url === null) return <Code>{hash}</Code>;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" title="Opens the block explorer in another tab">
      <Code>{hash}</Code>
    </Anchor>
  );
}
