import type { ChainName } from '@ala/infra/devnet/chain/chainSpec';
import { eventTopic, readEvent } from '@ala/infra/devnet/chain/events';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { chainTimeSec, moveTime } from '@ala/infra/devnet/chain/moveTime';
import { ABI, marketOf, spokeById, type World } from '@ala/infra/devnet/scenario/world';

/** From then on anyone may skip a call that was made before. */
export async function passCallTimeout(world: World, spokeId: number): Promise<void> {
  const { provider } = world.devnet.chains[spokeById(world, spokeId).chain as ChainName];
  await moveTime([provider], (await chainTimeSec(provider)) + world.terms.callTimeoutSec + 1);
}

/** What anyone may do once a spoke's only call, of tier 0, has been away for `callTimeoutSec`. Moves the clock of the spoke's chain on. */
export async function skipTheCall(world: World, spokeId: number): Promise<void> {
  const { spoke, chain } = spokeById(world, spokeId);
  const { provider } = world.devnet.chains[chain as ChainName];
  const topics = [eventTopic(ABI.spoke, 'CapitalCalled')];
  const [called] = await provider.getLogs({ address: spoke, topics, fromBlock: 0 });
  if (called === undefined) throw new Error(`nothing was called from spoke ${spokeId}`);
  await passCallTimeout(world, spokeId);
  const lane = await Lane.open(provider, world.devnet.accounts.traveller);
  lane.call(spoke, ABI.spoke, 'skipCall', [marketOf(world).basket.id, 0, readEvent(ABI.spoke, called).args['legId']]);
  await lane.flush();
}
