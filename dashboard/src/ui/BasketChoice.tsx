import { SegmentedControl } from '@mantine/core';
import type { NetworkAnswer } from '@ala/shared/api/network';

interface Props {
  readonly network: NetworkAnswer;
  readonly chosen: number;
  readonly onChoose: (basket: number) => void;
}

/** Nothing where there is one basket only. */
export function BasketChoice({ network, chosen, onChoose }: Props) {
  if (network.baskets.length < 2) return null;
  return (
    <SegmentedControl
      mt="sm"
      aria-label="Basket"
      value={String(chosen)}
      onChange={(value) => onChoose(Number(value))}
      data={network.baskets.map(({ basket }) => ({ value: String(basket), label: `Basket ${basket}` }))}
    />
  );
}
