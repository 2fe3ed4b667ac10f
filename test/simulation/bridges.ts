import { Interface } from 'ethers';
import { packetOf, PACKET_SENT, type Packet } from '@ala/infra/devnet/bridges/packet';
import { LOG_MESSAGE_PUBLISHED, publishedMessage } from '@ala/infra/devnet/bridges/publishedMessage';
import { GUARDIAN_PRIVATE_KEY, signVaa, type VaaBody } from '@ala/infra/devnet/bridges/vaa';
import { layerZeroCode } from '@ala/infra/devnet/chain/contractCode';
import type { Devnet, DevnetChain } from '@ala/infra/devnet/devnet';
import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';
import type { AskForVaa } from '@ala/relayer/bridge/wormhole';
import { wormholePortAbi } from '@ala/shared/abi/wormholePort';
import type { Deployment } from '@ala/shared/deployment';
import type { SimulatedChain } from './simulatedChain.js';

const ULN = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/ReceiveUln302').interface;
const ENDPOINT = layerZeroCode('lz-evm-protocol-v2', 'EndpointV2').interface;
const PORT = new Interface(wormholePortAbi);
const CONFIRMATIONS = 1;

/** A message between two chains that its bridge has not let through yet, or has. */
export interface Carried {
  readonly id: string;
  readonly name: string;
  readonly sentInBlock: number;
  /** Its witnesses speak: now somebody can deliver it. */
  readonly attest: () => Promise<void>;
  /** Somebody who is no node of ours delivers it, or tries to. */
  readonly deliver: () => Promise<void>;
}

interface RpcLog {
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
}

interface Wiring {
  readonly devnet: Devnet;
  readonly deployment: Deployment;
  readonly chains: ReadonlyMap<ChainName, SimulatedChain>;
}

/**
 * The witnesses of both bridges, who speak when the world says so, in any order and again. The bridges' contracts are the real ones: the
 * DVN's contract attests, impersonated, and the guardian signs with its key.
 */
export class Bridges {
  private readonly vaas = new Map<string, Uint8Array>();
  private readonly attested = new Set<string>();
  /** What a log says never changes, and logs are looked at again and again. */
  private readonly decoded = new WeakMap<RpcLog, Packet | VaaBody>();

  constructor(private readonly wiring: Wiring) {}

  /** Messages in blocks up to `depth` below the head, and those alone that no witness has spoken of unless `all`. */
  async messages(since: ReadonlyMap<ChainName, number>, depth: number, all = false): Promise<Carried[]> {
    const found = [...(await this.packets(since)), ...(await this.transfers(since))];
    return found.filter(({ id, sentInBlock, chain }) => {
      const isDeep = sentInBlock <= this.chain(chain).head - depth;
      return isDeep && (all || !this.attested.has(id));
    });
  }

  /** The guardians' API: what was attested, and nothing else. */
  readonly vaaOf: AskForVaa = (_, source, sequence) =>
    Promise.resolve(this.vaas.get(vaaId(source.chainId, sequence)) ?? null);

  private async packets(since: ReadonlyMap<ChainName, number>): Promise<(Carried & { chain: ChainName })[]> {
    const { hub, spokeA } = this.wiring.devnet.chains;
    const both = [
      { from: hub, to: spokeA },
      { from: spokeA, to: hub },
    ];
    const found = await Promise.all(
      both.map(async ({ from, to }) => {
        const logs = await this.logs(from, from.layerZero.endpoint, PACKET_SENT, since);
        return logs.map((log) => {
          const packet = this.once(log, packetOf);
          const id = `${from.spec.name} ${packet.nonce}`;
          const carried = {
            id: `layerzero ${log.blockHash} ${packet.guid}`,
            name: `packet ${id}`,
            chain: from.spec.name,
            sentInBlock: Number(log.blockNumber),
          };
          const attest = async (): Promise<void> => {
            this.attested.add(carried.id);
            await this.verify(packet, to);
          };
          return { ...carried, attest, deliver: () => this.execute(packet, to) };
        });
      }),
    );
    return found.flat();
  }

  private async verify(packet: Packet, to: DevnetChain): Promise<void> {
    if (to.layerZero === null) return;
    const { dvn, receiveUln } = to.layerZero;
    const data = ULN.encodeFunctionData('verify', [packet.header, packet.payloadHash, CONFIRMATIONS]);
    await this.chain(to.spec.name).sendAs({ from: dvn, to: receiveUln, data });
  }

  private async execute(packet: Packet, to: DevnetChain): Promise<void> {
    if (to.layerZero === null) return;
    const { receiver, guid, message, srcEid, sender, nonce, header, payloadHash } = packet;
    const from = this.wiring.devnet.accounts.traveller.address;
    const chain = this.chain(to.spec.name);
    const commit = ULN.encodeFunctionData('commitVerification', [header, payloadHash]);
    await chain.sendAs({ from, to: to.layerZero.receiveUln, data: commit });
    const receive = ENDPOINT.encodeFunctionData('lzReceive', [
      { srcEid, sender, nonce },
      receiver,
      guid,
      message,
      '0x',
    ]);
    await chain.sendAs({ from, to: to.layerZero.endpoint, data: receive });
  }

  private async transfers(since: ReadonlyMap<ChainName, number>): Promise<(Carried & { chain: ChainName })[]> {
    const { hub, spokeB } = this.wiring.devnet.chains;
    const found = await Promise.all(
      [hub, spokeB].map(async (from) => {
        const logs = await this.logs(from, from.wormhole.core, LOG_MESSAGE_PUBLISHED, since);
        return logs.map((log) => {
          const body = this.once(log, () => publishedMessage(log, from.wormhole.chainId, 0));
          const id = `${from.spec.name} ${body.sequence}`;
          const carried = {
            id: `wormhole ${log.blockHash} ${id}`,
            name: `transfer ${id}`,
            chain: from.spec.name,
            sentInBlock: Number(log.blockNumber),
          };
          const attest = async (): Promise<void> => {
            this.attested.add(carried.id);
            const block = await this.chain(from.spec.name).block(log.blockNumber);
            this.sign({ ...body, timestampSec: Number(block.timestamp) });
          };
          return { ...carried, attest, deliver: () => this.redeem(body, from === hub ? spokeB : hub) };
        });
      }),
    );
    return found.flat();
  }

  private once<T extends Packet | VaaBody>(log: RpcLog, decode: (log: RpcLog) => T): T {
    const known = this.decoded.get(log) as T | undefined;
    if (known !== undefined) return known;
    const decoded = decode(log);
    this.decoded.set(log, decoded);
    return decoded;
  }

  private sign(body: VaaBody): void {
    this.vaas.set(vaaId(body.emitterChain, body.sequence), signVaa(body, GUARDIAN_PRIVATE_KEY));
  }

  private async redeem(body: VaaBody, to: DevnetChain): Promise<void> {
    const vaa = this.vaas.get(vaaId(body.emitterChain, body.sequence));
    const spoke = this.wiring.deployment.spokes.find(({ bridge }) => bridge === 'wormhole');
    if (vaa === undefined || spoke === undefined) return;
    const port = to.spec.name === 'hub' ? spoke.hubPort : spoke.port;
    const data = PORT.encodeFunctionData('receiveTransfer', [vaa]);
    const from = this.wiring.devnet.accounts.traveller.address;
    await this.chain(to.spec.name).sendAs({ from, to: port, data });
  }

  private async logs(
    { spec }: DevnetChain,
    address: string,
    topic: string,
    since: ReadonlyMap<ChainName, number>,
  ): Promise<RpcLog[]> {
    const fromBlock = `0x${((since.get(spec.name) ?? 0) + 1).toString(16)}`;
    const filter = { address, topics: [topic], fromBlock, toBlock: 'latest' };
    return (await this.chain(spec.name).read('eth_getLogs', [filter])) as RpcLog[];
  }

  private chain(name: ChainName): SimulatedChain {
    const chain = this.wiring.chains.get(name);
    if (chain === undefined) throw new Error(`no chain ${name}`);
    return chain;
  }
}

function vaaId(chainId: number, sequence: bigint): string {
  return `${chainId}/${sequence}`;
}
