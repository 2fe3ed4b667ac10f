import { HUB_MUTATIONS } from './hub.mjs';
import { PORT_MUTATIONS } from './ports.mjs';
import { SOURCE_MUTATIONS } from './sources.mjs';
import { SPOKE_MUTATIONS } from './spoke.mjs';

// Small breaks of the contracts, each of which some test must notice: a bound moved by one, a check dropped, an argument
// swapped, a rounding turned, a write left out. `from` stands exactly once in `file`. `tests` are the tests that should notice it
// and run first; the others run when these do not. A break that no test can notice says why in `survives`.

/** @typedef {{ file: string, from: string, to: string, tests: string, survives?: string }} Mutation */

/** @type {readonly Mutation[]} */
export const MUTATIONS = [...HUB_MUTATIONS, ...SPOKE_MUTATIONS, ...PORT_MUTATIONS, ...SOURCE_MUTATIONS];
