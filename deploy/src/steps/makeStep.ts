import { contractArtifact } from '../artifact.js';
import type { AddressOf, CallStep, DeployStep, StateCheck } from './step.js';

type Given<Whole, Optional extends keyof Whole> = Omit<Whole, 'kind' | 'interface' | Optional> &
  Partial<Pick<Whole, Optional>>;

/** A deployment; without `creates` it makes no others, without `immutables` it has none. */
export function deployStep(step: Given<DeployStep, 'creates' | 'immutables'>): DeployStep {
  return { kind: 'deploy', creates: [], immutables: () => ({}), ...step };
}

export interface CallArgs {
  readonly chain: string;
  readonly on: string;
  readonly artifact: string;
  readonly method: string;
  /** Tells calls of the same method on the same contract apart. */
  readonly which?: string;
  readonly args: (at: AddressOf) => readonly unknown[];
  readonly once: boolean;
  /** View that shows what the call brings about, and what it has to answer. */
  readonly view: { readonly method: string; readonly args?: (at: AddressOf) => readonly unknown[] };
  readonly expected: (at: AddressOf) => Readonly<Record<string, unknown>>;
  /** Further views. */
  readonly also?: readonly StateCheck[];
}

/** A call whose outcome one view of the same contract shows. */
export function callStep({ chain, on, artifact, method, which, args, once, view, expected, also }: CallArgs): CallStep {
  const abi = contractArtifact(artifact).interface;
  const what = which === undefined ? view.method : `${view.method} ${which}`;
  const outcome = { on, interface: abi, method: view.method, args: view.args ?? (() => []), expected, what };
  return {
    kind: 'call',
    key: [on, method, ...(which === undefined ? [] : [which])].join(' '),
    chain,
    on,
    interface: abi,
    method,
    args,
    outcome: [outcome, ...(also ?? [])],
    once,
  };
}
