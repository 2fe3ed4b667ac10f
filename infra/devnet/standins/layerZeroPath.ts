import { Contract, keccak256, toBigInt, type JsonRpcProvider, type Log } from 'ethers';
import { layerZeroCode } from '../chain/contractCode.js';
import { PACKET_SENT, packetOf, type Packet } from '../bridges/packet.js';
import { openProvider } from '../chain/provider.js';
import { LogCursor } from './logCursor.js';

export interface LayerZeroChainConfig {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly startBlock: number;
  readonly eid: number;
  readonly endpoint: string;
  readonly receiveUln: string;
  readonly dvn: string;
  readonly executor: string;
}

/** Where a packet stands at its destination. `verified`: by the DVN, not yet committed to the endpoint. */
export type PacketState = 'unverified' | 'verified' | 'committed' | 'done';

const NIL_PAYLOAD_HASH = 2n ** 256n - 1n;

/** One direction of LayerZero between two chains. */
export class LayerZeroPath {
  private readonly source: JsonRpcProvider;
  private readonly cursor: LogCursor;
  private readonly endpoint: Contract;
  private readonly receiveUln: Contract;
  readonly provider: JsonRpcProvider;

  constructor(
    readonly from: LayerZeroChainConfig,
    readonly to: LayerZeroChainConfig,
  ) {
    this.source = openProvider(from.rpcUrl, from.chainId);
    this.cursor = new LogCursor(this.source, from.endpoint, PACKET_SENT, from.startBlock);
    this.provider = openProvider(to.rpcUrl, to.chainId);
    this.endpoint = new Contract(
      to.endpoint,
      layerZeroCode('lz-evm-protocol-v2', 'EndpointV2').interface,
      this.provider,
    );
    const ulnCode = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/ReceiveUln302');
    this.receiveUln = new Contract(to.receiveUln, ulnCode.interface, this.provider);
  }

  /** Packets sent since the last call that have `confirmations` blocks on top of theirs. */
  async newPackets(confirmations: number): Promise<Packet[]> {
    const latest = await this.source.getBlockNumber();
    const logs: Log[] = await this.cursor.upTo(latest - confirmations);
    return logs.map(packetOf).filter((packet) => packet.dstEid === this.to.eid);
  }

  /** A hash below or at the lazy nonce is gone once executed; see EndpointV2's MessagingChannel. */
  async stateOf(packet: Packet): Promise<PacketState> {
    const path = [packet.receiver, packet.srcEid, packet.sender] as const;
    const [inboundHash, lazyNonce, vote] = await Promise.all([
      this.endpoint.getFunction('inboundPayloadHash')(...path, packet.nonce) as Promise<string>,
      this.endpoint.getFunction('lazyInboundNonce')(...path) as Promise<bigint>,
      this.receiveUln.getFunction('hashLookup')(keccak256(packet.header), packet.payloadHash, this.to.dvn) as Promise<
        [boolean, bigint]
      >,
    ]);
    if (toBigInt(inboundHash) === NIL_PAYLOAD_HASH) return 'done';
    if (inboundHash === packet.payloadHash) return 'committed';
    if (toBigInt(inboundHash) === 0n && packet.nonce <= lazyNonce) return 'done';
    return vote[0] ? 'verified' : 'unverified';
  }
}

/** Both directions between each pair of chains. */
export function allPaths(chains: readonly LayerZeroChainConfig[]): LayerZeroPath[] {
  return chains.flatMap((from) => chains.filter((to) => to !== from).map((to) => new LayerZeroPath(from, to)));
}
