import type { SkippedClaim } from '@ala/shared/api/lp';
import type { SpokeDeployment } from '@ala/shared/deployment';
import { toAddress, type Address } from '@ala/shared/ids';
import { parseUint } from '@ala/shared/integers';
import { KIND_LEG_REFUNDED, KIND_LEG_SETTLED } from '@ala/shared/messageCodec';
import type { Result } from 'ethers';
import type { Chain } from '../../chain/chain.js';
import { readContract, spokeInterface } from '../../chain/contracts.js';
import type { BidRow } from './bidRows.js';

const PARTS = [
  { kind: 'collateral', messageKind: KIND_LEG_SETTLED },
  { kind: 'refund', messageKind: KIND_LEG_REFUNDED },
] as const;

export interface SkippedArgs {
  readonly chain: Chain;
  readonly spoke: SpokeDeployment;
  /** As the hub knows it. */
  readonly debtToken: Address;
  readonly block: number;
}

/** What `claimSkipped` would pay a bid of those calls, asked of the spoke; nothing of those that were not skipped. */
export async function askSkipped(args: SkippedArgs, row: BidRow, gens: readonly number[]): Promise<SkippedClaim[]> {
  return (await Promise.all(gens.map(async (gen) => askCall(args, row, gen)))).flat();
}

async function askCall(args: SkippedArgs, { basket, tier, bidId }: BidRow, gen: number): Promise<SkippedClaim[]> {
  const { spoke, debtToken } = args;
  const call = (await view(args, 'call', [basket, tier, gen]))[0] as Result;
  if (call['skipped'] !== true) return [];
  const collateral = toAddress(call['collateralToken']);
  const claims = await Promise.all(
    PARTS.map(async ({ kind, messageKind }): Promise<SkippedClaim> => {
      const answer = await view(args, 'claimableSkipped', [bidId, gen, messageKind]);
      const token = kind === 'refund' ? (spoke.tokens.get(debtToken) ?? debtToken) : collateral;
      const amountTokenUnits = parseUint('amountLocal', answer['amountLocal']).toString();
      return { gen, kind, messageKind, token, amountTokenUnits };
    }),
  );
  return claims.filter(({ amountTokenUnits }) => amountTokenUnits !== '0');
}

function view({ chain, spoke, block }: SkippedArgs, method: string, args: readonly unknown[]): Promise<Result> {
  return readContract(chain.provider, { address: spoke.spoke, abi: spokeInterface }, method, args, block);
}
