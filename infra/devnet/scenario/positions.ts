import type { MarketCollateral } from '../ala/terms.js';
import { tokens } from './amounts.js';

/** A loan of the borrower in one market, and the prices at which it is taken out and liquidated, dollars for one token. */
export interface Position {
  /** Among the deployment's markets. */
  readonly index: number;
  readonly collateral: MarketCollateral;
  readonly depositWhole: number;
  /** Debt units. */
  readonly debt: bigint;
  readonly fallenPrice: number;
}

const DEBT_DECIMALS = 6;

/** 75 % of the collateral's value at the start price of 2,000; liquidation begins below 1,875. */
export const ETHER: Position = {
  index: 0,
  collateral: 'tETH',
  depositWhole: 40,
  debt: tokens(60_000, DEBT_DECIMALS),
  fallenPrice: 1_850,
};

/** Two thirds of the collateral's value at the start price of 30,000; liquidation begins below 25,000. */
export const BITCOIN: Position = {
  index: 1,
  collateral: 'tBTC',
  depositWhole: 1,
  debt: tokens(20_000, DEBT_DECIMALS),
  fallenPrice: 24_750,
};
