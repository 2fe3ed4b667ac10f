import { balanceOf } from '@ala/infra/devnet/bridges/transfers';
import { CHAIN_NAMES } from '@ala/infra/devnet/chain/chainSpec';
import { marketOf, type World } from '@ala/infra/devnet/scenario/world';

/** Who holds how much of each token on each chain: `spokeA tETH lp 2` → smallest units. Zeros are left out. */
export async function readTokenBalances(world: World): Promise<Record<string, string>> {
  const holders = holdersOf(world);
  const entries = await Promise.all(
    CHAIN_NAMES.flatMap((chain) =>
      Object.values(world.devnet.tokens).flatMap((token) =>
        [...holders].map(async ([name, address]): Promise<[string, bigint]> => {
          const amount = await balanceOf(world.devnet.chains[chain], token[chain], address);
          return [`${chain} ${token.symbol} ${name}`, amount];
        }),
      ),
    ),
  );
  return Object.fromEntries(
    entries.filter(([, amount]) => amount > 0n).map(([name, amount]) => [name, amount.toString()]),
  );
}

/** Everybody who may come to hold a token: people, ALA's contracts, and the bridges' vaults. */
function holdersOf({ devnet, deployment, ...world }: World): Map<string, string> {
  const { deployer, relayer, borrower, liquidator, traveller, lps, operators } = devnet.accounts;
  const { hub, spokes } = deployment;
  const holders = new Map<string, string>([
    ['deployer', deployer.address],
    ['relayer', relayer.address],
    ['borrower', borrower.address],
    ['liquidator', liquidator.address],
    ['traveller', traveller.address],
    ['hub', hub.auctionHub],
    ['vault', hub.exchangeVault],
    ['operator set', hub.operatorSet],
    ['lender', marketOf({ devnet, deployment, ...world }).market.source],
  ]);
  lps.forEach((lp, index) => holders.set(`lp ${index}`, lp.address));
  operators.forEach((operator, index) => holders.set(`operator ${index}`, operator.address));
  for (const spoke of spokes) {
    holders.set(`spoke ${spoke.id}`, spoke.spoke);
    holders.set(`port of spoke ${spoke.id}`, spoke.port);
    holders.set(`hub port of spoke ${spoke.id}`, spoke.hubPort);
  }
  for (const name of CHAIN_NAMES) {
    const { wormhole } = devnet.chains[name];
    if (wormhole !== null) holders.set(`token bridge of ${name}`, wormhole.tokenBridge);
  }
  for (const token of Object.values(devnet.tokens)) holders.set(`${token.symbol} OFT adapter`, token.oftAdapter);
  return holders;
}
