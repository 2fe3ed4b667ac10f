import { chainOf, type ChainDeployment, type LayerZeroChain, type WormholeChain } from '@ala/shared/deployment';
import { legId, ZERO_PLAN_HASH, type Address, type Hash, type SpokeId } from '@ala/shared/ids';
import { hasEnded } from './auction/hasEnded.js';
import { anyLegCalled, lockBasket, readOutcome, readSignedPlan } from './auction/planStore.js';
import { isNeeded } from './auction/planTip.js';
import { prepareLayerZero } from './bridge/layerZero.js';
import { readPacket } from './bridge/layerZeroPacket.js';
import { readMessage, receivingPort, type SentMessage } from './bridge/messages.js';
import { prepareWormhole, type AskForVaa } from './bridge/wormhole.js';
import type { Chain } from './chain/chain.js';
import { readHeader, readLatest } from './chain/header.js';
import type { Config } from './config/config.js';
import type { Db, Tx } from './db/client.js';
import { prepareHubEffect } from './dispatch/hubEffects.js';
import { intentKey, type Intent } from './dispatch/intent.js';
import { readProgress, stateOf } from './dispatch/outbox.js';
import { prepareCall, prepareCommit } from './dispatch/planEffects.js';
import type { Preparation } from './dispatch/preparation.js';
import { hasBlock } from './ingest/cursor.js';

export interface PrepareArgs {
  readonly config: Config;
  readonly db: Db;
  readonly chains: readonly Chain[];
  /** The chain on which the effect is to be had. */
  readonly chain: Chain;
  /** Who sends this node's transactions. */
  readonly sender: Address;
  readonly askForVaa: AskForVaa;
}

/** Wires each kind of intent to the stage that knows how to bring it about. */
export async function prepareIntent(args: PrepareArgs, intent: Intent): Promise<Preparation> {
  const { config, db, chain, sender } = args;
  const hub = config.deployment.hub.auctionHub;
  const { provider } = chain;
  switch (intent.kind) {
    case 'commit': {
      const { planHash } = intent;
      const signed = await readSignedPlan(db, planHash);
      const { basket, prevPlan, legs } = signed.plan;
      return prepareCommit({
        provider,
        hub,
        signed,
        seenOnHub: (await readOutcome(db, planHash)) !== null,
        prevCommit: await stateOf(db, intentKey({ kind: 'commit', planHash: prevPlan })),
        isNeeded: async (nowSec, tx) => {
          // Nobody signs on top of it meanwhile.
          if (tx !== undefined) await lockBasket(tx, basket);
          return isNeeded(tx ?? db, basket, planHash, nowSec);
        },
        anyLegCalled: await anyLegCalled(db, planHash, signed.plan),
        anyCallSigned: async () => {
          const calls = legs.map(({ spoke }) =>
            intentKey({ kind: 'call', planHash, legId: legId(planHash, spoke), spoke }),
          );
          const progress = await readProgress(db, calls);
          return [...progress.values()].some(({ state }) => state !== 'pending' && state !== 'obsolete');
        },
      });
    }
    case 'call': {
      const { planHash, spoke } = intent;
      const signed = await readSignedPlan(db, planHash);
      const { hubBlock, hubHash } = signed.snapshot;
      const { prevPlan } = signed.plan;
      const hubChainId = chainOf(config.deployment, config.deployment.hub.chain).chainId;
      const commit = intentKey({ kind: 'commit', planHash });
      const prevCommit = intentKey({ kind: 'commit', planHash: prevPlan });
      const progress = await readProgress(db, [commit, prevCommit]);
      const own = progress.get(commit);
      return prepareCall({
        provider,
        spokeAddress: spokeOf(config, spoke).spoke,
        spoke,
        legId: intent.legId,
        signed,
        snapshotStands: await hasBlock(db, hubChainId, { number: hubBlock, hash: hubHash }),
        commitState: own?.state ?? null,
        commitRefused: own?.state === 'pending' && own.attempts > 0,
        prevWaits:
          prevPlan !== ZERO_PLAN_HASH &&
          progress.get(prevCommit)?.state !== 'done' &&
          (await readOutcome(db, prevPlan)) === null,
        lapsed: (await readOutcome(db, planHash)) === 'lapsed',
        sender,
      });
    }
    case 'carry':
      return prepareCarry(args, intent.messageId);
    case 'dispatch': {
      const preparation = await prepareHubEffect({ provider, hub, sender }, intent);
      const { legId } = intent.leg;
      if (preparation.status !== 'notReady' || (await hasEnded(db, legId))) return preparation;
      // A reorg has taken the leg's end back. Should it end again, its receipts are due again (`enqueueDue`).
      const isStill = async (tx: Tx): Promise<boolean> => !(await hasEnded(tx, legId));
      return { status: 'obsolete', reason: 'the hub does not show the end of the leg any more', isStill };
    }
    default:
      return prepareHubEffect({ provider, hub, sender }, intent);
  }
}

async function prepareCarry(args: PrepareArgs, messageId: Hash): Promise<Preparation> {
  const message = await readMessage(args.db, messageId);
  if (message === null) {
    // A reorg has taken it from its chain. Should it come back, whoever reads it takes the row up again (`enqueueAgain`).
    const isStill = async (tx: Tx): Promise<boolean> => (await readMessage(tx, messageId)) === null;
    return { status: 'obsolete', reason: 'the source chain does not show it any more', isStill };
  }
  switch (message.bridge) {
    case 'layerzero':
      return carryLayerZero(args, message);
    case 'wormhole':
      return carryWormhole(args, message);
    case 'local':
      return { status: 'done' };
  }
}

async function carryLayerZero({ config, chains, chain }: PrepareArgs, message: SentMessage): Promise<Preparation> {
  const source = sourceOf(chains, message);
  const { endpoint } = layerZeroOf(source.deployment);
  // Its age is taken from the source chain's own clock.
  const [packet, sentIn, newest] = await Promise.all([
    readPacket(source.provider, endpoint, message.txHash, message.messageId),
    readHeader(source.provider, message.blockNumber),
    readLatest(source.provider),
  ]);
  const ageMs = sentIn === null ? 0 : (newest.timestampSec - sentIn.timestampSec) * 1_000;
  return prepareLayerZero({
    packet,
    destination: chain,
    layerzero: layerZeroOf(chain.deployment),
    executorGraceLeftMs: config.executorGraceMs - ageMs,
  });
}

async function carryWormhole(
  { config, chains, chain, askForVaa }: PrepareArgs,
  message: SentMessage,
): Promise<Preparation> {
  const { sequence } = message;
  if (sequence === null) throw new Error(`wormhole message ${message.messageId} was read without its sequence`);
  return prepareWormhole({
    source: wormholeOf(sourceOf(chains, message).deployment),
    destination: chain,
    destinationBridge: wormholeOf(chain.deployment),
    port: receivingPort(config.deployment, message),
    sequence,
    apiUrls: config.deployment.wormholeApi,
    askForVaa,
  });
}

function sourceOf(chains: readonly Chain[], message: SentMessage): Chain {
  const source = chains.find((candidate) => candidate.chainId === message.srcChainId);
  if (source === undefined)
    throw new Error(`message ${message.messageId} comes from unknown chain ${message.srcChainId}`);
  return source;
}

function spokeOf({ deployment }: Config, spoke: SpokeId) {
  const found = deployment.spokes.find((candidate) => candidate.id === spoke);
  if (found === undefined)
    throw new Error(`spoke ${spoke} is not configured (known chains: ${chainNames(deployment.chains)})`);
  return { ...found, chain: chainOf(deployment, found.chain) };
}

function layerZeroOf(chain: ChainDeployment): LayerZeroChain {
  if (chain.layerzero === null)
    throw new Error(`chain ${chain.name} has no LayerZero addresses in the deployment file`);
  return chain.layerzero;
}

function wormholeOf(chain: ChainDeployment): WormholeChain {
  if (chain.wormhole === null) throw new Error(`chain ${chain.name} has no Wormhole addresses in the deployment file`);
  return chain.wormhole;
}

function chainNames(chains: readonly ChainDeployment[]): string {
  return chains.map((chain) => chain.name).join(', ');
}
