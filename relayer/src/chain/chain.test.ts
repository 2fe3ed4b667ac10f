import { afterEach, expect, it } from 'vitest';
import type { ChainDeployment } from '@ala/shared/deployment';
import { toChainId } from '@ala/shared/ids';
import { WrongChainError } from '../lib/errors.js';
import { checkChainId, type Chain } from './chain.js';
import { startFakeNode, type FakeNode } from './fakeNode.js';

let node: FakeNode;
afterEach(() => node.close());

async function chainBehind(servedChainId: string): Promise<Chain> {
  node = await startFakeNode({ eth_chainId: () => servedChainId });
  const deployment = { rpcUrl: `${node.url}/key-of-a-provider` } as ChainDeployment;
  return { name: 'hub', chainId: toChainId(1), deployment, provider: node.provider };
}

it('lets the right chain pass', async () => {
  await checkChainId(await chainBehind('0x1'));
});

it('refuses another chain, says what to set, and keeps the key in the URL to itself', async () => {
  const checking = checkChainId(await chainBehind('0xa'));
  await expect(checking).rejects.toThrow(WrongChainError);
  await expect(checking).rejects.toThrow(
    `${node.url} serves chain 10, not 1: set rpcUrl of hub in the deployment file to a node of chain 1`,
  );
});
