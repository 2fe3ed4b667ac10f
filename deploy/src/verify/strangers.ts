import type { ChainClient } from '../chain/client.js';
import { collateralRoutesOf, routesOf } from '../config/routes.js';
import type { DeployConfig, SpokeConfig } from '../config/schema.js';
import { AUCTION_HUB, HUB_PEER, hubPortKey, spokeKey, spokePortKey } from '../steps/keys.js';
import type { AddressBook, DeployStep, Step } from '../steps/step.js';
import type { Difference } from './difference.js';
import { eventsOf, seeContract, type SeenContract } from './seenContract.js';

/** An event by which a contract was given something, and what of it the file names: the event's first arguments. */
interface Gift {
  readonly event: string;
  readonly named: ReadonlySet<string>;
  readonly nameParts: number;
}

/**
 * What the contracts have been given and the file does not name: an operator set, a peer, a route, a basket, a market. A
 * mapping cannot be listed, so it is the contracts' own events that tell.
 */
export async function strangerDifferences(
  config: DeployConfig,
  steps: readonly Step[],
  book: AddressBook,
  clients: Readonly<Record<string, ChainClient>>,
  startBlocks: Readonly<Record<string, number>>,
): Promise<Difference[]> {
  const deployments = steps.filter((step): step is DeployStep => step.kind === 'deploy');
  const found = await Promise.all(
    deployments.map(async (step) => {
      const contract = await seeContract(step, book, clients, startBlocks);
      if (contract === null) return [];
      const rows = await Promise.all(giftsOf(config, step).map((gift) => strangersOf(contract, gift)));
      return rows.flat();
    }),
  );
  return found.flat();
}

function giftsOf(config: DeployConfig, { key, artifact }: DeployStep): Gift[] {
  if (artifact === 'OperatorSet')
    return [
      gift(
        'OperatorSetAdded',
        config.operatorSets.map(({ id }) => id),
      ),
    ];
  if (key === AUCTION_HUB) {
    const routes = config.spokes.flatMap((spoke) =>
      routesOf(config, spoke).map(({ token }) => `${spoke.id} ${token.hub}`),
    );
    return [
      gift(
        'BasketCreated',
        config.baskets.map(({ id }) => id),
      ),
      gift(
        'MarketCreated',
        config.markets.map(({ id }) => id),
      ),
      gift('RouteSet', routes, 2),
    ];
  }
  const spoke = config.spokes.find((each) =>
    [spokeKey(each.id), hubPortKey(each.id), spokePortKey(each)].includes(key),
  );
  if (spoke === undefined) return [];
  if (key === spokeKey(spoke.id)) {
    const baskets = config.baskets.filter((basket) => String(spoke.id) in basket.spokes);
    return [
      gift(
        'BasketCreated',
        baskets.map(({ id }) => id),
      ),
      gift(
        'CollateralSet',
        collateralRoutesOf(config, spoke).map(({ token }) => token.hub),
      ),
    ];
  }
  return portGifts(config, spoke, key);
}

function gift(event: string, named: readonly (string | number)[], nameParts = 1): Gift {
  return { event, named: new Set(named.map((value) => String(value).toLowerCase())), nameParts };
}

function portGifts(config: DeployConfig, spoke: SpokeConfig, key: string): Gift[] {
  if (spoke.bridge === 'local') return [gift('SpokeSet', [spoke.id])];
  const isHub = key === hubPortKey(spoke.id);
  const tokens = routesOf(config, spoke).map(({ token, representation }) => (isHub ? token.hub : representation.token));
  return [gift('PeerSet', [isHub ? spoke.id : HUB_PEER]), gift('TokenSet', tokens)];
}

async function strangersOf(contract: SeenContract, { event, named, nameParts }: Gift): Promise<Difference[]> {
  const events = await eventsOf(contract, event);
  const seen = new Set(events.map(({ args }) => args.toArray().slice(0, nameParts).map(String).join(' ')));
  return [...seen]
    .filter((value) => !named.has(value.toLowerCase()))
    .map((value) => ({
      chain: contract.client.name,
      contract: contract.step.key,
      what: `${event} ${value}`,
      expected: 'not there',
      actual: 'set',
    }));
}
