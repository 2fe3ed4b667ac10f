import { expect, it } from 'vitest';
import { lanesOf, stepsOf } from './steps.js';
import { detailOf } from './testAuction.js';

it('says of each step how much it moved, from the rounds and legs that it is about', () => {
  const steps = stepsOf(
    detailOf([
      [0, 'hub', 'AuctionOpened', null, '0x01'],
      [2, 'hub', 'PlanCommitted', null, '0x02'],
      [3, 'hub', 'PlanCommitted', null, '0x03'],
      [4, 'away', 'CapitalCalled', 'leg0', '0x04'],
      [6, 'hub', 'LegReleased', 'leg0', '0x05'],
      [7, 'away', 'ResultRecorded', 'leg0', '0x06'],
    ]),
  );
  expect(steps.map(({ spoke, amount }) => [spoke, amount?.units, amount?.of])).toEqual([
    [null, 100n, 'debt'],
    [null, 75n, 'debt'],
    [null, 25n, 'debt'],
    [1, 75n, 'debt'],
    [1, 45n, 'debt'],
    // Both parts of a result are such a step.
    [1, undefined, undefined],
  ]);
});

it('says what came home of a leg that was used whole, or not at all', () => {
  const detail = detailOf([[7, 'away', 'ResultRecorded', 'leg0', '0x06']]);
  const homeOf = (usedDebtUnits: string) =>
    stepsOf({ ...detail, legs: detail.legs.map((leg) => ({ ...leg, usedDebtUnits })) })[0]?.amount;
  expect(homeOf('75')).toEqual({ units: 3n, of: 'collateral' });
  expect(homeOf('0')).toEqual({ units: 75n, of: 'debt' });
});

it('shows the pools of a leg as one step', () => {
  const steps = stepsOf(
    detailOf([
      [7, 'away', 'ResultRecorded', 'leg0', '0x06'],
      [7, 'away', 'ResultRecorded', 'leg0', '0x06'],
      [7, 'away', 'ResultRecorded', 'leg1', '0x06'],
    ]),
  );
  expect(steps.map(({ spoke, times }) => [spoke, times])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

it('puts what leads to another before it, where both have the same second', () => {
  const steps = stepsOf(
    detailOf([
      [2, 'hub', 'LegArrived', 'leg0', '0x02'],
      [2, 'hub', 'CapitalCalled', 'leg0', '0x02'],
      [1, 'hub', 'PlanCommitted', null, '0x01'],
    ]),
  );
  expect(steps.map(({ event }) => event)).toEqual(['PlanCommitted', 'CapitalCalled', 'LegArrived']);
});

it('shows an event of a later version by its own name', () => {
  expect(stepsOf(detailOf([[1, 'hub', 'LegMoved', null, '0x01']]))[0]?.words).toBe('LegMoved');
});

it('lays steps out by chain and by time', () => {
  const steps = stepsOf(
    detailOf([
      [0, 'hub', 'AuctionOpened', null, '0x01'],
      [4, 'away', 'CapitalCalled', 'leg0', '0x02'],
      [4, 'hub', 'CapitalCalled', 'leg1', '0x03'],
    ]),
  );
  const { elapsedSec, lanes } = lanesOf(steps, ['hub', 'silent', 'away']);
  expect(elapsedSec).toEqual([0, 4]);
  expect(lanes.map(({ chain, cells }) => [chain, cells.map((cell) => cell.map(({ txHash }) => txHash))])).toEqual([
    ['hub', [['0x01'], ['0x03']]],
    ['away', [[], ['0x02']]],
  ]);
});
