import { zeroPadValue } from 'ethers';
import { createVAA, serialize, toUniversal } from '@wormhole-foundation/sdk-definitions';
import { afterEach, expect, it } from 'vitest';
import { toAddress } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { startFakeNode, type FakeNode } from '../chain/fakeNode.js';
import { prepareWormhole } from './wormhole.js';

let node: FakeNode | undefined;
afterEach(() => node?.close());

const address = (byte: number) => toAddress(`0x${byte.toString(16).padStart(2, '0').repeat(20)}`);
const [tokenBridge, port] = [address(0xbb), address(0xcc)];
const SEQUENCE = 41n;

function transfer({ sequence = SEQUENCE, emitter = tokenBridge }): Uint8Array {
  const token = { amount: 5n, address: toUniversal('Ethereum', address(1)), chain: 'Ethereum' as const };
  const to = { address: toUniversal('Base', port), chain: 'Base' as const };
  const payload = { token, to, from: toUniversal('Ethereum', address(2)), payload: new Uint8Array([1]) };
  const body = { timestamp: 1, nonce: 0, emitterChain: 'Ethereum' as const, consistencyLevel: 1, sequence, payload };
  const emitterAddress = toUniversal('Ethereum', emitter);
  return serialize(
    createVAA('TokenBridge:TransferWithPayload', { ...body, emitterAddress, guardianSet: 0, signatures: [] }),
  );
}

/** Sources answer in this order; what is not redeemed yet is all the destination says. */
async function prepare(answers: readonly (Uint8Array | null)[]) {
  node = await startFakeNode({ eth_call: () => zeroPadValue('0x', 32) });
  return prepareWormhole({
    source: { chainId: 2, core: address(0xa1), tokenBridge },
    destination: { provider: node.provider } as unknown as Chain,
    destinationBridge: { chainId: 30, core: address(0xa2), tokenBridge: address(0xdd) },
    port,
    sequence: SEQUENCE,
    apiUrls: answers.map((_, index) => `source ${index}`),
    askForVaa: (apiUrl) => Promise.resolve(answers[Number(apiUrl.split(' ')[1])] ?? null),
  });
}

it('takes a VAA from the first source that has it', async () => {
  expect(await prepare([null, transfer({})])).toMatchObject({ status: 'send', call: { to: port } });
  await node?.close();
  expect(await prepare([null, null])).toMatchObject({ status: 'notReady' });
});

it('believes no source that answers with the VAA of another message', async () => {
  const [otherSequence, otherEmitter] = [transfer({ sequence: 40n }), transfer({ emitter: address(3) })];
  expect(await prepare([otherSequence, otherEmitter, transfer({})])).toMatchObject({ status: 'send' });
  await node?.close();
  await expect(prepare([otherSequence, otherEmitter])).rejects.toThrow(/answered with Ethereum.*\/40/s);
});
