/** The first words of each query's key; `live` marks them as outdated by what has moved. */
export const keys = {
  network: 'network',
  chains: 'chains',
  book: 'book',
  auctions: 'auctions',
  auctionPages: 'auctionPages',
  auction: 'auction',
  statistics: 'statistics',
  operate: 'operate',
} as const;
