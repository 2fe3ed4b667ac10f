import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ApiClient, type AuctionsQuery } from '@ala/shared/client/apiClient';
import type { AuctionId } from '@ala/shared/ids';
import { keys } from './keys.js';

/** The node that has served this page. */
export const api = new ApiClient(window.location.origin);

/** Where the event stream is silent or broken, everything is asked for again after this time. */
const SLOW_MS = 15_000;
/** The most that a node gives at a time. */
const PAGE_SIZE = 100;

export type AuctionsFilter = Omit<AuctionsQuery, 'cursor' | 'limit'>;

export function useNetwork() {
  return useQuery({ queryKey: [keys.network], queryFn: api.network, staleTime: 60_000 });
}

export function useChains() {
  return useQuery({ queryKey: [keys.chains], queryFn: api.chains, refetchInterval: 5_000 });
}

export function useBook(basket: number) {
  return useQuery({ queryKey: [keys.book, basket], queryFn: () => api.book(basket), refetchInterval: SLOW_MS });
}

/** Older pages, which are asked for once: `useNewestAuctions` follows what moves. */
export function useAuctionPages(query: AuctionsFilter) {
  return useInfiniteQuery({
    queryKey: [keys.auctionPages, query],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api.auctions({ ...query, limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Infinity,
  });
}

export function useNewestAuctions(query: AuctionsFilter) {
  return useQuery({
    queryKey: [keys.auctions, query],
    queryFn: () => api.auctions({ ...query, limit: PAGE_SIZE }),
    refetchInterval: SLOW_MS,
  });
}

export function useAuction(id: AuctionId) {
  return useQuery({ queryKey: [keys.auction, id], queryFn: () => api.auction(id), refetchInterval: SLOW_MS });
}

export function useStatistics() {
  return useQuery({
    queryKey: [keys.statistics],
    queryFn: () => api.statistics(),
    refetchInterval: SLOW_MS,
  });
}

export function useOperate() {
  return useQuery({ queryKey: [keys.operate], queryFn: api.operate, refetchInterval: 5_000 });
}
