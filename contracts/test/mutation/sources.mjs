const LENDER = 'test/unit/ExampleLender*';
const LENDER_FILE = 'hub/sources/ExampleLender.sol';
const WRITE_OFF = 'if (coverable >= least || position.debt <= _debtAt(collateral, BPS)) return;';

/** @type {readonly import('./mutations.mjs').Mutation[]} */
export const SOURCE_MUTATIONS = [
  {
    file: LENDER_FILE,
    from: 'if (coverable < least) revert NothingToAuction(borrower, coverable, least);',
    to: '',
    tests: LENDER,
  },
  { file: LENDER_FILE, from: 'return coverable >= least;', to: 'return coverable != 0 || least != 0;', tests: LENDER },
  { file: LENDER_FILE, from: 'if (priceE36 == 0) revert PriceZero();', to: '', tests: LENDER },
  {
    file: LENDER_FILE,
    from: 'Math.max(basket.unit, market.minLeg)',
    to: 'Math.min(basket.unit, market.minLeg)',
    tests: LENDER,
  },
  {
    file: LENDER_FILE,
    from: WRITE_OFF,
    to: 'if (coverable >= least) return;',
    tests: LENDER,
  },
  {
    file: LENDER_FILE,
    from: WRITE_OFF,
    to: 'if (position.debt <= _debtAt(collateral, BPS)) return;',
    tests: LENDER,
  },
  { file: LENDER_FILE, from: 'position.collateral = 0;', to: '', tests: LENDER },
  { file: LENDER_FILE, from: '_positions[owner()].collateral += collateral;', to: '', tests: LENDER },
  { file: LENDER_FILE, from: 'position.debt = 0;', to: '', tests: LENDER },
];
