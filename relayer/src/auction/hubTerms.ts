import { chainOf, type Deployment } from '@ala/shared/deployment';
import type { BasketId, SpokeId } from '@ala/shared/ids';
import type { Chain } from '../chain/chain.js';
import { hubInterface, readContract } from '../chain/contracts.js';
import type { HubTerms } from './auctionView.js';

/** Terms of a basket and its routes, read once: the hub never changes them after their creation. */
export async function readHubTerms(hub: Chain, deployment: Deployment, basket: BasketId): Promise<HubTerms> {
  const target = { address: deployment.hub.auctionHub, abi: hubInterface };
  const [params] = await readContract(hub.provider, target, 'basketParams', [basket]);
  const { debtToken, callWindowSec, maxSnapshotAgeSec, settleWindowSec } = params as Record<string, unknown>;
  const routes = await Promise.all(
    deployment.spokes.map(async (spoke): Promise<[SpokeId, number]> => {
      const [route] = await readContract(hub.provider, target, 'route', [spoke.id, debtToken]);
      return [spoke.id, Number((route as Record<string, unknown>)['timeoutSec'])];
    }),
  );
  return {
    hubChainId: chainOf(deployment, deployment.hub.chain).chainId,
    callWindowSec: Number(callWindowSec),
    maxSnapshotAgeSec: Number(maxSnapshotAgeSec),
    settleWindowSec: Number(settleWindowSec),
    routeTimeoutSec: new Map(routes),
  };
}
