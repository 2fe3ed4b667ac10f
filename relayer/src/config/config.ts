import { readFileSync } from 'node:fs';
import { resolve, dirname } from 'node:path';
import { SigningKey } from 'ethers';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AlaError, DeploymentError } from '@ala/shared/errors';
import { parseDeployment, type Deployment } from '@ala/shared/deployment';
import { amountOf, chainSettings, chainSettingsProblems, gwei, wei } from './chainSettings.js';
import {
  externalSigner,
  httpUrl,
  lockedKeystore,
  oneOrMore,
  senderKeystore,
  senderProblems,
  type LockedKeystore,
} from './sender.js';

/** A configuration that cannot be used; all that is wrong with it is in `problems`. */
export class ConfigError extends AlaError {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const privateKey = z.string().refine(isPrivateKey, 'expected a private key: 0x and 64 hex digits');
const milliseconds = z.int().min(10).max(600_000);

const seconds = z.int().min(1).max(86_400);

/** Where `/healthz`, `/readyz` and `/metrics` are served, and from when on a node does not call itself ready. */
const operations = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  maxChainLagSec: seconds.default(60),
  maxOverdueSec: seconds.default(300),
});

/** Where the public API is served; it shows what the chains show, so it may face anybody. */
const api = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535),
  /** Pages of these origins may ask; `*` for all. */
  corsOrigins: z
    .array(z.union([z.literal('*'), httpUrl.refine(isOrigin, 'expected an origin: https://host')]))
    .default([]),
  /** Requests that one address may send in a window. */
  rateLimit: z
    .strictObject({ requests: z.int().min(1).max(1_000_000).default(600), windowSec: seconds.default(60) })
    .prefault({}),
  /** Proxies whose `X-Forwarded-For` names the address that counts. */
  trustedProxies: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
  /** A block older than this is called behind. */
  maxChainLagSec: seconds.default(60),
  /** Serves `/v1/operate` as well: balances, lanes and what is wrong with this node. */
  operate: z.boolean().default(false),
  /** The lending protocol's own penalty, by market id: what the average premium is held against. */
  fixedPenaltyBps: z.record(z.string().regex(/^[1-9]\d*$/), z.int().min(0).max(10_000)).default({}),
  /** Folder of the built dashboard, relative to this file, which is then served at `/`. */
  dashboardDir: z.string().min(1).optional(),
  /** RPCs that pages may use, by the chain's name: told to everybody, so without a key of yours in them. */
  publicRpcUrls: z.record(z.string(), httpUrl).default({}),
  /** Block explorers that pages link to, by the chain's name: `/tx/<hash>` is put behind them. */
  explorerUrls: z.record(z.string(), httpUrl).default({}),
  /** Where a devnet gives play money and lets prices fall; told to everybody. */
  playgroundUrl: httpUrl.optional(),
});

const debtUnits = amountOf('debt units');

/** Rounds that would cost more than they earn are left to others; see `profitJudge`. */
const profitability = z.strictObject({
  /** What a round may cost this node beyond what its operators earn, debt units. */
  maxLossDebt: debtUnits.default(0n),
  /** What one whole native token of each chain is worth, by the chain's name, debt units. */
  nativePricesDebt: z.record(z.string(), debtUnits),
});

const schema = z.strictObject({
  /** Path of the deployment file, relative to this file. */
  deployment: z.string().min(1),
  databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Pays for transactions on every chain; may only delay, never redirect. Exactly one of the three; of several signers each has its lane. */
  senderKey: oneOrMore(privateKey).optional(),
  senderKeystore: oneOrMore(senderKeystore).optional(),
  externalSigner: externalSigner.optional(),
  /** No transaction offers more; while a chain is dearer its lane waits. Held in wei. */
  maxFeePerGasGwei: gwei.default(500n * 10n ** 9n),
  /** A transaction that no block has by then is replaced at higher fees. */
  replaceAfterMs: milliseconds.default(60_000),
  /** So many transactions of a signer may wait for a block at once; nodes promise to keep 16 of an account. */
  maxInFlight: z.int().min(1).max(256).default(16),
  /** Below this the sender's balance is warned of. */
  minBalanceWei: wei.optional(),
  chains: chainSettings.optional(),
  /** Keys of the operators that this node signs plans for; together they have to reach the quorum. */
  operatorKeys: z.array(privateKey).min(1),
  operatorSetId: z.int().min(1).max(0xffff_ffff).default(1),
  pollIntervalMs: milliseconds.default(500),
  /** How long the paid LayerZero executor may take before this node delivers by itself. */
  executorGraceMs: z.int().min(0).max(3_600_000).default(60_000),
  /** A spoke this far behind the hub is left out of a snapshot. */
  maxSpokeLagSec: z.int().min(1).max(3_600).default(300),
  /** Does everything but send, on a database of its own. */
  dryRun: z.boolean().default(false),
  /** Without it every round is sent. */
  profitability: profitability.optional(),
  /** Without it nothing is served. */
  operations: operations.optional(),
  api: api.optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
});

export type Config = Omit<z.infer<typeof schema>, 'deployment' | 'senderKeystore'> & {
  readonly deployment: Deployment;
  readonly senderKeystore: readonly LockedKeystore[] | undefined;
};

/** What the environment may set, so that secrets need not stand in a file; keys are separated by commas. */
const fromEnvironment = {
  databaseUrl: 'DATABASE_URL',
  senderKey: 'ALA_SENDER_KEY',
  operatorKeys: 'ALA_OPERATOR_KEYS',
  logLevel: 'ALA_LOG_LEVEL',
} as const;

/**
 * Reads the configuration file (YAML, or JSON, which is YAML) and the deployment file it names.
 * @throws ConfigError with every problem at once.
 */
export function readConfig(path: string, env: NodeJS.ProcessEnv): Config {
  const raw = withEnvironment(readYaml(path), env);
  const parsed = schema.safeParse(raw);
  const problems = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  problems.push(...senderProblems(raw));
  const deploymentPath = typeof raw['deployment'] === 'string' ? resolve(dirname(path), raw['deployment']) : null;
  const deployment = deploymentPath === null ? null : readDeployment(deploymentPath, problems);
  if (parsed.success && deployment !== null) problems.push(...priceProblems(parsed.data, deployment));
  if (deployment !== null) problems.push(...chainSettingsProblems('chains', raw['chains'], deployment));
  if (parsed.success && parsed.data.api !== undefined && deployment !== null) {
    const { publicRpcUrls, explorerUrls } = parsed.data.api;
    problems.push(...chainSettingsProblems('api.publicRpcUrls', publicRpcUrls, deployment));
    problems.push(...chainSettingsProblems('api.explorerUrls', explorerUrls, deployment));
  }
  const locked = parsed.data?.senderKeystore?.map((keystore) => lockedKeystore(keystore, path, env, problems));
  if (!parsed.success || deployment === null || problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, api: fromFolderOf(path, parsed.data.api), deployment, senderKeystore: locked };
}

/** The same settings, the dashboard's folder from where the file stands. */
function fromFolderOf(path: string, settings: z.infer<typeof api> | undefined): typeof settings {
  if (settings?.dashboardDir === undefined) return settings;
  return { ...settings, dashboardDir: resolve(dirname(path), settings.dashboardDir) };
}

function priceProblems({ profitability: rule }: z.infer<typeof schema>, deployment: Deployment): string[] {
  if (rule === undefined) return [];
  const path = 'profitability.nativePricesDebt';
  const missing = deployment.chains.filter(({ name }) => !Object.hasOwn(rule.nativePricesDebt, name));
  return [
    ...missing.map(({ name }) => `${path}.${name}: the deployment has this chain, name its price`),
    ...chainSettingsProblems(path, rule.nativePricesDebt, deployment),
  ];
}

/** Reads a deployment file; what is wrong with it is added to `problems`. */
export function readDeployment(path: string, problems: string[]): Deployment | null {
  try {
    return parseDeployment(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof DeploymentError) problems.push(...error.problems.map((problem) => `${path}: ${problem}`));
    else
      problems.push(
        `cannot read the deployment file ${path}: ${error instanceof Error ? error.message : String(error)}`,
      );
    return null;
  }
}

function readYaml(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError([`${path} has to hold named settings (YAML or JSON)`]);
  }
  return value as Record<string, unknown>;
}

function withEnvironment(raw: Record<string, unknown>, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const merged = { ...raw };
  for (const [setting, variable] of Object.entries(fromEnvironment)) {
    const value = env[variable];
    if (value === undefined || value === '') continue;
    merged[setting] = setting.toLowerCase().includes('key') ? value.split(',') : value;
  }
  return merged;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  const variable = Object.entries(fromEnvironment).find(([setting]) => setting === issue.path[0])?.[1];
  const hint = variable === undefined ? '' : ` (or set ${variable})`;
  return path === '' ? issue.message : `${path}: ${issue.message}${hint}`;
}

function isOrigin(url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === url;
}

function isPrivateKey(value: string): boolean {
  try {
    new SigningKey(value);
    return true;
  } catch {
    // The reason would print the key.
    return false;
  }
}
