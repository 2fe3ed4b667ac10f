import type { Deployment } from '@ala/shared/deployment';
import { HUB_PEER } from '@ala/shared/ids';
import type { CarriedMessage } from './carriedMessages.js';
import type { MessageStory } from './messageStory.js';

/** One message on one line. */
export function messageLine(deployment: Deployment, message: CarriedMessage): string {
  const { messageId, bridge, name, srcPeer, dstPeer, state, ageSec } = message;
  const way = `${peerName(deployment, srcPeer)} → ${peerName(deployment, dstPeer)}`;
  return `${messageId}  ${state.padEnd(9)}  ${duration(ageSec).padStart(9)}  ${bridge}  ${name}  ${way}${waiting(message)}`;
}

/** Everything that is known of a message, in the order of its way. */
export function storyLines(deployment: Deployment, story: MessageStory): string[] {
  const { message, auctionIds, parts, steps, transactions } = story;
  const chain = (id: number) => chainName(deployment, id);
  const { row, srcChainId, blockNumber, txHash, amount, token } = message;
  return [
    messageLine(deployment, message),
    `  amount       ${amount} units of ${token}`,
    ...auctionIds.map((id) => `  auction      ${id}`),
    ...parts.map((part) => `  leg          ${part.legId}  ${part.amount} in hub units`),
    `  sent         ${chain(srcChainId)}  block ${blockNumber}  ${txHash}`,
    ...(row === null ? [] : [`  carried by   outbox row ${row.id}  ${row.key}`]),
    ...transactions.map(({ chainId, hash, nonce, fate, minedBlock }) => {
      const where = minedBlock === null ? '' : `  block ${minedBlock}`;
      return `  transaction  ${chain(chainId)}  ${hash}  nonce ${nonce}  ${fate}${where}`;
    }),
    ...steps.map((step) => {
      const leg = parts.length > 1 ? `  ${step.legId}` : '';
      return `  leg was      ${step.kind} on ${chain(step.chainId)}  block ${step.blockNumber}  ${step.txHash}${leg}`;
    }),
  ];
}

/** What an unended message waits for and until when; what an obsolete one was given up for. */
function waiting({ row, state }: CarriedMessage): string {
  if (row === null || state === 'done') return '';
  const reason = row.lastError === null ? '' : `  ${row.lastError}`;
  const attempts = row.attempts === 0 ? '' : `  after ${row.attempts} failures`;
  if (state === 'obsolete') return `${reason}${attempts}`;
  return `${reason}${attempts}  since ${row.updatedAt.toISOString()}, again at ${row.runAt.toISOString()}`;
}

function peerName(deployment: Deployment, peer: number): string {
  if (peer === HUB_PEER) return 'hub';
  const spoke = deployment.spokes.find(({ id }) => id === peer);
  return spoke === undefined ? `spoke ${peer}` : `spoke ${peer} (${spoke.chain})`;
}

function chainName(deployment: Deployment, chainId: number): string {
  return deployment.chains.find((chain) => chain.chainId === chainId)?.name ?? `chain ${chainId}`;
}

function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
