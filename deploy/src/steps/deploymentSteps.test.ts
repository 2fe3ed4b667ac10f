import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/readConfig.js';
import { repositoryRoot } from '../repositoryRoot.js';
import { deploymentSteps } from './deploymentSteps.js';
import { AddressBook, AddressUnknown } from './step.js';

const ENV = { RPC_ETHEREUM: 'http://127.0.0.1:1', RPC_BASE: 'http://127.0.0.1:2', RPC_POLYGON: 'http://127.0.0.1:3' };
const page = readFileSync(join(repositoryRoot(), 'docs', 'deployment.md'), 'utf8');
const config = parseConfig(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '', ENV);
const DEPLOYER = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

test('each step needs only addresses of contracts that steps before it have deployed', () => {
  const book = new AddressBook();
  let number = 0;
  for (const step of deploymentSteps(config, DEPLOYER)) {
    if (step.kind === 'call') book.at(step.on);
    expect(() => step.args(book.at), step.key).not.toThrow(AddressUnknown);
    if (step.kind === 'deploy') book.add(step, `0x${(++number).toString(16).padStart(40, '0')}`);
    else for (const check of step.outcome) expect(() => check.expected(book.at), step.key).not.toThrow();
  }
});

test('every step has a key of its own, and deploying comes before wiring before the markets before ownership', () => {
  const keys = deploymentSteps(config, DEPLOYER).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const places = [
    'operatorSet@polygon',
    'auctionHub',
    'spoke-3',
    'port-2',
    'hubPort-1 setPeer 1',
    'spoke-1 createBasket 1',
  ]
    .concat(['auctionHub setRoute 3 ETH', 'auctionHub createBasket 1', 'oracle-1', 'auctionHub createMarket 1'])
    .concat(['operatorSet@ethereum transferOwnership'])
    .map((key) => keys.indexOf(key));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('every contract is offered to the timelock of its chain, which was deployed first', () => {
  const book = new AddressBook();
  const steps = deploymentSteps(config, DEPLOYER);
  steps
    .filter((step) => step.kind === 'deploy')
    .forEach((step, index) => book.add(step, `0x${(index + 1).toString(16).padStart(40, '0')}`));
  const offers = steps.filter((step) => step.kind === 'call' && step.method === 'transferOwnership');
  expect(offers.length).toBeGreaterThan(0);
  for (const offer of offers) expect(offer.args(book.at), offer.key).toEqual([book.at(`timelock@${offer.chain}`)]);
  expect(steps[0]?.key).toBe('timelock@ethereum');
});

test('hub and spokes know the guardian, and without one none is set', () => {
  const keys = (of: typeof config) => deploymentSteps(of, DEPLOYER).map(({ key }) => key);
  expect(keys(config).filter((key) => key.endsWith('setGuardian'))).toHaveLength(1 + config.spokes.length);
  const none = structuredClone(config);
  delete none.guardian;
  expect(keys(none).filter((key) => key.endsWith('setGuardian'))).toEqual([]);
});

test('without a timelock whoever deploys and owns is offered nothing', () => {
  const own = structuredClone(config);
  delete own.timelock;
  const keys = deploymentSteps(own, config.owner).map(({ key }) => key);
  expect(keys.filter((key) => key.includes('transferOwnership'))).toEqual([]);
});

test('a contract that stands already is not deployed: only the oracle of this market is', () => {
  const deployed = deploymentSteps(config, DEPLOYER).filter(({ kind }) => kind === 'deploy');
  expect(deployed.map(({ key }) => key)).not.toContain('source-1');
  const own = structuredClone(config);
  own.markets[0]!.source = { escrow: {} };
  expect(deploymentSteps(own, DEPLOYER).map(({ key }) => key)).toContain('source-1');
});

test('an operator set that is to end is retired, with a step that may be done again', () => {
  const ending = structuredClone(config);
  ending.operatorSets[0]!.validUntil = 1_800_000_000n;
  const retire = deploymentSteps(ending, DEPLOYER).find(({ key }) => key === 'operatorSet@base retireSet 1');
  expect(retire).toMatchObject({ kind: 'call', once: false });
});

test('gas of a delivery is spent where the peer is', () => {
  const uneven = structuredClone(config);
  uneven.spokes[0]!.layerzero!.receiveGas = { hub: 1n, spoke: 2n };
  const argsOf = (key: string) => {
    const step = deploymentSteps(uneven, DEPLOYER).find((each) => each.key === key);
    return step?.args(new AddressBook().at);
  };
  expect(argsOf('hubPort-1 setReceiveGas 1')).toEqual([1, 2n]);
  expect(argsOf('port-1 setReceiveGas 0')).toEqual([0, 1n]);
});
