/** The moments of an effect between which a node may be ended: each must be safe to die after. */
export type EffectStage = 'written' | 'signed' | 'sent' | 'mined';

/**
 * Told of each moment, before the node goes on, with the keys of the effects that reached it together: rows that were written in one
 * transaction, or a single one. Nothing in production listens.
 */
export type OnStage = (stage: EffectStage, keys: readonly string[]) => void | Promise<void>;
