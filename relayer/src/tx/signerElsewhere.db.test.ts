import { Wallet } from 'ethers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Deployment } from '@ala/shared/deployment';
import { toAddress } from '@ala/shared/ids';
import type { FakeNode } from '../chain/fakeNode.js';
import { openSigners } from './openSigner.js';
import { useLane } from './laneFixture.js';
import { seeThrough } from './seeThrough.js';
import { startTestSigner } from './testSigner.js';

const used = useLane();
let servers: FakeNode[] = [];
afterEach(async () => {
  for (const server of servers) await server.close();
  servers = [];
});

async function server(keys: readonly string[], chainId = Number(used.chain.chainId)): Promise<FakeNode> {
  const started = await startTestSigner(keys, chainId);
  servers.push(started);
  return started;
}

/** What a configuration that names the server opens. */
function opened(url: string, addresses: readonly string[]) {
  const address = addresses.map((each) => toAddress(each));
  const deployment = { chains: [{ name: 'test', chainId: used.chain.chainId }] } as unknown as Deployment;
  const none = { senderKey: undefined, senderKeystore: undefined, chains: undefined };
  return openSigners({ ...none, externalSigner: { url, address }, deployment });
}

describe('a lane whose key is on a server elsewhere', () => {
  it('sends what the server has signed, from its address', async () => {
    const { url, asked } = await server([used.wallet.privateKey]);
    const { senders, problems } = await opened(url, [used.wallet.address]);
    expect(await problems()).toEqual([]);
    const key = await used.haveRow();
    await seeThrough(used.lane({ signer: senders[0].on(used.chain.chainId) }));
    const { state, minedBlock } = await used.rowOf(key);
    const block = await used.chain.provider.getBlock(minedBlock!, true);
    expect(state).toBe('done');
    expect(block?.prefetchedTransactions.map(({ from }) => from)).toEqual([used.wallet.address]);
    expect(asked).toContain('eth_signTransaction');
  });

  it('takes each of several addresses from the one server that has their keys', async () => {
    const other = Wallet.createRandom();
    const { url } = await server([used.wallet.privateKey, other.privateKey]);
    const { senders, problems } = await opened(url, [used.wallet.address, other.address]);
    expect(await problems()).toEqual([]);
    expect(senders.map(({ address }) => address)).toEqual([used.wallet.address, other.address].map(toAddress));
  });

  it('is told at its start that the server has not its key', async () => {
    const { url } = await server([Wallet.createRandom().privateKey]);
    const { problems } = await opened(url, [used.wallet.address]);
    expect(await problems()).toEqual([expect.stringContaining(used.wallet.address.toLowerCase())]);
  });

  it('sends nothing while the server signs for another chain, and goes on once it does not', async () => {
    const wrong = await server([used.wallet.privateKey], 1);
    const key = await used.haveRow();
    const lines: string[] = [];
    const { senders } = await opened(wrong.url, [used.wallet.address]);
    await seeThrough(used.lane({ signer: senders[0].on(used.chain.chainId), lines })).catch((error: unknown) =>
      lines.push(String(error)),
    );
    expect(lines.join('\n')).toContain('chain 1, not 31337');
    expect(await used.nonceOf()).toBe(0);

    const right = await server([used.wallet.privateKey]);
    await used.dueNow();
    const { senders: mended } = await opened(right.url, [used.wallet.address]);
    await seeThrough(used.lane({ signer: mended[0].on(used.chain.chainId) }));
    expect((await used.rowOf(key)).state).toBe('done');
  });
});
