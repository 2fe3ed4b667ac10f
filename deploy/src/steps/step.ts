import { getCreateAddress, toBeHex, zeroPadValue, type Interface } from 'ethers';

/** Says where a contract is; throws `AddressUnknown` while that is not known. */
export type AddressOf = (contract: string) => string;

/** The address of a contract that is not deployed yet. */
export class AddressUnknown extends Error {
  constructor(readonly contract: string) {
    super(`${contract} is not deployed yet`);
    this.name = 'AddressUnknown';
  }
}

/** A value on a chain, and what it has to be. */
export interface StateCheck {
  /** Contract that is asked: a key, or an address as it is. */
  readonly on: string;
  readonly interface: Interface;
  /** The view, and its arguments. A view that reverts stands for "unset". */
  readonly method: string;
  readonly args: (at: AddressOf) => readonly unknown[];
  /** What the answer has to be, by the names of its parts; parts that are not named here may be anything. */
  readonly expected: (at: AddressOf) => Readonly<Record<string, unknown>>;
  /** How a difference is named; the parts' names follow. */
  readonly what: string;
}

/** A contract that another one makes in its constructor. */
export interface CreatedContract {
  readonly key: string;
  readonly artifact: string;
  /** Which of the creator's contracts it is, from 1 up. */
  readonly creatorNonce: number;
  readonly immutables: (at: AddressOf) => Readonly<Record<string, string>>;
}

export interface DeployStep {
  readonly kind: 'deploy';
  /** Names the step in journals and lines; of a deployment it is also the contract's name for `AddressOf`. */
  readonly key: string;
  readonly chain: string;
  readonly artifact: string;
  readonly args: (at: AddressOf) => readonly unknown[];
  /** What its constructor wrote into its code, as 32-byte words by name. */
  readonly immutables: (at: AddressOf) => Readonly<Record<string, string>>;
  readonly creates: readonly CreatedContract[];
  /** Has an owner that is offered to the configured one in the end. */
  readonly owned: boolean;
}

export interface CallStep {
  readonly kind: 'call';
  readonly key: string;
  readonly chain: string;
  /** Key of the contract that is called. */
  readonly on: string;
  readonly interface: Interface;
  readonly method: string;
  readonly args: (at: AddressOf) => readonly unknown[];
  /** What the chain shows once it is done. */
  readonly outcome: readonly StateCheck[];
  /** Something else that the chain may show instead once it is done. */
  readonly alternative?: StateCheck;
  /** The contract refuses to set it again: another value than the wanted one is a conflict, not a step to do. */
  readonly once: boolean;
}

export type Step = DeployStep | CallStep;

/** Where contracts are, by key, with those that they have made. */
export class AddressBook {
  private readonly addresses = new Map<string, string>();

  readonly at: AddressOf = (contract) => {
    if (contract.startsWith('0x')) return contract;
    const address = this.addresses.get(contract);
    if (address === undefined) throw new AddressUnknown(contract);
    return address;
  };

  add(step: DeployStep, address: string): void {
    this.addresses.set(step.key, address);
    for (const { key, creatorNonce } of step.creates) {
      this.addresses.set(key, getCreateAddress({ from: address, nonce: creatorNonce }));
    }
  }

  find(contract: string): string | undefined {
    return this.addresses.get(contract);
  }
}

/** An address or a number as the 32-byte word that an immutable of it is. */
export function word(value: string | number | bigint): string {
  return typeof value === 'string' ? zeroPadValue(value, 32).toLowerCase() : toBeHex(value, 32);
}
