/** Stands in for LayerZero's verifier network: attests each packet at its destination, through the real DVN contract. */
import { concat, getBytes, keccak256, toBeHex, Wallet } from 'ethers';
import { dvnId } from '../bridges/layerZero.js';
import type { Packet } from '../bridges/packet.js';
import { layerZeroCode } from '../chain/contractCode.js';
import { eventTopic } from '../chain/events.js';
import { chainTimeSec } from '../chain/moveTime.js';
import { allPaths, type LayerZeroChainConfig, type LayerZeroPath } from './layerZeroPath.js';
import { runStandIn, type LogLine, type StandIn } from './program.js';
import { sendAndWait } from './sender.js';

export interface DvnConfig {
  readonly pollMs: number;
  /** How long a packet is left alone once it has its confirmations. */
  readonly delayMs: number;
  readonly confirmations: number;
  readonly chains: readonly LayerZeroChainConfig[];
  readonly adminKey: string;
  readonly signerKey: string;
}

const SIGNATURE_LIFE_SEC = 3_600;

interface Waiting {
  readonly path: LayerZeroPath;
  readonly packet: Packet;
  dueMs: number;
}

class Dvn implements StandIn {
  private readonly paths: LayerZeroPath[];
  private readonly signer: Wallet;
  private readonly dvn = layerZeroCode('lz-evm-messagelib-v2', 'uln/dvn/DVN').interface;
  private readonly uln = layerZeroCode('lz-evm-messagelib-v2', 'uln/uln302/ReceiveUln302').interface;
  private waiting: Waiting[] = [];

  constructor(
    private readonly config: DvnConfig,
    private readonly log: LogLine,
  ) {
    this.paths = allPaths(config.chains);
    this.signer = new Wallet(config.signerKey);
  }

  get pollMs(): number {
    return this.config.pollMs;
  }

  async tick(): Promise<void> {
    for (const path of this.paths) {
      const packets = await path.newPackets(this.config.confirmations);
      const dueMs = Date.now() + this.config.delayMs;
      this.waiting.push(...packets.map((packet) => ({ path, packet, dueMs })));
    }
    for (const entry of [...this.waiting]) {
      if (entry.dueMs > Date.now()) continue;
      await this.attest(entry);
      this.waiting = this.waiting.filter((other) => other !== entry);
    }
  }

  private async attest({ path, packet }: Waiting): Promise<void> {
    if ((await path.stateOf(packet)) !== 'unverified') return;
    const { dvn, receiveUln, eid } = path.to;
    const callData = this.uln.encodeFunctionData('verify', [
      packet.header,
      packet.payloadHash,
      this.config.confirmations,
    ]);
    // By the chain's clock: a devnet's can be moved on.
    const expiration = (await chainTimeSec(path.provider)) + SIGNATURE_LIFE_SEC;
    const vid = dvnId(eid);
    const digest = keccak256(concat([toBeHex(vid, 4), receiveUln, toBeHex(expiration, 32), callData]));
    const signatures = await this.signer.signMessage(getBytes(digest));
    const execute = this.dvn.encodeFunctionData('execute', [
      [{ vid, target: receiveUln, callData, expiration, signatures }],
    ]);
    const receipt = await sendAndWait(path.provider, this.config.adminKey, dvn, execute);
    // `execute` swallows the failures of its instructions: only this event shows that the attestation was taken.
    const verified = eventTopic(this.uln, 'PayloadVerified');
    const taken = receipt.logs.some((log) => log.address === receiveUln && log.topics[0] === verified);
    if (!taken) throw new Error(`the DVN's attestation of ${packet.guid} was not taken`);
    this.log('packet verified', {
      guid: packet.guid,
      srcEid: packet.srcEid,
      dstEid: packet.dstEid,
      nonce: packet.nonce,
    });
  }
}

await runStandIn('dvn', (config, log) => Promise.resolve(new Dvn(config as DvnConfig, log)));
