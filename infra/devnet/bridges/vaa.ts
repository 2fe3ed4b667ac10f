import { concat, getBytes, keccak256, SigningKey, toBeHex, zeroPadValue } from 'ethers';

/** What a guardian signs about one message; see Wormhole's "VAA" format. */
export interface VaaBody {
  readonly timestampSec: number;
  readonly nonce: number;
  readonly emitterChain: number;
  /** 32 bytes, hex. */
  readonly emitter: string;
  readonly sequence: bigint;
  readonly consistencyLevel: number;
  readonly payload: string;
}

/** Key of the one guardian of Wormhole's own devnet. */
export const GUARDIAN_PRIVATE_KEY = '0xcfb12303a19cde580bb4dd771639b0d26bc68353645571a8cff516ab2ee113a0';
export const GUARDIAN_ADDRESS = '0xbeFA429d57cD18b7F8A4d91A2da9AB4AF05d0FBe';

const VAA_VERSION = 1;
const GUARDIAN_SET = 0;
const GOVERNANCE_CHAIN = 1;
const RECOVERY_OFFSET = 27;

/** 0x…04 on chain 1: the contract that speaks for Wormhole's governance. */
export const GOVERNANCE_EMITTER = zeroPadValue('0x04', 32);

/** timestamp 4 | nonce 4 | emitter chain 2 | emitter 32 | sequence 8 | consistency level 1 | payload */
export function encodeVaaBody(body: VaaBody): string {
  return concat([
    toBeHex(body.timestampSec, 4),
    toBeHex(body.nonce, 4),
    toBeHex(body.emitterChain, 2),
    body.emitter,
    toBeHex(body.sequence, 8),
    toBeHex(body.consistencyLevel, 1),
    body.payload,
  ]);
}

/** version 1 | guardian set 4 | signatures 1 | { guardian 1 | r 32 | s 32 | recovery 1 } | body, signed by guardian 0. */
export function signVaa(body: VaaBody, guardianPrivateKey: string): Uint8Array {
  const encoded = encodeVaaBody(body);
  const signature = new SigningKey(guardianPrivateKey).sign(keccak256(keccak256(encoded)));
  return getBytes(
    concat([
      toBeHex(VAA_VERSION, 1),
      toBeHex(GUARDIAN_SET, 4),
      toBeHex(1, 1),
      toBeHex(0, 1),
      signature.r,
      signature.s,
      toBeHex(signature.v - RECOVERY_OFFSET, 1),
      encoded,
    ]),
  );
}

const REGISTER_CHAIN_ACTION = 1;
const TOKEN_BRIDGE_MODULE = zeroPadValue('0x546f6b656e427269646765', 32);

/** Governance's order to the Token Bridge on `targetChain` to trust `tokenBridge` on `emitterChain`. */
export function registerChainVaa(targetChain: number, emitterChain: number, tokenBridge: string): Uint8Array {
  const payload = concat([
    TOKEN_BRIDGE_MODULE,
    toBeHex(REGISTER_CHAIN_ACTION, 1),
    toBeHex(targetChain, 2),
    toBeHex(emitterChain, 2),
    zeroPadValue(tokenBridge, 32),
  ]);
  const body: VaaBody = {
    timestampSec: 0,
    nonce: 0,
    emitterChain: GOVERNANCE_CHAIN,
    emitter: GOVERNANCE_EMITTER,
    sequence: BigInt(targetChain),
    consistencyLevel: 0,
    payload,
  };
  return signVaa(body, GUARDIAN_PRIVATE_KEY);
}
