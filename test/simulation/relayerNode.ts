import type pg from 'pg';
import type { Logger } from 'pino';
import { decide } from '@ala/relayer/auction/decide';
import type { ClearRoundArgs } from '@ala/relayer/auction/clearRound';
import { SnapshotBook } from '@ala/relayer/book/snapshotBook';
import type { HubTerms } from '@ala/relayer/auction/auctionView';
import { carryIntents } from '@ala/relayer/bridge/messages';
import type { AskForVaa } from '@ala/relayer/bridge/wormhole';
import type { Chain } from '@ala/relayer/chain/chain';
import { paymentSettings } from '@ala/relayer/config/chainSettings';
import type { Config } from '@ala/relayer/config/config';
import { enqueueAgain } from '@ala/relayer/dispatch/outbox';
import { ChainReader } from '@ala/relayer/chain/chainReader';
import { DEPTH_WITHOUT_TAG } from '@ala/relayer/chain/finality';
import { emittersOn } from '@ala/relayer/ingest/events';
import { followOnce } from '@ala/relayer/ingest/followOnce';
import { prepareIntent } from '@ala/relayer/prepareIntent';
import { keySigner } from '@ala/relayer/tx/keySigner';
import { laneStep } from '@ala/relayer/tx/lane';
import type { LaneArgs } from '@ala/relayer/tx/laneArgs';
import { LaneMemory } from '@ala/relayer/tx/laneMemory';
import { fence, leaseName, renewLease, takeLease, type Lease } from '@ala/relayer/tx/lease';
import type { Signer } from '@ala/relayer/tx/signer';
import { chainOf, type Deployment } from '@ala/shared/deployment';
import type { AuctionId } from '@ala/shared/ids';
import { planDomain } from '@ala/shared/plan';
import type { SimulatedProcess } from './simulatedProcess.js';

/** As in `runLane`. */
const LEASE_MS = 10_000;

/** What a test may break, to show that it is found. */
export interface Breaks {
  readonly prepare?: (prepare: LaneArgs['prepare']) => LaneArgs['prepare'];
  readonly signer?: (signer: Signer, chain: Chain) => Signer;
}

export interface RelayerNodeArgs {
  readonly process: SimulatedProcess;
  readonly config: Config;
  readonly terms: HubTerms;
  readonly log: Logger;
  readonly askForVaa: AskForVaa;
  readonly breaks: Breaks;
}

/** One thing that a node does again and again. */
export interface Task {
  readonly name: string;
  /** One step of it. Answers whether there may be more to do at once. */
  readonly step: () => Promise<boolean>;
}

/** The steps of a node, wired as `runNode` wires them; when each of them runs is the simulation's to say. */
export function relayerTasks(args: RelayerNodeArgs): Task[] {
  const { chains } = args.process;
  return [
    ...chains.map((chain) => ({ name: `follow ${chain.name}`, step: follower(args, chain) })),
    { name: 'decide', step: decider(args) },
    ...chains.map((chain) => ({ name: `lane ${chain.name}`, step: lane(args, chain) })),
  ];
}

/** What reads a chain, as `followChain` opens it. */
export function readerOf(deployment: Deployment, chain: Chain): ChainReader {
  const addresses = [...emittersOn(deployment, chain.name).keys()];
  return new ChainReader({ chain, addresses, finality: DEPTH_WITHOUT_TAG, acceptReorgTo: null });
}

function follower({ process, config, log }: RelayerNodeArgs, chain: Chain): Task['step'] {
  const { deployment } = config;
  const reader = readerOf(deployment, chain);
  return async () => {
    const outcome = await followOnce({
      chain,
      reader,
      deployment,
      db: process.database.db,
      log,
      cause: async (tx, rows) => enqueueAgain(tx, await carryIntents(tx, deployment, rows.messages)),
      onWritten: () => undefined,
    });
    return outcome !== 'idle' && outcome !== 'lagging';
  };
}

function decider(args: RelayerNodeArgs): Task['step'] {
  const failing = new Set<AuctionId>();
  const { process, log } = args;
  const common = roundArgs(args);
  return async () => {
    await decide({
      db: process.database.db,
      log,
      failing,
      hubChainId: common.hub.chainId,
      onWritten: () => undefined,
      roundArgs: (auction) => ({ ...common, auction }),
    });
    return false;
  };
}

function roundArgs({ process, config, terms }: RelayerNodeArgs): Omit<ClearRoundArgs, 'auction'> {
  const { deployment, operatorKeys, operatorSetId, maxSpokeLagSec } = config;
  const hub = process.chains.find(({ name }) => name === deployment.hub.chain);
  const basket = deployment.baskets[0];
  if (hub === undefined || basket === undefined) throw new Error('the deployment has no hub chain or no basket');
  const spokeChainIds = new Map(deployment.spokes.map(({ id, chain }) => [id, chainOf(deployment, chain).chainId]));
  return {
    db: process.database.db,
    book: new SnapshotBook([basket.id], spokeChainIds),
    hub,
    deployment,
    basket,
    terms,
    domain: planDomain({ chainId: hub.chainId, auctionHub: deployment.hub.auctionHub }),
    operatorKeys,
    operatorSetId,
    maxSpokeLagSec,
    spokeChainIds,
    judge: null,
  };
}

/** As `runLane`: works while this node holds the lane's lease, and asks for it while it does not. */
function lane(args: RelayerNodeArgs, chain: Chain): Task['step'] {
  const { process } = args;
  const laneArgs = laneArgsOf(args, chain);
  const name = leaseName(chain.chainId, laneArgs.signer.address);
  let session: pg.Client | null = null;
  let lease: Lease | null = null;
  return async () => {
    session ??= await process.openSession();
    try {
      if (lease !== null && !(await renewLease(session, lease, LEASE_MS))) lease = null;
      lease ??= await takeLease(session, name, LEASE_MS);
    } catch (error) {
      // Its session is broken.
      session = null;
      lease = null;
      throw error;
    }
    if (lease === null) return false;
    const held = lease;
    return (await laneStep({ ...laneArgs, fence: (tx) => fence(tx, held) })) === 'worked';
  };
}

function laneArgsOf({ process, config, log, askForVaa, breaks }: RelayerNodeArgs, chain: Chain) {
  const { db } = process.database;
  const { chains, clock } = process;
  const [senderKey] = config.senderKey ?? [];
  if (senderKey === undefined) throw new Error('the configuration has no senderKey');
  const own = keySigner(senderKey);
  const signer = breaks.signer?.(own, chain) ?? own;
  const prepare: LaneArgs['prepare'] = (row) =>
    prepareIntent({ config, db, chains, chain, sender: signer.address, askForVaa }, row.intent);
  return {
    chain,
    signer,
    share: { chainId: chain.chainId, senders: [signer.address], lane: 0 },
    maxInFlight: config.maxInFlight,
    memory: new LaneMemory(),
    db,
    log,
    signal: new AbortController().signal,
    clock,
    maxFeePerGasWei: paymentSettings(config, chain.name).maxFeePerGasWei,
    replaceAfterMs: config.replaceAfterMs,
    observer: { fees: () => undefined, balance: () => undefined },
    dryRun: false,
    prepare: breaks.prepare?.(prepare) ?? prepare,
    onStage: () => undefined,
  } satisfies Omit<LaneArgs, 'fence'>;
}
