import type { SpokeFacts, World } from './facts.js';

/** A token's symbol; its address if nobody told one. */
export function symbolOf(world: World, hubToken: string): string {
  return world.tokens.get(hubToken)?.symbol ?? hubToken;
}

export function placeOf(spoke: Pick<SpokeFacts, 'id' | 'chain'>): string {
  return `spoke ${spoke.id} (${spoke.chain})`;
}

/** Long ids, short enough for a line and long enough to be found. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
