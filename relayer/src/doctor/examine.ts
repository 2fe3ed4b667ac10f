import { readSecurity } from '../bridge/readSecurity.js';
import { askForVaa } from '../bridge/wormhole.js';
import type { Address } from '@ala/shared/ids';
import { openChains, type Chain } from '../chain/chain.js';
import type { RpcEndpoint } from '../chain/rpcEndpoint.js';
import type { Config } from '../config/config.js';
import { openSigners, type Sender, type Signers } from '../tx/openSigner.js';
import { judgeBridge, judgeVaaSource } from './bridges.js';
import { judgeChain, judgeIdentity, readChainState, readIdentity, type ChainCheckArgs } from './chain.js';
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
  const chains = openChains(deployment, config.chains);
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

/** Each endpoint for itself, and the contracts if one of them is of the right chain. */
export async function examineChain(
  config: Pick<Config, 'deployment' | 'operatorSetId' | 'operatorKeys' | 'operations'>,
  chain: Chain,
  { senders }: { readonly senders: readonly Pick<Sender, 'address'>[] },
): Promise<Finding[]> {
  const { deployment, operatorSetId, operatorKeys, operations } = config;
  const { name } = chain;
  const args = {
    name,
    senders: senders.map(({ address }) => address),
    nowMs: Date.now(),
    maxHeadAgeSec: operations?.maxChainLagSec ?? MAX_HEAD_AGE_SEC,
  };
  const addresses = contractsOn(deployment, name).map(({ address }) => address);
  const isAlone = chain.endpoints.length === 1;
  const examining = chain.endpoints.map((endpoint) => examineEndpoint(args, endpoint, isAlone, addresses));
  const examined = await Promise.all(examining);
  const found = examined.flatMap(({ findings }) => findings);
  if (!examined.some(({ isRight }) => isRight)) {
    const says = 'head, logs, sender and contracts were not looked at';
    return [...found, warning(`contracts ${name}`, says, `correct the RPC of ${name} and run this again`)];
  }
  const contracts = await readContracts(deployment, chain, operatorSetId);
  const { nowMs } = args;
  return [...found, ...judgeContracts({ chain: name, setId: operatorSetId, operatorKeys, nowMs }, contracts)];
}

/** Of a node of another chain nothing else is looked at. */
async function examineEndpoint(
  { senders, ...common }: Omit<ChainCheckArgs, 'endpoint' | 'subject'> & { readonly senders: readonly Address[] },
  endpoint: RpcEndpoint,
  isAlone: boolean,
  addresses: readonly Address[],
): Promise<{ readonly isRight: boolean; readonly findings: Finding[] }> {
  const { where } = endpoint;
  const args = { ...common, endpoint: where, subject: isAlone ? common.name : `${common.name} ${where}` };
  const identity = await readIdentity(endpoint);
  const first = judgeIdentity(args, identity);
  if ('failure' in identity) return { isRight: false, findings: first };
  const state = await readChainState(endpoint, senders, addresses);
  return { isRight: true, findings: [...first, ...judgeChain(args, state)] };
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
