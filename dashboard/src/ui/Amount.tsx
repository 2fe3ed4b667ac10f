import { formatAmount } from '@ala/shared/client/amount';
import { shownAmount } from './amount.js';
import { shortHex } from './hex.js';

interface Props {
  /** Smallest units. */
  readonly value: bigint | string;
  readonly decimals: number;
  /** Symbol or address of the token. */
  readonly unit: string;
  readonly digits?: number;
}

/** An amount with its unit; all of its decimals are in the title. */
export function Amount({ value, decimals, unit, digits = 2 }: Props) {
  const amount = BigInt(value);
  return (
    <span title={`${formatAmount(amount, decimals)} ${unit}`} style={{ whiteSpace: 'nowrap' }}>
      {shownAmount(amount, decimals, digits)} {shortHex(unit)}
    </span>
  );
}
