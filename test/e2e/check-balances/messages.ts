import { dataSlice, getAddress, zeroPadValue } from 'ethers';
import { OFT, PORT, TOKEN_BRIDGE, WORMHOLE_CORE } from './abi.js';
import type { ChainReader, Pin, ReadLog } from './chainReader.js';
import type { PortMessage } from './facts.js';
import { address, small, text, uint } from './fields.js';
import type { Network, NetworkChain } from './network.js';

/** A transfer between two OFTs; `amountLocal` on the chain where it was seen. */
export interface OftTransfer {
  readonly guid: string;
  readonly oft: string;
  readonly account: string;
  readonly amountLocal: bigint;
}

/** A transfer that a Token Bridge published. */
export interface TokenBridgeTransfer {
  /** Emitter's Wormhole chain and sequence. */
  readonly id: string;
  readonly tokenChain: number;
  readonly tokenAddress: string;
  readonly toChain: number;
  /** At most eight decimals, as Wormhole carries it. */
  readonly amount: bigint;
}

/** All that one chain has sent and received, ours and everybody else's, over all bridges. */
export interface ChainMessages {
  readonly portSent: readonly PortMessage[];
  readonly portDelivered: readonly PortMessage[];
  readonly oftSent: readonly OftTransfer[];
  readonly oftReceived: readonly OftTransfer[];
  readonly published: readonly TokenBridgeTransfer[];
  readonly redeemed: readonly string[];
  /** Each arrival: what came, and the chain that must have sent it. */
  readonly arrivals: readonly { readonly id: string; readonly from: string }[];
}

/** Reads what has left and reached a chain up to the pin. */
export async function readMessages(network: Network, reader: ChainReader, pin: Pin): Promise<ChainMessages> {
  const { chain } = reader;
  const [port, oft, wormhole] = await Promise.all([
    reader.logs(pin, { from: portsOn(network, chain.name), abi: PORT, events: ['TransferSent', 'TransferDelivered'] }),
    reader.logs(pin, { from: oftsOn(network, chain.name), abi: OFT, events: ['OFTSent', 'OFTReceived'] }),
    readWormhole(reader, pin),
  ]);
  const named = (logs: readonly ReadLog[], name: string) => logs.filter((log) => log.name === name);
  const delivered = named(port, 'TransferDelivered');
  const received = named(oft, 'OFTReceived');
  return {
    portSent: named(port, 'TransferSent').map((log) => portMessage(chain.name, log)),
    portDelivered: delivered.map((log) => portMessage(chain.name, log)),
    oftSent: named(oft, 'OFTSent').map((log) => oftTransfer(log, 'fromAddress')),
    oftReceived: received.map((log) => oftTransfer(log, 'toAddress')),
    ...wormhole,
    arrivals: [
      ...delivered.flatMap((log) => arrival(messageKey(log), chainOfPeer(network, small(log.values, 'peer')))),
      ...received.flatMap((log) => arrival(oftKey(text(log.values, 'guid')), chainOfEid(network, log))),
      ...wormhole.redeemed.flatMap((id) => arrival(wormholeKey(id), chainOfEmitter(network, id))),
    ],
  };
}

/** Names of everything that a chain has sent, in the form of `arrivals`. */
export function sentKeys(messages: Pick<ChainMessages, 'portSent' | 'oftSent' | 'published'>): Set<string> {
  return new Set([
    ...messages.portSent.map((message) => portKey(message.messageId)),
    ...messages.oftSent.map((transfer) => oftKey(transfer.guid)),
    ...messages.published.map((transfer) => wormholeKey(transfer.id)),
  ]);
}

const portKey = (messageId: string): string => `message ${messageId}`;
const oftKey = (guid: string): string => `OFT transfer ${guid}`;
const wormholeKey = (id: string): string => `Token Bridge transfer ${id}`;
const messageKey = (log: ReadLog): string => portKey(text(log.values, 'messageId'));

/** Nothing if the sender's chain is none of ours: then it cannot be asked. */
function arrival(id: string, from: string | undefined): { id: string; from: string }[] {
  return from === undefined ? [] : [{ id, from }];
}

function portMessage(chain: string, log: ReadLog): PortMessage {
  return {
    messageId: text(log.values, 'messageId'),
    chain,
    token: address(log.values, 'token'),
    amountLocal: uint(log.values, 'amountLocal'),
  };
}

function oftTransfer(log: ReadLog, account: 'fromAddress' | 'toAddress'): OftTransfer {
  return {
    guid: text(log.values, 'guid'),
    oft: getAddress(log.address),
    account: address(log.values, account),
    amountLocal: uint(log.values, 'amountReceivedLD'),
  };
}

async function readWormhole(reader: ChainReader, pin: Pin): Promise<Pick<ChainMessages, 'published' | 'redeemed'>> {
  const { wormhole } = reader.chain;
  if (wormhole === null) return { published: [], redeemed: [] };
  const { core, tokenBridge, chainId } = wormhole;
  const [published, redeemed] = await Promise.all([
    reader.logs(pin, {
      from: core,
      abi: WORMHOLE_CORE,
      events: ['LogMessagePublished'],
      topics: [zeroPadValue(tokenBridge, 32)],
    }),
    reader.logs(pin, { from: tokenBridge, abi: TOKEN_BRIDGE, events: ['TransferRedeemed'] }),
  ]);
  return {
    published: published.flatMap((log) => transferOf(chainId, log)),
    redeemed: redeemed.map((log) => `${small(log.values, 'emitterChainId')}/${uint(log.values, 'sequence')}`),
  };
}

/** Payload 1 (transfer) and 3 (with a payload): id 1 | amount 32 | token 32 | token's chain 2 | recipient 32 | its chain 2. */
function transferOf(wormholeChain: number, log: ReadLog): TokenBridgeTransfer[] {
  const payload = text(log.values, 'payload');
  const number = (from: number, to: number): bigint => BigInt(dataSlice(payload, from, to));
  const kind = number(0, 1);
  if (kind !== 1n && kind !== 3n) return [];
  return [
    {
      id: `${wormholeChain}/${uint(log.values, 'sequence')}`,
      amount: number(1, 33),
      tokenAddress: getAddress(dataSlice(payload, 45, 65)),
      tokenChain: Number(number(65, 67)),
      toChain: Number(number(99, 101)),
    },
  ];
}

function portsOn(network: Network, chain: string): string[] {
  return network.spokes.flatMap((spoke) => [
    ...(spoke.chain === chain ? [spoke.port] : []),
    ...(network.hub.chain === chain ? [spoke.hubPort] : []),
  ]);
}

function oftsOn(network: Network, chain: string): string[] {
  return network.spokes.flatMap((spoke) =>
    [...spoke.ofts.values()].flatMap((oft) => [
      ...(spoke.chain === chain ? [oft.spoke] : []),
      ...(network.hub.chain === chain ? [oft.hub] : []),
    ]),
  );
}

/** Peer 0 is the hub, a spoke has its own number. */
function chainOfPeer(network: Network, peer: number): string | undefined {
  if (peer === 0) return network.hub.chain;
  return network.spokes.find((spoke) => spoke.id === peer)?.chain;
}

function chainOfEid(network: Network, log: ReadLog): string | undefined {
  const eid = small(log.values, 'srcEid');
  return network.chains.find((chain) => chain.eid === eid)?.name;
}

function chainOfEmitter(network: Network, id: string): string | undefined {
  return chainOfWormhole(network, Number(id.split('/')[0]))?.name;
}

/** The chain that Wormhole gives this number. */
export function chainOfWormhole(network: Network, wormholeChain: number): NetworkChain | undefined {
  return network.chains.find((chain) => chain.wormhole?.chainId === wormholeChain);
}
