import { Title } from '@mantine/core';

export function AuctionsScreen() {
  return <Title order={1}>Auctions</Title>;
}
