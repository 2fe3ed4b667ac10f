import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { operate } from '@ala/shared/api/operate';
import { readOperate } from '../read/operate.js';
import { addRoute, nothing, type RouteArgs } from '../route.js';

const STUCK_AFTER_SEC = 900;

/** Only where the configuration says so: it tells of the node itself. */
export function operateRoute(app: FastifyInstance, args: RouteArgs): void {
  addRoute(app, args, {
    url: '/v1/operate',
    tag: 'operate',
    summary: 'How the node is: lanes, balances, what is stuck and why',
    params: nothing,
    query: z.strictObject({
      stuckAfterSec: z.coerce.number().int().min(0).max(31_536_000).default(STUCK_AFTER_SEC),
    }),
    answer: operate,
    weight: 5,
    make: (_params, { stuckAfterSec }) => readOperate(args.context, stuckAfterSec),
  });
}
