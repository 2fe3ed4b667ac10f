import { Wallet, type TypedDataDomain } from 'ethers';
import { PLAN_TYPES, type Plan } from '@ala/shared/plan';

/** Signatures of these operators over the plan, in ascending order of their addresses as the contracts want them. */
export async function signPlan(
  domain: TypedDataDomain,
  plan: Plan,
  operatorKeys: readonly string[],
): Promise<string[]> {
  const wallets = operatorKeys
    .map((key) => new Wallet(key))
    .sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  return Promise.all(wallets.map((wallet) => wallet.signTypedData(domain, PLAN_TYPES, plan)));
}
