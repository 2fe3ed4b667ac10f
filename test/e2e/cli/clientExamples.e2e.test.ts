import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider, NonceManager, Wallet, type Eip1193Provider } from 'ethers';
import { expect, test } from 'vitest';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet } from '@ala/infra/devnet/devnet';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { openWorld } from '@ala/infra/devnet/scenario/world';
import { runExamples } from '../docs/docExamples.js';

/** A wallet with one key, as a page sees it. */
function walletOf(rpcUrl: string, privateKey: string): Eip1193Provider {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  const signer = new NonceManager(new Wallet(privateKey, provider));
  return {
    request: async ({ method, params }): Promise<unknown> => {
      if (method === 'eth_requestAccounts' || method === 'eth_accounts') return [await signer.getAddress()];
      if (method !== 'eth_sendTransaction') return provider.send(method, (params ?? []) as unknown[]);
      const [{ to, data, gas }] = params as [{ to: string; data: string; gas: string }];
      return (await signer.sendTransaction({ to, data, gasLimit: gas })).hash;
    },
  };
}

test('the examples of docs/client.md do what the page says', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ala-client-'));
  const devnet = await startDevnet({ basePort: 18_890, dataDir });
  try {
    const deployed = await deployAla(devnet);
    const world = openWorld(devnet, deployed, () => undefined);
    await fundLps(world, [{ lp: 0, spoke: 1, tier: 0, amount: tokens(2_000, 6) }]);
    const lp = lpOf(world, 0);
    const wallet = walletOf(devnet.chains.spokeA.rpcUrl, lp.privateKey);
    const steps: string[] = [];
    const given = { deployment: deployed.deployment, wallet, owner: lp.address.toLowerCase(), steps };
    const results = ['bid', 'failure', 'bids', 'tiers', 'auctions', 'left', 'early', 'silent'];
    expect(await runExamples({ page: 'client.md', fence: 'ts', given, results })).toMatchObject({
      bid: { name: 'BidPlaced', bidId: 1n, tier: 2, amount: 1_000_500_000n },
      failure: { kind: 'funds', what: expect.stringContaining('has 999.50 of the debt token') as string },
      bids: [{ bidId: 1n, state: 'entering', entering: 1_000_500_000n, claimable: [], openCalls: [] }],
      tiers: [{ premiumBps: 150, entering: 1_000_500_000n, standby: 0n }],
      auctions: [],
      left: { name: 'EntryWithdrawn', amount: 400_000_000n, left: 600_500_000n },
      early: { kind: 'refused', what: 'bid 1 is not leaving, or was collected' },
      silent: { kind: 'unreachable' },
    });
    expect(steps).toEqual(['approve', 'placeBid']);
  } finally {
    await devnet.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
