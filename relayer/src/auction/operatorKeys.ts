import { Interface, isCallException, Wallet } from 'ethers';
import { operatorSetAbi } from '@ala/shared/abi/operatorSet';
import { toAddress, type Address } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { readContract } from '../chain/contracts.js';

const operatorSetInterface = new Interface(operatorSetAbi);

/** A set of operators as the hub chain holds it. */
export interface OperatorSetOnChain {
  readonly operators: readonly Address[];
  readonly quorum: number;
}

/** Pure: why the plans that these keys sign would be refused; empty if they would not. */
export function operatorKeyProblems(
  setId: number,
  set: OperatorSetOnChain | null,
  operatorKeys: readonly string[],
): string[] {
  if (set === null) return [`operatorSetId: the hub's OperatorSet has no set ${setId}`];
  const addresses = operatorKeys.map((key) => toAddress(new Wallet(key).address));
  const strangers = addresses.filter((address) => !set.operators.includes(address));
  const distinct = new Set(addresses);
  const problems = strangers.map((address) => `operatorKeys: ${address} is not an operator of set ${setId}`);
  if (distinct.size < addresses.length) problems.push('operatorKeys: a key is given twice');
  if (distinct.size < set.quorum) {
    problems.push(`operatorKeys: ${distinct.size} of them, but set ${setId} asks for ${set.quorum} signatures`);
  }
  return problems;
}

/** Null if there is no such set. */
export async function readOperatorSet(hub: Chain, address: Address, setId: number): Promise<OperatorSetOnChain | null> {
  try {
    const result = await readContract(hub.provider, { address, abi: operatorSetInterface }, 'operatorsOf', [setId]);
    const operators = Array.from(result[0] as string[], toAddress);
    return operators.length === 0 ? null : { operators, quorum: Number(result[1]) };
  } catch (error) {
    if (isCallException(error)) return null;
    throw error;
  }
}
