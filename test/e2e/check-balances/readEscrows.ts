import { TOKEN } from './abi.js';
import type { ChainReader } from './chainReader.js';
import { readerAt, type Cut } from './consistentCut.js';
import type { EscrowFacts, HubToken, PortFacts } from './facts.js';
import { uint } from './fields.js';
import { chainOfWormhole, type ChainMessages } from './messages.js';
import type { Network, NetworkChain } from './network.js';
import { readBalance } from './readFlows.js';
import { scaleDown, sum } from './units.js';

/** Wormhole carries at most so many decimals. */
const WORMHOLE_DECIMALS = 8;

/** What the readers of this file need. */
export interface EscrowSource {
  readonly network: Network;
  readonly readers: ReadonlyMap<string, ChainReader>;
  readonly cut: Cut;
  readonly tokens: ReadonlyMap<string, HubToken>;
}

/** A representation of a hub token on a spoke's chain. */
interface Representation {
  readonly chain: string;
  readonly hubToken: string;
  readonly token: string;
}

/** Hub tokens locked in OFT adapters and Token Bridges, against what stands for them on the other chains. */
export async function readEscrows(source: EscrowSource): Promise<EscrowFacts[]> {
  const { network } = source;
  const hub = chainNamed(network, network.hub.chain);
  const escrows: EscrowFacts[] = [];
  for (const hubToken of source.tokens.keys()) {
    for (const adapter of adaptersOf(network, hubToken)) {
      const { supply, decimals } = await readSupplies(source, representations(network, hubToken, 'layerzero'));
      const inFlight = oftInFlight(source, adapter, hubToken, decimals);
      escrows.push(await escrowOf(source, { holder: adapter, token: hubToken, supply, inFlight }));
    }
    const wrapped = representations(network, hubToken, 'wormhole');
    if (hub.wormhole === null || wrapped.length === 0) continue;
    const { supply } = await readSupplies(source, wrapped);
    const inFlight = wormholeInFlight(source, hub.wormhole.chainId, hubToken);
    escrows.push(await escrowOf(source, { holder: hub.wormhole.tokenBridge, token: hubToken, supply, inFlight }));
  }
  return escrows;
}

/** LayerZero credits a port before the port can hand over: what it holds of each token, and must. */
export async function readPorts(source: EscrowSource): Promise<PortFacts[]> {
  const ends = source.network.spokes.flatMap((spoke) =>
    [...spoke.ofts].flatMap(([hubToken, oft]) => [
      { chain: source.network.hub.chain, port: spoke.hubPort, oft: oft.hub, hubToken, token: hubToken },
      { chain: spoke.chain, port: spoke.port, oft: oft.spoke, hubToken, token: spoke.tokens.get(hubToken) },
    ]),
  );
  return Promise.all(
    ends.flatMap(({ chain, port, oft, hubToken, token }) => {
      if (token === undefined) return [];
      const { portDelivered, oftReceived } = messagesOf(source, chain);
      const delivered = new Set(portDelivered.map((message) => message.messageId));
      const waiting = oftReceived.filter(
        (transfer) => transfer.oft === oft && transfer.account === port && !delivered.has(transfer.guid),
      );
      return [balanceOf(source, chain, token, port)].map(async (balance) => ({
        port,
        chain,
        token: hubToken,
        balanceLocal: await balance,
        undeliveredLocal: sum(waiting, (transfer) => transfer.amountLocal),
      }));
    }),
  );
}

async function escrowOf(
  source: EscrowSource,
  escrow: Pick<EscrowFacts, 'holder' | 'token' | 'supply' | 'inFlight'>,
): Promise<EscrowFacts> {
  const chain = source.network.hub.chain;
  return { ...escrow, chain, balance: await balanceOf(source, chain, escrow.token, escrow.holder) };
}

/** Adapters lock; a hub token that is itself an OFT is burned and needs no lock. */
function adaptersOf(network: Network, hubToken: string): string[] {
  const adapters = network.spokes.flatMap((spoke) => spoke.ofts.get(hubToken)?.hub ?? []);
  return [...new Set(adapters)].filter((adapter) => adapter !== hubToken);
}

/** Each once, also where two spokes share a chain. */
function representations(network: Network, hubToken: string, bridge: string): Representation[] {
  const found = new Map<string, Representation>();
  for (const spoke of network.spokes) {
    const token = spoke.tokens.get(hubToken);
    if (spoke.bridge !== bridge || token === undefined) continue;
    found.set(`${spoke.chain}/${token}`, { chain: spoke.chain, hubToken, token });
  }
  return [...found.values()];
}

/** Hub units; and the decimals of each representation by its chain. */
async function readSupplies(
  source: EscrowSource,
  list: readonly Representation[],
): Promise<{ supply: bigint; decimals: Map<string, number> }> {
  const decimals = new Map<string, number>();
  let supply = 0n;
  for (const { chain, hubToken, token } of list) {
    const { reader, pin } = readerAt(source, chain);
    const [total, count] = await Promise.all([
      reader.call(pin, token, TOKEN, 'totalSupply'),
      reader.call(pin, token, TOKEN, 'decimals'),
    ]);
    decimals.set(chain, Number(uint(count, 'count')));
    supply += scaleDown(uint(total, 'amount'), Number(uint(count, 'count')), decimalsOf(source, hubToken));
  }
  return { supply, decimals };
}

/** Transfers of everybody, in both directions, that have left one OFT and not reached another. */
function oftInFlight(
  source: EscrowSource,
  adapter: string,
  hubToken: string,
  decimals: ReadonlyMap<string, number>,
): bigint {
  const ofts = new Set(
    source.network.spokes.flatMap((spoke) => {
      const oft = spoke.ofts.get(hubToken);
      return oft?.hub === adapter ? [oft.hub, oft.spoke] : [];
    }),
  );
  const received = new Set(
    [...source.cut.messages.values()].flatMap((messages) => messages.oftReceived.map((transfer) => transfer.guid)),
  );
  return sum(source.cut.messages, ([chain, { oftSent }]) => {
    const waiting = oftSent.filter((transfer) => ofts.has(transfer.oft) && !received.has(transfer.guid));
    const from = chain === source.network.hub.chain ? decimalsOf(source, hubToken) : decimals.get(chain);
    return sum(waiting, ({ amountLocal }) =>
      scaleDown(amountLocal, from ?? decimalsOf(source, hubToken), decimalsOf(source, hubToken)),
    );
  });
}

/** Transfers of everybody between chains that we know; what left for others is a surplus of the lock. */
function wormholeInFlight(source: EscrowSource, tokenChain: number, hubToken: string): bigint {
  const redeemed = new Set([...source.cut.messages.values()].flatMap((messages) => messages.redeemed));
  const waiting = [...source.cut.messages.values()]
    .flatMap((messages) => messages.published)
    .filter(
      (transfer) =>
        transfer.tokenChain === tokenChain &&
        transfer.tokenAddress === hubToken &&
        chainOfWormhole(source.network, transfer.toChain) !== undefined &&
        !redeemed.has(transfer.id),
    );
  const decimals = decimalsOf(source, hubToken);
  return sum(waiting, ({ amount }) => scaleDown(amount, Math.min(decimals, WORMHOLE_DECIMALS), decimals));
}

function balanceOf(source: EscrowSource, chain: string, token: string, owner: string): Promise<bigint> {
  const { reader, pin } = readerAt(source, chain);
  return readBalance(reader, pin, token, owner);
}

function messagesOf({ cut }: EscrowSource, chain: string): ChainMessages {
  const messages = cut.messages.get(chain);
  if (messages === undefined) throw new Error(`chain ${chain} was not read`);
  return messages;
}

function chainNamed(network: Network, name: string): NetworkChain {
  const chain = network.chains.find((candidate) => candidate.name === name);
  if (chain === undefined) throw new Error(`no chain named ${name}`);
  return chain;
}

function decimalsOf(source: EscrowSource, hubToken: string): number {
  return source.tokens.get(hubToken)?.decimals ?? 0;
}
