// What the gas of an entry point is held against: the project's targets and what peers were measured at.

/**
 * @typedef {{ entryPoint: string, at?: RegExp, target?: number, peers?: string }} Yardstick
 *   `at` restricts it to some sizes; without it, it is for all of them.
 */

/**
 * Peers: CanzaApps/canza-ala and Liquity v2, as measured when the targets were set. Constants: nothing here measures them
 * again.
 *
 * @type {Yardstick[]}
 */
export const YARDSTICKS = [
  { entryPoint: 'placeBid', target: 120_000, peers: 'canza-ala 120 k; Liquity v2 132 k' },
  {
    entryPoint: 'callCapital',
    at: /^lps=/,
    peers: 'liquidation: canza-ala 296 k at 10 LPs, 1.7 M at 100, 15.7 M at 1,000; Liquity v2 offset 103 k',
  },
  { entryPoint: 'callCapital, without the port', at: /^tiers=1$/, target: 130_000 },
  { entryPoint: 'callCapital, a further tier', target: 35_000 },
  { entryPoint: 'arrival at the hub, without the bridge', target: 62_000 },
  { entryPoint: 'claim, first of the bid', target: 70_000, peers: 'canza-ala 63 k; Liquity v2 claimAllCollGains 84 k' },
  { entryPoint: 'claim, first of the bid and of the token', target: 70_000 },
  { entryPoint: 'claim, further one', target: 70_000 },
];

/** @param {string} entryPoint @param {string} at @returns {Yardstick | undefined} */
export function yardstickOf(entryPoint, at) {
  return YARDSTICKS.find((yardstick) => yardstick.entryPoint === entryPoint && (yardstick.at?.test(at) ?? true));
}
