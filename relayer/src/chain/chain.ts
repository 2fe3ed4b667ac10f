import type { JsonRpcProvider } from 'ethers';
import type { ChainDeployment, Deployment } from '@ala/shared/deployment';
import type { ChainId } from '@ala/shared/ids';
import { endpointOf } from '../lib/endpoint.js';
import { FailoverProvider } from './failover.js';
import { RpcEndpoint } from './rpcEndpoint.js';

/** A chain this node reads and writes. */
export interface Chain {
  readonly name: string;
  readonly chainId: ChainId;
  readonly deployment: ChainDeployment;
  /** Asks whichever endpoint is the healthiest. */
  readonly provider: JsonRpcProvider;
  /** Each RPC of the chain for itself, in the order of the configuration; at least one. */
  readonly endpoints: readonly RpcEndpoint[];
}

/** What the configuration says of the RPCs of one chain. */
export interface RpcSettings {
  /** In place of the deployment file's `rpcUrl`. */
  readonly rpcUrls?: readonly string[] | undefined;
}

/** A node that accepts a request and never answers is as good as one that is down; ethers would wait for five minutes. */
const REQUEST_TIMEOUT_MS = 20_000;
/** Where another endpoint can be asked. */
const FAILOVER_TIMEOUT_MS = 5_000;

/** Nothing is sent here: a node that is down shows at the first read. */
export function openChains(deployment: Deployment, settings: Readonly<Record<string, RpcSettings>> = {}): Chain[] {
  return deployment.chains.map((chain) => openChain(chain, settings[chain.name]?.rpcUrls));
}

/** @param rpcUrls in place of the deployment's, at least one */
export function openChain(deployment: ChainDeployment, rpcUrls?: readonly string[]): Chain {
  const { name, chainId } = deployment;
  const urls = rpcUrls ?? [deployment.rpcUrl];
  const setting = rpcUrls === undefined ? `rpcUrl of ${name} in the deployment file` : `chains.${name}.rpcUrls`;
  const todo = `set ${setting} to ${urls.length === 1 ? 'a node' : 'nodes'} of chain ${chainId}`;
  const timeoutMs = urls.length === 1 ? REQUEST_TIMEOUT_MS : FAILOVER_TIMEOUT_MS;
  const endpoints = namesOf(urls).map(({ url, where }) => new RpcEndpoint({ url, where, chainId, todo, timeoutMs }));
  return { name, chainId, deployment, provider: new FailoverProvider(chainId, endpoints), endpoints };
}

/** Where the chain is read, for logs. */
export function endpointsOf({ endpoints }: Chain): string {
  return endpoints.map(({ where }) => where).join(', ');
}

/** A provider's URLs may differ by their keys alone: those are told apart by number. */
function namesOf(urls: readonly string[]): { readonly url: string; readonly where: string }[] {
  const origins = urls.map(endpointOf);
  return urls.map((url, index) => {
    const origin = endpointOf(url);
    const isAlone = origins.indexOf(origin) === origins.lastIndexOf(origin);
    return { url, where: isAlone ? origin : `${origin} (${index + 1})` };
  });
}
