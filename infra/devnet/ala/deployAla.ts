import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploymentRecord } from '@ala/deploy/record';
import { deploymentSteps } from '@ala/deploy/steps/deploymentSteps';
import { AddressBook, type AddressOf, type Step } from '@ala/deploy/steps/step';
import { parseDeployment, type Deployment } from '@ala/shared/deployment';
import { CHAIN_NAMES } from '../chain/chainSpec.js';
import { alaCode } from '../chain/contractCode.js';
import { Lane } from '../chain/lane.js';
import type { Devnet } from '../devnet.js';
import { devnetConfig } from './devnetConfig.js';
import { DEFAULT_TERMS, FEED_DECIMALS, feedAnswer, MARKETS, type AlaTerms } from './terms.js';

export interface DeployedAla {
  readonly deployment: Deployment;
  /** Where the deployment stands as JSON; the relayer, the CLI and the checker read it. */
  readonly deploymentPath: string;
  readonly terms: AlaTerms;
}

/**
 * Deploys ALA on all three chains, ties it to both bridges, and writes the deployment file into the data folder. The steps are
 * those of `ala deploy`; the chains are the devnet's own, so all of them go out at once instead of one after the other.
 */
export async function deployAla(devnet: Devnet, changes: Partial<AlaTerms> = {}): Promise<DeployedAla> {
  const terms = { ...DEFAULT_TERMS, ...changes };
  const { deployer, operators, relayer, lps, borrower } = devnet.accounts;
  const lanes = new Map<string, Lane>();
  await Promise.all(
    CHAIN_NAMES.map(async (name) => lanes.set(name, await Lane.open(devnet.chains[name].provider, deployer))),
  );
  const config = devnetConfig(devnet, planFeeds(laneOf(lanes, 'hub')), terms);
  const at = planSteps(lanes, deploymentSteps(config, deployer.address));
  await Promise.all([...lanes.values()].map((lane) => lane.flush()));

  const record = { ...deploymentRecord(config, at, {}), devnet: { deployer, operators, relayer, lps, borrower } };
  const text = JSON.stringify(record, null, 2);
  const deploymentPath = join(devnet.dataDir, 'deployment.json');
  writeFileSync(deploymentPath, `${text}\n`, { mode: 0o600 });
  return { deployment: parseDeployment(text), deploymentPath, terms };
}

/** The price feeds that the scenario moves, one a market. */
export function planFeeds(hub: Lane): string[] {
  return MARKETS.map(({ collateral, startPrice }) =>
    hub.deploy(alaCode('DevnetPriceFeed'), [
      `${collateral} / tUSD`,
      FEED_DECIMALS,
      feedAnswer(startPrice),
      hub.address,
    ]),
  );
}

function planSteps(lanes: ReadonlyMap<string, Lane>, steps: readonly Step[]): AddressOf {
  const book = new AddressBook();
  for (const step of steps) {
    const lane = laneOf(lanes, step.chain);
    if (step.kind === 'deploy') book.add(step, lane.deploy(alaCode(step.artifact), step.args(book.at)));
    else lane.call(book.at(step.on), step.interface, step.method, step.args(book.at));
  }
  return book.at;
}

function laneOf(lanes: ReadonlyMap<string, Lane>, chain: string): Lane {
  const lane = lanes.get(chain);
  if (lane === undefined) throw new Error(`no lane on ${chain}`);
  return lane;
}
