import { Hono } from 'hono';

/** Ponder wants an API; nobody asks it here. */
export default new Hono();
