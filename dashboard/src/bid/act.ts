import type { OfBid } from '@ala/shared/client/leaveBid';

/**
 * Does something with a bid, and says afterwards that it is done.
 * @param done Words for it, or how what came of it is said.
 */
export type Act = <T>(done: string | ((outcome: T) => string), work: (of: OfBid) => Promise<T>) => Promise<void>;
