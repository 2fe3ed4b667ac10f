import { getAddress, zeroPadValue } from 'ethers';
import { OPERATORS, TOKEN } from './abi.js';
import type { ChainReader, Pin, ReadLog } from './chainReader.js';
import type { TokenFlows } from './facts.js';
import { address, uint } from './fields.js';
import type { Network } from './network.js';
import { sum } from './units.js';

/** What the hub token itself says of hub, vault and operators: its transfers and balances, not the hub's word. */
export async function readFlows(network: Network, reader: ChainReader, pin: Pin, token: string): Promise<TokenFlows> {
  const { auctionHub, exchangeVault, operatorSet } = network.hub;
  const outOf = (owner: string): Promise<ReadLog[]> =>
    reader.logs(pin, { from: token, abi: TOKEN, events: ['Transfer'], topics: [zeroPadValue(owner, 32)] });
  const feeEvents = { from: operatorSet, abi: OPERATORS, events: ['FeesAccrued', 'FeesClaimed'] };
  const [fromVault, fromHub, fees, hubBalance, operatorsBalance] = await Promise.all([
    outOf(exchangeVault),
    outOf(auctionHub),
    reader.logs(pin, feeEvents),
    readBalance(reader, pin, token, auctionHub),
    readBalance(reader, pin, token, operatorSet),
  ]);
  // On its own chain a local port moves tokens straight from the hub to the spoke.
  const waysHome = new Set(
    network.spokes.flatMap(({ hubPort, bridge, spoke }) => (bridge === 'local' ? [hubPort, spoke] : [hubPort])),
  );
  const total = (logs: readonly ReadLog[], counts: (to: string) => boolean): bigint =>
    sum(logs, ({ values }) => (counts(address(values, 'to')) ? uint(values, 'value') : 0n));
  const feesOf = (name: string): bigint =>
    sum(fees, (log) =>
      log.name === name && getAddress(address(log.values, 'token')) === token ? uint(log.values, 'amount') : 0n,
    );
  return {
    paidToSources: total(fromVault, (to) => to !== auctionHub),
    givenBySources: total(fromVault, (to) => to === auctionHub),
    feesPaid: total(fromHub, (to) => to !== exchangeVault && !waysHome.has(to)),
    hubBalance,
    operatorsBalance,
    feesUnclaimed: feesOf('FeesAccrued') - feesOf('FeesClaimed'),
  };
}

export async function readBalance(reader: ChainReader, pin: Pin, token: string, owner: string): Promise<bigint> {
  return uint(await reader.call(pin, token, TOKEN, 'balanceOf', [owner]), 'amount');
}
