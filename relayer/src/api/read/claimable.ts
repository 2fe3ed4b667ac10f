import type { BidClaimable, ClaimableAnswer, ClaimableToken } from '@ala/shared/api/lp';
import type { SpokeDeployment } from '@ala/shared/deployment';
import { parseUint } from '@ala/shared/integers';
import type { Chain } from '../../chain/chain.js';
import { readContract, spokeInterface } from '../../chain/contracts.js';
import { describeError } from '../../lib/errors.js';
import { unlessAborted } from '../../lib/retry.js';
import { basketOf, chainNameOf, inSnapshot, spokeOf, type ApiContext } from '../context.js';
import { pageOfRows } from '../cursor.js';
import { freshnessOf } from '../live/progress.js';
import { afterBid, type BidsArgs } from './bids.js';
import { readLateGens } from './bidCalls.js';
import { readBidRows, type BidRow } from './bidRows.js';
import type { Terms } from './network.js';
import { askSkipped } from './skippedClaims.js';

/** A chain that takes longer is left out of an answer. */
const PATIENCE_MS = 3_000;

/**
 * What the bids of an owner can claim. The rows do not hold it (checkpoints are the spoke's own), so each spoke is asked, as of the block that
 * the rows are read to.
 */
export async function readClaimable(
  context: ApiContext,
  terms: Terms,
  { cursor, limit, ...filter }: BidsArgs,
): Promise<ClaimableAnswer> {
  const { page, late, progress } = await inSnapshot(context, async (tx, asOf) => {
    const found = await readBidRows(tx, { ...filter, after: afterBid(cursor), limit: limit + 1 });
    const rows = pageOfRows(found, limit, ({ spoke, bidId }) => [spoke, bidId.toString()]);
    const gens = new Map<BidRow, readonly number[]>();
    for (const row of rows.rows) {
      const timeoutSec = terms.bids.get(row.spoke)?.find(({ basket }) => basket === row.basket)?.callTimeoutSec;
      if (timeoutSec !== undefined) gens.set(row, await readLateGens(context, tx, row, timeoutSec));
    }
    return { page: rows, late: gens, progress: asOf };
  });
  const unanswered: { chain: string; problem: string }[] = [];
  const found = await Promise.all(
    context.chains.map(async (chain) => {
      const rows = page.rows.filter(({ chainId }) => chainId === chain.chainId);
      const block = progress.find(({ chainId }) => chainId === chain.chainId)?.blockNumber ?? null;
      if (rows.length === 0 || block === null) return [];
      try {
        const asked = Promise.all(
          rows.map((row) => askSpoke(context, { chain, row, block, lateGens: late.get(row) ?? [] })),
        );
        const answers = await unlessAborted(asked, AbortSignal.timeout(PATIENCE_MS));
        if (answers !== null) return answers;
        unanswered.push({ chain: chain.name, problem: `no answer within ${PATIENCE_MS / 1_000} s` });
      } catch (error) {
        unanswered.push({ chain: chain.name, problem: describeError(error) });
      }
      return [];
    }),
  );
  const order = (claimable: BidClaimable): number =>
    page.rows.findIndex(({ spoke, bidId }) => spoke === claimable.spoke && bidId.toString() === claimable.bidId);
  const items = found.flat().sort((a, b) => order(a) - order(b));
  return { ...freshnessOf(progress), items, nextCursor: page.nextCursor, unanswered };
}

interface AskedBid {
  readonly chain: Chain;
  readonly row: BidRow;
  readonly block: number;
  /** Calls that may have been skipped. */
  readonly lateGens: readonly number[];
}

async function askSpoke(context: ApiContext, { chain, row, block, lateGens }: AskedBid): Promise<BidClaimable> {
  const { deployment } = context;
  const spoke = spokeOf(deployment, row.spoke);
  if (spoke === undefined)
    throw new Error(`spoke ${row.spoke} is not in the deployment of ${chainNameOf(deployment, row.chainId)}`);
  const target = { address: spoke.spoke, abi: spokeInterface };
  const { debtToken } = basketOf(deployment, row.basket);
  const [state, tokens, skipped] = await Promise.all([
    readContract(chain.provider, target, 'bid', [row.bidId], block),
    Promise.all(tokensOf(context, spoke, row.basket).map((token) => askToken(chain, spoke, row, token, block))),
    askSkipped({ chain, spoke, debtToken, block }, row, lateGens),
  ]);
  const { collectable } = state[0] as { collectable: unknown };
  return {
    spoke: row.spoke,
    bidId: row.bidId.toString(),
    collectableDebtUnits: parseUint('collectable', collectable).toString(),
    tokens: tokens.filter(({ amountTokenUnits }) => amountTokenUnits !== '0'),
    skipped,
  };
}

type AskedToken = Pick<ClaimableToken, 'token' | 'hubToken' | 'kind'>;

/** The debt token, in which refunds are, and the collaterals of the basket's markets that the spoke knows. */
function tokensOf({ deployment }: ApiContext, spoke: SpokeDeployment, basketId: number): AskedToken[] {
  const { debtToken } = basketOf(deployment, basketId);
  const collaterals = deployment.markets
    .filter(({ basket }) => basket === basketId)
    .map(({ collateralToken }) => collateralToken);
  return [...new Set([debtToken, ...collaterals])].flatMap((hubToken): AskedToken[] => {
    const token = spoke.tokens.get(hubToken);
    return token === undefined ? [] : [{ token, hubToken, kind: hubToken === debtToken ? 'refund' : 'collateral' }];
  });
}

async function askToken(
  { provider }: Chain,
  { spoke }: SpokeDeployment,
  { bidId }: BidRow,
  asked: AskedToken,
  block: number,
): Promise<ClaimableToken> {
  const target = { address: spoke, abi: spokeInterface };
  const answer = await readContract(provider, target, 'claimable', [bidId, asked.token], block);
  const text = (name: string): string => parseUint(name, answer.getValue(name)).toString();
  return {
    ...asked,
    amountTokenUnits: text('amountLocal'),
    fromCheckpoint: text('fromCheckpoint'),
    toCheckpoint: text('toCheckpoint'),
  };
}
