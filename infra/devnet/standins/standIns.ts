import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DevnetAccounts } from '../accounts.js';
import { ULN_CONFIRMATIONS } from '../bridges/layerZero.js';
import { GUARDIAN_PRIVATE_KEY } from '../bridges/vaa.js';
import { assertPortFree } from '../chain/anvil.js';
import { compiledProgram, type Keeper, type KeptProcess } from '../process/keeperClient.js';
import type { DvnConfig } from './dvn.js';
import type { ExecutorConfig } from './executor.js';
import type { GuardianChainConfig, GuardianConfig } from './guardian.js';
import type { LayerZeroChainConfig } from './layerZeroPath.js';

export type StandInName = 'dvn' | 'executor' | 'guardian';

export const STAND_IN_NAMES = ['dvn', 'executor', 'guardian'] as const satisfies readonly StandInName[];

/** Which stand-ins run at first, and how long each lets a message lie. */
export interface StandInOptions {
  readonly run?: Partial<Record<StandInName, boolean>>;
  readonly dvnDelayMs?: number;
  /** The relayer executes packets itself; the executor only sees to those it has left for so long. */
  readonly executorGraceMs?: number;
  readonly guardianDelayMs?: number;
  readonly pollMs?: number;
}

export interface StandInWiring {
  readonly layerZero: readonly LayerZeroChainConfig[];
  readonly wormhole: readonly GuardianChainConfig[];
  readonly accounts: DevnetAccounts;
  readonly guardianPort: number;
  readonly dataDir: string;
}

const DEFAULT_POLL_MS = 150;
const DEFAULT_EXECUTOR_GRACE_MS = 2_000;

/** A stand-in that can be ended and started again. */
export class StandInProcess {
  private current: KeptProcess | null = null;

  constructor(
    readonly name: StandInName,
    private readonly keeper: Keeper,
    private readonly configFile: string,
    private readonly logFile: string,
    private readonly port: number | null,
  ) {}

  get pid(): number | null {
    return this.current?.pid ?? null;
  }

  async start(): Promise<void> {
    if (this.current) return;
    if (this.port !== null) await assertPortFree(this.port, this.name);
    this.current = await this.keeper.spawn({
      name: this.name,
      command: process.execPath,
      args: [compiledProgram(`standins/${this.name}.js`), this.configFile],
      logFile: this.logFile,
      awaitReady: true,
    });
  }

  /** Ends the process and waits for its end; `SIGKILL` leaves it no time for anything. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const ending = this.current;
    if (!ending) return;
    this.current = null;
    ending.kill(signal);
    await ending.ended;
  }
}

/** Writes the stand-ins' configs and starts those that shall run. */
export async function startStandIns(
  keeper: Keeper,
  wiring: StandInWiring,
  options: StandInOptions,
): Promise<Record<StandInName, StandInProcess>> {
  const folder = join(wiring.dataDir, 'standins');
  mkdirSync(folder, { recursive: true });
  const configs = standInConfigs(wiring, options);
  const made = STAND_IN_NAMES.map((name): [StandInName, StandInProcess] => {
    const configFile = join(folder, `${name}.json`);
    writeFileSync(configFile, JSON.stringify(configs[name], null, 2), { mode: 0o600 });
    const port = name === 'guardian' ? wiring.guardianPort : null;
    return [name, new StandInProcess(name, keeper, configFile, join(wiring.dataDir, `${name}.log`), port)];
  });
  await Promise.all(made.filter(([name]) => options.run?.[name] ?? true).map(([, standIn]) => standIn.start()));
  return Object.fromEntries(made) as Record<StandInName, StandInProcess>;
}

function standInConfigs(
  wiring: StandInWiring,
  options: StandInOptions,
): { dvn: DvnConfig; executor: ExecutorConfig; guardian: GuardianConfig } {
  const { accounts, layerZero, wormhole } = wiring;
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  return {
    dvn: {
      pollMs,
      delayMs: options.dvnDelayMs ?? 0,
      confirmations: Number(ULN_CONFIRMATIONS),
      chains: layerZero,
      adminKey: accounts.dvn.privateKey,
      signerKey: accounts.dvnSigner.privateKey,
    },
    executor: {
      pollMs,
      graceMs: options.executorGraceMs ?? DEFAULT_EXECUTOR_GRACE_MS,
      chains: layerZero,
      adminKey: accounts.executor.privateKey,
    },
    guardian: {
      pollMs,
      delayMs: options.guardianDelayMs ?? 0,
      apiPort: wiring.guardianPort,
      chains: wormhole,
      guardianKey: GUARDIAN_PRIVATE_KEY,
    },
  };
}
