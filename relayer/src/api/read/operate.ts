import { sql } from 'drizzle-orm';
import type { LaneAnswer, LiveEffects, OperateAnswer } from '@ala/shared/api/operate';
import { toChainId } from '@ala/shared/ids';
import type { Tx } from '../../db/client.js';
import { readLiveEffects, type Work } from '../../operate/work.js';
import { leaseName } from '../../tx/lease.js';
import { inSnapshot, type ApiContext } from '../context.js';
import { freshnessOf } from '../live/progress.js';
import { readStuckMessages } from './messages.js';

const MAX_STUCK = 100;

/** How this node is, its lanes, and what is stuck. */
export async function readOperate(context: ApiContext, stuckAfterSec: number): Promise<OperateAnswer> {
  const { dryRun, ready, problems, lanes } = await context.nodeState();
  return inSnapshot(context, async (tx, progress) => {
    const effects = await readLiveEffects(tx);
    const leases = await readLeases(tx);
    return {
      version: context.version,
      dryRun,
      ready,
      problems: [...problems],
      ...freshnessOf(progress),
      lanes: lanes.map((lane) => {
        const chainId = progress.find(({ chain }) => chain === lane.chain)?.chainId ?? 0;
        const lease = chainId === 0 ? null : (leases.get(leaseName(toChainId(chainId), lane.sender)) ?? null);
        const balanceWei = lane.balanceWei?.toString() ?? null;
        return {
          ...lane,
          balanceWei,
          lease,
          effects: effects.filter((live) => live.chainId === chainId).map(liveAnswer),
        };
      }),
      stuckAfterSec,
      stuckMessages: await readStuckMessages(tx, context.deployment, stuckAfterSec, MAX_STUCK),
    };
  });
}

function liveAnswer({ kind, state, count, oldestSec, overdueSec }: Work['effects'][number]): LiveEffects {
  return { kind, state, count, oldestSec: Math.max(0, Math.floor(oldestSec)), overdueSec: Math.floor(overdueSec) };
}

/** By name. */
async function readLeases(tx: Tx): Promise<Map<string, NonNullable<LaneAnswer['lease']>>> {
  const { rows } = await tx.execute<{ name: string; term: string; held: boolean; expires: string }>(sql`
    select name, term, extract(epoch from expires_at) as expires,
           expires_at > clock_timestamp() and exists (
             select from pg_stat_activity where pid = session_pid and backend_start = session_started) as held
    from leases`);
  return new Map(
    rows.map(({ name, term, held, expires }) => [name, { term, held, expiresSec: Math.floor(Number(expires)) }]),
  );
}
