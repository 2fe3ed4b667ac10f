import { computeAddress } from 'ethers';
import { guardians } from '@wormhole-foundation/sdk-base';
import { deserialize, toUniversal } from '@wormhole-foundation/sdk-definitions';
import { expect, test } from 'vitest';
import { GUARDIAN_ADDRESS, GUARDIAN_PRIVATE_KEY, registerChainVaa, signVaa } from './vaa.js';

test('the guardian is the one of the Wormhole devnet', () => {
  expect(GUARDIAN_PRIVATE_KEY).toBe(`0x${guardians.devnetGuardianPrivateKey}`);
  expect(computeAddress(GUARDIAN_PRIVATE_KEY)).toBe(GUARDIAN_ADDRESS);
});

test('the SDK reads what was signed', () => {
  const emitter = '0x00000000000000000000000011aabbccddeeff00112233445566778899aabbcc';
  const vaa = deserialize(
    'Uint8Array',
    signVaa(
      {
        timestampSec: 1_700_000_000,
        nonce: 7,
        emitterChain: 2,
        emitter,
        sequence: 41n,
        consistencyLevel: 1,
        payload: '0x0102',
      },
      GUARDIAN_PRIVATE_KEY,
    ),
  );
  expect(vaa).toMatchObject({
    timestamp: 1_700_000_000,
    nonce: 7,
    emitterChain: 'Ethereum',
    sequence: 41n,
    consistencyLevel: 1,
  });
  expect(vaa.emitterAddress.toString()).toBe(emitter);
  expect(vaa.payload).toEqual(new Uint8Array([1, 2]));
  expect(vaa.signatures).toHaveLength(1);
});

test('the SDK reads a registration as one of the Token Bridge', () => {
  const tokenBridge = '0x00000000000000000000000000000000000000bb';
  const vaa = deserialize('TokenBridge:RegisterChain', registerChainVaa(30, 2, tokenBridge));
  expect(vaa.payload).toMatchObject({
    chain: 'Base',
    actionArgs: { foreignChain: 'Ethereum', foreignAddress: toUniversal('Ethereum', tokenBridge) },
  });
});
