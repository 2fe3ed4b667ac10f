import { Title } from '@mantine/core';

export function AuctionScreen({ id }: { readonly id: string }) {
  return <Title order={1}>Auction {id}</Title>;
}
