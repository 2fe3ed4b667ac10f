import type { Deployment } from '@ala/shared/deployment';
import type { Devnet } from './devnet.js';
import { CHAIN_NAMES } from './chain/chainSpec.js';
import { textTable } from './table.js';

/** Where everything is. */
export function addressTable(devnet: Devnet): string {
  const rows: string[][] = [];
  for (const name of CHAIN_NAMES) {
    const { layerZero, wormhole } = devnet.chains[name];
    rows.push(...contractRows(name, 'LayerZero', layerZero), ...contractRows(name, 'Wormhole', wormhole));
  }
  for (const token of Object.values(devnet.tokens)) {
    rows.push(['hub', token.symbol, token.hub], ['hub', `${token.symbol} OFT adapter`, token.oftAdapter]);
    rows.push(['spokeA', `${token.symbol} OFT`, token.spokeA], ['spokeB', `${token.symbol} wrapped`, token.spokeB]);
  }
  return textTable(['chain', 'contract', 'address'], rows);
}

function contractRows(chain: string, bridge: string, contracts: object | null): string[][] {
  const addresses = Object.entries(contracts ?? {}).filter(([, value]) => typeof value === 'string');
  return addresses.map(([what, address]) => [chain, `${bridge} ${what}`, String(address)]);
}

/** That the bridges' contracts are the packages' own, by the hash of their creation code. */
export function bytecodeTable(devnet: Devnet): string {
  const rows = devnet.bytecodeProof.map(({ chain, contract, origin, packageHash, chainHash, equal }) => [
    chain,
    contract,
    origin,
    packageHash.slice(0, 18),
    chainHash.slice(0, 18),
    equal ? 'equal' : 'DIFFERENT',
  ]);
  return textTable(['chain', 'contract', 'package', 'keccak (package)', 'keccak (chain)', ''], rows);
}

/** Where ALA is: hub, lender and each spoke with its ports. */
export function alaTable({ hub, markets, spokes }: Deployment): string {
  const rows: string[][] = [
    ['hub', 'AuctionHub', hub.auctionHub],
    ['hub', 'ExchangeVault', hub.exchangeVault],
    ['hub', 'OperatorSet', hub.operatorSet],
  ];
  for (const market of markets) {
    rows.push(
      ['hub', `market ${market.id} source (ExampleLender)`, market.source],
      ['hub', `market ${market.id} ChainlinkOracle`, market.oracle],
      ['hub', `market ${market.id} price feed`, market.feed],
    );
  }
  for (const spoke of spokes) {
    rows.push(
      [spoke.chain, `spoke ${spoke.id} LiquiditySpoke`, spoke.spoke],
      [spoke.chain, `spoke ${spoke.id} OperatorSet`, spoke.operatorSet],
      [spoke.chain, `spoke ${spoke.id} port (${spoke.bridge})`, spoke.port],
      ['hub', `spoke ${spoke.id} port on the hub`, spoke.hubPort],
    );
  }
  return textTable(['chain', 'contract', 'address'], rows);
}
