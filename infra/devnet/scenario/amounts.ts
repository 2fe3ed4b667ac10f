/** An amount of smallest units as people read it: thousands apart, at most `places` decimals, rounded down. */
export function readable(amount: bigint, decimals: number, places = 4): string {
  const unit = 10n ** BigInt(decimals);
  const whole = (amount / unit).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = (amount % unit).toString().padStart(decimals, '0').slice(0, places).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Whole tokens in smallest units. */
export const tokens = (whole: number, decimals: number): bigint => BigInt(whole) * 10n ** BigInt(decimals);
