import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { auctionDetail, auctionsAnswer, auctionStates } from '@ala/shared/api/auctions';
import { statistics } from '@ala/shared/api/statistics';
import { readAuctionDetail, readAuctions } from '../read/auctions.js';
import { StatisticsReader } from '../read/statistics.js';
import { addRoute, cursor, hash, id, limit, nothing, second, toId, type RouteArgs } from '../route.js';

export function auctionRoutes(app: FastifyInstance, args: RouteArgs): void {
  const { context, terms } = args;
  const reader = new StatisticsReader(context);
  addRoute(app, args, {
    url: '/v1/auctions',
    tag: 'auctions',
    summary: 'Auctions, the newest first',
    params: nothing,
    query: z.strictObject({
      basket: id.optional(),
      marketId: id.optional(),
      state: z.enum(auctionStates).optional(),
      cursor,
      limit: limit(100, 25),
    }),
    answer: auctionsAnswer,
    make: (_params, query) => readAuctions(context, query),
  });
  addRoute(app, args, {
    url: '/v1/auctions/:auctionId',
    tag: 'auctions',
    summary: 'One auction with its plans, legs, messages, transactions and timeline',
    params: z.object({ auctionId: hash }),
    query: nothing,
    answer: auctionDetail,
    make: ({ auctionId }) => readAuctionDetail(context, toId(auctionId)),
  });
  addRoute(app, args, {
    url: '/v1/statistics',
    tag: 'auctions',
    summary: "Volume, average premium beside the protocol's own penalty, coverage and time to repay, by market",
    params: nothing,
    query: z.strictObject({ sinceSec: second.default(0).describe('Only auctions opened from then on') }),
    answer: statistics,
    weight: 10,
    make: async (_params, { sinceSec }) => reader.read(await terms.get(), sinceSec),
  });
}
