import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ownDepth } from '@ala/shared/api/book';
import { bidCallsAnswer, bidsAnswer, claimableAnswer } from '@ala/shared/api/lp';
import { basketOf, type ApiContext } from '../context.js';
import { readBidCalls } from '../read/bidCalls.js';
import { readBids, readOwnDepth, type BidsArgs } from '../read/bids.js';
import { readClaimable } from '../read/claimable.js';
import { addRoute, address, cursor, id, limit, toOwner, type RouteArgs } from '../route.js';

const owner = z.object({ owner: address.describe('The address of an LP') });
const bidsQuery = (most: number, usual: number, show: 'open' | 'all') =>
  z.strictObject({
    basket: id.optional(),
    spoke: id.optional(),
    show: z
      .enum(['open', 'exits', 'all'])
      .default(show)
      .describe('open: not over; exits: asked to leave and not collected'),
    cursor,
    limit: limit(most, usual),
  });

export function lpRoutes(app: FastifyInstance, args: RouteArgs): void {
  const { context } = args;
  addRoute(app, args, {
    url: '/v1/lps/:owner/bids',
    tag: 'lps',
    summary: 'Bids of an owner with what each stands by with; by spoke and id',
    params: owner,
    query: bidsQuery(200, 50, 'open'),
    answer: bidsAnswer,
    make: (params, query) => readBids(context, bidsArgs(context, params.owner, query)),
  });
  addRoute(app, args, {
    url: '/v1/lps/:owner/depth',
    tag: 'lps',
    summary: "An owner's part of each pool, and what is called before it",
    params: owner,
    query: z.strictObject({ basket: id }),
    answer: ownDepth,
    make: (params, { basket }) => readOwnDepth(context, toOwner(params.owner), basket),
  });
  addRoute(app, args, {
    url: '/v1/lps/:owner/calls',
    tag: 'lps',
    summary: 'Calls that took a part of the bids, and their results; a page is of bids, of which some have none',
    params: owner,
    query: bidsQuery(20, 10, 'all'),
    answer: bidCallsAnswer,
    weight: 5,
    make: (params, query) => readBidCalls(context, bidsArgs(context, params.owner, query)),
  });
  addRoute(app, args, {
    url: '/v1/lps/:owner/claimable',
    tag: 'lps',
    summary: 'What each bid can claim and collect, asked of the chains; a page is of bids',
    params: owner,
    query: bidsQuery(20, 10, 'all'),
    answer: claimableAnswer,
    weight: 10,
    make: async (params, query) =>
      readClaimable(context, await args.terms.get(), bidsArgs(context, params.owner, query)),
  });
}

function bidsArgs(
  { deployment }: ApiContext,
  of: string,
  { basket, ...query }: z.output<ReturnType<typeof bidsQuery>>,
): BidsArgs {
  const baskets = basket === undefined ? deployment.baskets : [basketOf(deployment, basket)];
  return { ...query, owner: toOwner(of), baskets: baskets.map(({ id: known }) => known) };
}
