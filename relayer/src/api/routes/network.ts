import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { book } from '@ala/shared/api/book';
import { chainsAnswer } from '@ala/shared/api/chains';
import { basketsAnswer, marketsAnswer, network } from '@ala/shared/api/network';
import { basketOf, nowSec } from '../context.js';
import { freshnessOf } from '../live/progress.js';
import { basketAnswer, marketAnswers, networkAnswer } from '../read/network.js';
import { addRoute, id, nothing, type RouteArgs } from '../route.js';

export function networkRoutes(app: FastifyInstance, args: RouteArgs): void {
  const { context, terms } = args;
  const { deployment, settings, feed } = context;
  addRoute(app, args, {
    url: '/v1/network',
    tag: 'network',
    summary: 'Chains, contracts, tokens, ids and tiers: what a front end needs first',
    params: nothing,
    query: nothing,
    answer: network,
    make: async () => networkAnswer(context, await terms.get()),
  });
  addRoute(app, args, {
    url: '/v1/chains',
    tag: 'network',
    summary: 'How far each chain is read, and which is behind',
    params: nothing,
    query: nothing,
    answer: chainsAnswer,
    make: () => {
      const now = nowSec();
      return Promise.resolve({ nowSec: now, maxLagSec: settings.maxChainLagSec, ...freshnessOf(feed.progress(now)) });
    },
  });
  addRoute(app, args, {
    url: '/v1/baskets',
    tag: 'network',
    summary: 'Baskets and their ladders',
    params: nothing,
    query: nothing,
    answer: basketsAnswer,
    make: () => Promise.resolve({ items: deployment.baskets.map(basketAnswer) }),
  });
  addRoute(app, args, {
    url: '/v1/markets',
    tag: 'network',
    summary: 'Markets and their terms',
    params: nothing,
    query: nothing,
    answer: marketsAnswer,
    make: async () => ({ items: marketAnswers(context, await terms.get()) }),
  });
  addRoute(app, args, {
    url: '/v1/baskets/:basket/book',
    tag: 'book',
    summary: 'The global book of a basket by tier and spoke, the cheapest premium first',
    params: z.object({ basket: id }),
    query: nothing,
    answer: book,
    make: ({ basket }) => new Promise((resolve) => resolve(feed.bookOf(basketOf(deployment, basket), feed.nowSec()))),
  });
}
