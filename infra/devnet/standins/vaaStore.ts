import type { VaaBody } from '../bridges/vaa.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface SignedVaa {
  readonly body: VaaBody;
  readonly transactionHash: string;
  readonly vaa: string;
}

const NOT_FOUND: Answer = { status: 404, body: { code: 5, message: 'requested VAA not found in store', details: [] } };

const idOf = (chain: number, emitter: string, sequence: bigint): string =>
  `${chain}/${emitter.toLowerCase().replace(/^0x/, '')}/${sequence}`;

/** Signed VAAs, and what the guardian's two HTTP endpoints answer about them. */
export class VaaStore {
  private readonly byId = new Map<string, SignedVaa>();

  add(body: VaaBody, transactionHash: string, vaa: Uint8Array): void {
    const id = idOf(body.emitterChain, body.emitter, body.sequence);
    this.byId.set(id, {
      body,
      transactionHash: transactionHash.toLowerCase(),
      vaa: Buffer.from(vaa).toString('base64'),
    });
  }

  /** `GET /v1/signed_vaa/{chain}/{emitter}/{sequence}` and `GET /api/v1/vaas?txHash=`. */
  answer(method: string, url: URL): Answer {
    if (method !== 'GET') return { status: 405, body: { code: 12, message: 'method not allowed', details: [] } };
    const signed = /^\/v1\/signed_vaa\/(\d+)\/((?:0x)?[0-9a-f]{64})\/(\d+)\/?$/i.exec(url.pathname);
    if (signed) return this.bySequence(Number(signed[1]), signed[2] as string, BigInt(signed[3] as string));
    if (/^\/api\/v1\/vaas\/?$/.test(url.pathname)) return this.byTransaction(url.searchParams.get('txHash') ?? '');
    return NOT_FOUND;
  }

  private bySequence(chain: number, emitter: string, sequence: bigint): Answer {
    const found = this.byId.get(idOf(chain, emitter, sequence));
    return found ? { status: 200, body: { vaaBytes: found.vaa } } : NOT_FOUND;
  }

  private byTransaction(transactionHash: string): Answer {
    const wanted = transactionHash.toLowerCase().replace(/^(0x)?/, '0x');
    const data = [...this.byId]
      .filter(([, signed]) => signed.transactionHash === wanted)
      .map(([id, { body, vaa }]) => ({
        id,
        emitterChain: body.emitterChain,
        emitterAddr: body.emitter.slice(2),
        sequence: Number(body.sequence),
        timestamp: new Date(body.timestampSec * 1000).toISOString(),
        txHash: wanted.slice(2),
        vaa,
      }));
    return { status: 200, body: { data } };
  }
}
