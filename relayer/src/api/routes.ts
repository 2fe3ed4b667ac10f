import type { FastifyInstance } from 'fastify';
import type { RouteArgs } from './route.js';
import { auctionRoutes } from './routes/auctions.js';
import { eventsRoute } from './routes/events.js';
import { lpRoutes } from './routes/lps.js';
import { networkRoutes } from './routes/network.js';
import { operateRoute } from './routes/operate.js';

export function registerRoutes(app: FastifyInstance, args: RouteArgs): void {
  networkRoutes(app, args);
  lpRoutes(app, args);
  auctionRoutes(app, args);
  if (args.context.settings.operate) operateRoute(app, args);
  eventsRoute(app, args.context);
  app.get('/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
