import type { OfBid } from '@ala/shared/client/leaveBid';

/** Does something with a bid, and says afterwards that it is done. */
export type Act = (done: string, work: (of: OfBid) => Promise<unknown>) => Promise<void>;
