import { readSecurity } from '../bridge/readSecurity.js';
import { askForVaa } from '../bridge/wormhole.js';
import { openChains, type Chain } from '../chain/chain.js';
import type { Config } from '../config/config.js';
import { endpointOf } from '../lib/endpoint.js';
import { openSigners, type Signers } from '../tx/openSigner.js';
import { judgeBridge, judgeVaaSource } from './bridges.js';
import { judgeChain, judgeIdentity, readChainState, readIdentity } from './chain.js';
import { contractsOn, judgeContracts, readContracts } from './contracts.js';
import { judgeDatabase, readDatabase } from './database.js';
import { warning, type Finding } from './finding.js';
import { read } from './reading.js';
import { judgeSigner } from './signer.js';

/** Where a node says nothing else (`operations.maxChainLagSec`). */
const MAX_HEAD_AGE_SEC = 60;

/**
 * Looks at everything a node with this configuration needs, all of it at once; nothing is changed anywhere.
 * @throws ConfigError if the keystore cannot be opened.
 */
export async function examine(config: Config): Promise<Finding[]> {
  const { deployment } = config;
  const signers = await openSigners(config);
  const chains = openChains(deployment);
  try {
    const findings = await Promise.all([
      examineDatabase(config, chains, signers),
      examineSigner(signers),
      ...chains.map((chain) => examineChain(config, chain, signers)),
      ...deployment.spokes.map((spoke) => examineBridge(config, chains, spoke)),
      ...vaaSources(config, chains),
    ]);
    return findings.flat();
  } finally {
    for (const chain of chains) chain.provider.destroy();
  }
}

async function examineDatabase(
  { databaseUrl }: Config,
  chains: readonly Chain[],
  { senders }: Signers,
): Promise<Finding[]> {
  const lanes = senders.flatMap(({ address: signer }) =>
    chains.map(({ name, chainId }) => ({ chain: name, chainId, signer })),
  );
  return judgeDatabase(await read(() => readDatabase(databaseUrl, lanes)));
}

async function examineSigner({ senders, problems }: Signers): Promise<Finding[]> {
  const addresses = senders.map(({ address }) => address).join(', ');
  return judgeSigner(addresses, await read(problems));
}

async function examineChain(config: Config, chain: Chain, { senders }: Signers): Promise<Finding[]> {
  const { deployment, operatorSetId, operatorKeys, operations } = config;
  const { name } = chain;
  const args = {
    name,
    endpoint: endpointOf(chain.deployment.rpcUrl),
    nowMs: Date.now(),
    maxHeadAgeSec: operations?.maxChainLagSec ?? MAX_HEAD_AGE_SEC,
  };
  const identity = await readIdentity(chain);
  const first = judgeIdentity(args, identity);
  if ('failure' in identity) {
    const says = 'head, logs, sender and contracts were not looked at';
    return [...first, warning(`contracts ${name}`, says, `correct the RPC of ${name} and run this again`)];
  }
  const addresses = contractsOn(deployment, name).map(({ address }) => address);
  const [state, contracts] = await Promise.all([
    readChainState(
      chain,
      senders.map(({ address }) => address),
      addresses,
    ),
    readContracts(deployment, chain, operatorSetId),
  ]);
  const { nowMs } = args;
  const judged = judgeContracts({ chain: name, setId: operatorSetId, operatorKeys, nowMs }, contracts);
  return [...first, ...judgeChain(args, state), ...judged];
}

async function examineBridge(
  { deployment }: Config,
  chains: readonly Chain[],
  spoke: Config['deployment']['spokes'][number],
): Promise<Finding[]> {
  if (spoke.bridge === 'local') return [];
  return judgeBridge(deployment.profile, spoke, await read(() => readSecurity(deployment, chains, spoke)));
}

/** Asks each for some message of our chains: whether it has it is of no interest. */
function vaaSources({ deployment }: Config, chains: readonly Chain[]): Promise<Finding[]>[] {
  const source = chains.flatMap(({ deployment: { wormhole } }) => wormhole ?? [])[0];
  if (source === undefined) return [];
  return deployment.wormholeApi.map(async (apiUrl) => [
    judgeVaaSource(apiUrl, await read(() => askForVaa(apiUrl, source, 0n))),
  ]);
}
