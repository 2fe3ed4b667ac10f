import { Text, Title } from '@mantine/core';

/** Placing bids needs a wallet. */
export function BidScreen() {
  return (
    <>
      <Title order={1}>Bid</Title>
      <Text mt="sm">
        Bids are placed from a terminal: <code>./ala bid place</code>, and withdrawn and claimed with{' '}
        <code>./ala bid withdraw</code> and <code>./ala bid claim</code>.
      </Text>
    </>
  );
}
