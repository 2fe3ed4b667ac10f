import { contractArtifact } from '../artifact.js';
import type { DeployConfig, OperatorSetConfig } from '../config/schema.js';
import { operatorSetKey } from './keys.js';
import { callStep, deployStep } from './makeStep.js';
import type { StateCheck, Step } from './step.js';

/** What a set is created with. */
const VALID_FOR_EVER = 2n ** 64n - 1n;

/** The same sets of operators, under the same ids, on every chain that has a part of ALA. */
export function operatorSteps(config: DeployConfig, chain: string, deployer: string): Step[] {
  const on = operatorSetKey(chain);
  const deploy = deployStep({ key: on, chain, artifact: 'OperatorSet', args: () => [deployer], owned: true });
  return [deploy, ...config.operatorSets.flatMap((set) => setSteps(chain, on, set))];
}

function setSteps(chain: string, on: string, { id, operators, quorum, validUntil }: OperatorSetConfig): Step[] {
  const ascending = [...operators].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const validity: StateCheck = {
    on,
    interface: contractArtifact('OperatorSet').interface,
    method: 'validUntilOf',
    args: () => [id],
    expected: () => ({ validUntil: validUntil ?? VALID_FOR_EVER }),
    what: `set ${id}`,
  };
  const call = { chain, on, artifact: 'OperatorSet', which: String(id) };
  const add = callStep({
    ...call,
    method: 'addSet',
    args: () => [id, ascending, quorum],
    once: true,
    view: { method: 'operatorsOf', args: () => [id] },
    expected: () => ({ operators: ascending, quorum }),
    also: validUntil === undefined ? [validity] : [],
  });
  if (validUntil === undefined) return [add];
  const retire = callStep({
    ...call,
    method: 'retireSet',
    args: () => [id, validUntil],
    once: false,
    view: { method: validity.method, args: validity.args },
    expected: validity.expected,
  });
  return [add, retire];
}
