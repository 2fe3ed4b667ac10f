import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonRpcProvider, NonceManager, Wallet, type Eip1193Provider } from 'ethers';
import { expect, test } from 'vitest';
import { repositoryRoot } from '@ala/deploy/repositoryRoot';
import { deployAla } from '@ala/infra/devnet/ala/deployAla';
import { startDevnet } from '@ala/infra/devnet/devnet';
import { tokens } from '@ala/infra/devnet/scenario/amounts';
import { fundLps, lpOf } from '@ala/infra/devnet/scenario/fundLps';
import { openWorld } from '@ala/infra/devnet/scenario/world';

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

/** The page's examples as one module: imports first, then one function with all the rest. */
function moduleOf(page: string): string {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '');
  const [imports = '', ...examples] = blocks;
  const results = 'bid, failure, bids, tiers, auctions, left, early, silent';
  return `${imports}\nexport async function run({ deployment, wallet, owner, steps }) {\n${examples.join('\n')}\nreturn { ${results} };\n}\n`;
}

test('the examples of docs/client.md do what the page says', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ala-client-'));
  // Inside the repository, so that its packages are found.
  const folder = join(repositoryRoot(), '.ala', `examples-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const devnet = await startDevnet({ basePort: 18_890, dataDir });
  try {
    const deployed = await deployAla(devnet);
    const world = openWorld(devnet, deployed, () => undefined);
    await fundLps(world, [{ lp: 0, spoke: 1, tier: 0, amount: tokens(2_000, 6) }]);
    const path = join(folder, 'examples.ts');
    writeFileSync(path, moduleOf(readFileSync(join(repositoryRoot(), 'docs', 'client.md'), 'utf8')));
    const { run } = (await import(path)) as { run: (given: object) => Promise<object> };
    const lp = lpOf(world, 0);
    const wallet = walletOf(devnet.chains.spokeA.rpcUrl, lp.privateKey);
    const steps: string[] = [];
    const given = { deployment: deployed.deployment, wallet, owner: lp.address.toLowerCase(), steps };
    expect(await run(given)).toMatchObject({
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
    rmSync(folder, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
});
