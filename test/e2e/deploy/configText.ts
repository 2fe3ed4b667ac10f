import { stringify } from 'yaml';
import type { DeployConfig } from '@ala/deploy/config/schema';

/** A deployment as its file says it; the URLs come from the environment, as `RPC_<chain>`. */
export function configText(config: DeployConfig): string {
  const chains = Object.fromEntries(
    Object.entries(config.chains).map(([name, chain]) => [name, { ...chain, rpcUrl: `\${RPC_${name}}` }]),
  );
  const plain: unknown = JSON.parse(
    JSON.stringify({ ...config, chains }, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  );
  return stringify(plain);
}
