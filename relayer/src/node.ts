import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import { chainOf } from '@ala/shared/deployment';
import type { AuctionId, BasketId, ChainId, SpokeId } from '@ala/shared/ids';
import { planDomain } from '@ala/shared/plan';
import { AuctionTotalsReader } from './api/read/auctionTotals.js';
import { startApi, type ApiServer } from './api/startApi.js';
import { decide } from './auction/decide.js';
import { readHubTerms } from './auction/hubTerms.js';
import { basketFinder } from './auction/listedBasket.js';
import { profitJudge } from './auction/roundCosts.js';
import { operatorKeyProblems, readOperatorSet } from './auction/operatorKeys.js';
import type { HubTerms } from './auction/auctionView.js';
import { SnapshotBook } from './book/snapshotBook.js';
import { carryIntents } from './bridge/messages.js';
import { describeDifference, securityDifferences } from './bridge/pathSecurity.js';
import { readSecurity } from './bridge/readSecurity.js';
import { askForVaa } from './bridge/wormhole.js';
import { openChains, type Chain } from './chain/chain.js';
import { defaultFinality } from './chain/finality.js';
import { paymentSettings } from './config/chainSettings.js';
import { ConfigError, type Config } from './config/config.js';
import { openDatabase, type Db } from './db/client.js';
import { migrate } from './db/migrate.js';
import { isCommit } from './dispatch/intent.js';
import { enqueueAgain } from './dispatch/outbox.js';
import { followChain } from './ingest/follow.js';
import { pruneRepeatedly } from './ingest/pruneHeaders.js';
import { systemClock } from './lib/clock.js';
import { describeError } from './lib/errors.js';
import { backoffMs, pause, unlessAborted } from './lib/retry.js';
import { Wake } from './lib/wake.js';
import { readNodeState, type NodeParts } from './operate/nodeState.js';
import { startOperations } from './operate/operations.js';
import { Pulse } from './operate/pulse.js';
import type { OperationsServer } from './operate/server.js';
import { SignerState } from './operate/signerState.js';
import { watchBalance } from './operate/watchBalance.js';
import { prepareIntent } from './prepareIntent.js';
import { openSigners, type Sender, type Signers } from './tx/openSigner.js';
import { hasAttempts } from './tx/attempts.js';
import { runLane } from './tx/runLane.js';
import type { OnStage } from './tx/stage.js';
import { unlessHalted } from './unlessHalted.js';
import { unlessSilent } from './unlessSilent.js';

export interface RunNodeArgs {
  readonly config: Config;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onStage: OnStage;
}

/** What is under way when a node is told to stop may come to its end; what hangs is left behind, for the rows know of it. */
const STOP_GRACE_MS = 2_000;
const BALANCE_INTERVAL_MS = 15_000;
/** How long the source of a message may take to say what has to be known of it. */
const SOURCE_PATIENCE_MS = 6_000;
/** The first round after a quiet time finds the book no further behind. */
const LEAD_ON_EVERY_MS = 10_000;

/** Runs a relayer node until the signal is aborted: follows every chain, decides, and sends. */
export async function runNode(args: RunNodeArgs): Promise<void> {
  const { config, log, signal } = args;
  // Everything that runs side by side waits on it.
  setMaxListeners(0, signal);
  const signers = await openSigners(config);
  // Nothing is connected before it is used.
  const database = openDatabase({
    url: config.databaseUrl,
    onIdleError: (error) => log.warn({ cause: error.message }, 'a database connection broke'),
  });
  const chains = openChains(config.deployment, config.chains);
  const pulse = new Pulse(
    chains.map((chain) => chain.name),
    Date.now(),
  );
  const lanes = lanesOf(args, signers, chains);
  let operations: OperationsServer | null = null;
  let api: ApiServer | null = null;
  try {
    const news = new Wake();
    const running: Running = { ...args, pulse, news, db: database.db, chains, signers, lanes };
    operations = await serve(running);
    if (operations !== null) log.info({ port: operations.port }, 'serving /healthz, /readyz and /metrics');
    api = await serveApi(running);
    if (api !== null) log.info({ url: api.url }, 'serving the API');
    await run(running);
  } finally {
    await operations?.close();
    if (api !== null) await withinGrace(api.close());
    for (const chain of chains) chain.provider.destroy();
    await withinGrace(database.close());
  }
}

/** One sender on one chain. */
interface Lane {
  readonly chain: Chain;
  readonly sender: Sender;
  /** Which of so many senders of the chain it is, for they share its work. */
  readonly index: number;
  readonly state: SignerState;
  /** Rows were written that may be this lane's. */
  readonly due: Wake;
}

/** What every stage of a running node has. */
interface Running extends RunNodeArgs {
  readonly pulse: Pulse;
  /** There is something that nobody has decided on: blocks, or a plan on its way. */
  readonly news: Wake;
  readonly db: Db;
  readonly chains: readonly Chain[];
  readonly signers: Signers;
  readonly lanes: readonly Lane[];
}

async function run(running: Running): Promise<void> {
  const { config, log, signal, db, chains, signers, lanes } = running;
  const migrated = await untilItWorks(running, 'the database', async () => {
    await migrate(config.databaseUrl);
    return true;
  });
  if (migrated === null) return;
  if (config.dryRun && (await hasAttempts(db))) {
    throw new ConfigError(['dryRun: a node that sends has used this database, give the dry run one of its own']);
  }
  const terms = await untilItWorks(running, 'the hub chain', () => readAllTerms(config, chains));
  if (terms === null) return;
  const signerProblems = await untilItWorks(running, 'the external signer', () => signers.problems());
  if (signerProblems === null) return;
  const problems = [...terms.problems, ...signerProblems];
  if (problems.length > 0) throw new ConfigError(problems);
  const insecure = await untilItWorks(running, 'every chain that a bridge reaches', () => insecurities(config, chains));
  if (insecure === null) return;
  if (insecure.length > 0) throw new ConfigError(insecure);
  log.info({ chains: chains.map((chain) => chain.name), network: config.deployment.network }, 'node is running');
  const stages = Promise.all([
    ...chains.map((chain) => follow(running, chain)),
    ...lanes.map((lane) => send(running, lane)),
    ...lanes.map((lane) => watch(running, lane)),
    decideRepeatedly(running, terms),
    pruneRepeatedly({ db, log, signal, chainIds: chains.map(({ chainId }) => chainId) }),
  ]);
  await unlessAborted(stages, signal);
  await withinGrace(stages);
}

async function serve(running: Running): Promise<OperationsServer | null> {
  const { operations: settings, deployment } = running.config;
  if (settings === undefined) return null;
  const totals = new AuctionTotalsReader(running.db, deployment);
  return startOperations({ ...partsOf(running), settings, auctionTotals: (nowMs) => totals.read(nowMs) });
}

function partsOf({ pulse, db, chains, lanes }: Running): NodeParts {
  return { pulse, db, chains, signerStates: lanes.map(({ state }) => state) };
}

function lanesOf({ config, log }: RunNodeArgs, { senders }: Signers, chains: readonly Chain[]): Lane[] {
  return chains.flatMap((chain) => {
    const { name } = chain;
    const { minBalanceWei } = paymentSettings(config, name);
    return senders.map((sender, index): Lane => {
      const state = new SignerState({ chain: name, address: sender.address, minBalanceWei, log });
      return { chain, sender, index, state, due: new Wake() };
    });
  });
}

/** How old a chain may be and how long an effect due, where no operations say so. */
const USUAL_LIMITS = { maxChainLagSec: 60, maxOverdueSec: 300 };

async function serveApi(running: Running): Promise<ApiServer | null> {
  const { config, log, chains } = running;
  const { api: settings, deployment, databaseUrl, dryRun, operations: limits = USUAL_LIMITS } = config;
  if (settings === undefined) return null;
  return startApi({
    settings,
    deployment,
    chains,
    databaseUrl,
    log,
    nodeState: async () => {
      const { problems, lanes } = await readNodeState(partsOf(running), limits);
      return { dryRun, ready: problems.length === 0, problems, lanes };
    },
  });
}

async function withinGrace(work: Promise<unknown>): Promise<void> {
  await unlessAborted(work, AbortSignal.timeout(STOP_GRACE_MS));
}

function follow(running: Running, chain: Chain): Promise<void> {
  const { config, log, signal, pulse, news, db } = running;
  const { deployment, pollIntervalMs } = config;
  const own = config.chains?.[chain.name];
  return followChain({
    chain,
    deployment,
    db,
    log,
    pollIntervalMs,
    wsUrl: own?.wsUrl,
    finality: own?.finality ?? defaultFinality(deployment.profile),
    acceptReorgTo: own?.acceptReorgTo ?? null,
    signal,
    cause: async (tx, rows) => enqueueAgain(tx, await carryIntents(tx, deployment, rows.messages)),
    onWritten: (keys) => tellWritten(running, keys),
    onStep: (outcome, why = '') => {
      if (outcome === 'halted') pulse.halted(chain.name, why);
      else if (outcome !== 'failed') pulse.released(chain.name);
      if (outcome === 'idle' || outcome === 'atHead') pulse.reachedHead(chain.name, Date.now());
      if (outcome === 'atHead') news.notify();
      if (outcome === 'reorg') pulse.reorganised(chain.name);
      if (outcome === 'behind' || outcome === 'lagging') pulse.behind(chain.name, why);
      if (outcome === 'failed') pulse.cannotRead(chain.name, why);
    },
  });
}

async function send(running: Running, { chain, sender, index, state, due }: Lane): Promise<void> {
  const { config, log, signal, onStage, pulse, news, db, chains, signers } = running;
  await runLane({
    chain,
    signer: sender.on(chain.chainId),
    share: { chainId: chain.chainId, senders: signers.senders.map(({ address }) => address), lane: index },
    maxInFlight: config.maxInFlight,
    db,
    databaseUrl: config.databaseUrl,
    log,
    signal,
    clock: systemClock,
    onStage: (stage, keys) => {
      // The next plan of the basket may stand on it.
      if (stage === 'sent' && keys.some(isCommit)) news.notify();
      return onStage(stage, keys);
    },
    maxFeePerGasWei: paymentSettings(config, chain.name).maxFeePerGasWei,
    replaceAfterMs: config.replaceAfterMs,
    dryRun: config.dryRun,
    observer: state,
    idleMs: Math.min(100, config.pollIntervalMs),
    due,
    prepare: ({ intent }) =>
      unlessHalted(pulse, chain.name, () => {
        const prepare = () => prepareIntent({ config, db, chains, chain, sender: sender.address, askForVaa }, intent);
        return intent.kind === 'carry' ? unlessSilent(SOURCE_PATIENCE_MS, prepare) : prepare();
      }),
    onFailure: () => pulse.failed('send', chain.name),
  });
}

async function watch({ signal }: Running, { chain, sender: { address }, state }: Lane): Promise<void> {
  await watchBalance({ chain, address, state, signal, everyMs: BALANCE_INTERVAL_MS });
}

async function decideRepeatedly(
  running: Running,
  { byBasket, operatorsOfSet }: Pick<NodeTerms, 'byBasket' | 'operatorsOfSet'>,
): Promise<void> {
  const { config, log, signal, pulse, news, db, chains } = running;
  const { deployment } = config;
  const hub = hubOf(config, chains);
  const domain = planDomain({ chainId: hub.chainId, auctionHub: deployment.hub.auctionHub });
  const spokeChainIds = new Map<SpokeId, ChainId>(
    deployment.spokes.map((spoke) => [spoke.id, chainOf(deployment, spoke.chain).chainId]),
  );
  const { operatorKeys, operatorSetId, maxSpokeLagSec } = config;
  const { profitability } = config;
  const ownOperators = operatorKeys.length;
  const judge =
    profitability === undefined
      ? null
      : profitJudge({ ...profitability, deployment, hub, chains, ownOperators, operatorsOfSet, log });
  const book = new SnapshotBook(
    deployment.baskets.map(({ id }) => id),
    spokeChainIds,
  );
  const common = {
    db,
    book,
    hub,
    deployment,
    domain,
    operatorKeys,
    operatorSetId,
    maxSpokeLagSec,
    spokeChainIds,
    judge,
  };
  const findBasket = basketFinder(deployment.baskets, log);
  let ledOnAtMs = -Infinity;
  const failing = new Set<AuctionId>();
  let failures = 0;
  while (!signal.aborted) {
    try {
      await decide({
        db,
        log,
        failing,
        hubChainId: hub.chainId,
        onWritten: (keys) => tellWritten(running, keys),
        roundArgs: (auction) => {
          if (pulse.haltedChains.has(hub.name)) return null;
          const basket = findBasket(auction);
          const basketTerms = byBasket.get(auction.basket);
          if (basket === null || basketTerms === undefined) return null;
          const haltedChainIds = idsOf(chains, [...pulse.haltedChains.keys()]);
          const awaitedChainIds = idsOf(chains, pulse.awaitedChains(Date.now()));
          return { ...common, basket, terms: basketTerms, auction, haltedChainIds, awaitedChainIds };
        },
      });
      if (performance.now() - ledOnAtMs > LEAD_ON_EVERY_MS) {
        await book.leadOn(db);
        ledOnAtMs = performance.now();
      }
      failures = 0;
    } catch (error) {
      failures += 1;
      pulse.failed('decide', hub.name);
      if (failures === 1) log.warn({ cause: describeError(error) }, 'cannot decide on auctions, retrying');
    }
    if (failures === 0) await news.wait(config.pollIntervalMs, signal);
    else await pause(backoffMs({ firstMs: 250, maxMs: 5_000 }, failures), signal);
  }
}

function idsOf(chains: readonly Chain[], names: readonly string[]): Set<ChainId> {
  return new Set(chains.filter(({ name }) => names.includes(name)).map(({ chainId }) => chainId));
}

async function tellWritten({ onStage, lanes }: Running, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await onStage('written', keys);
  for (const { due } of lanes) due.notify();
}

/** What has to be known of the hub before anything is decided, and what of the configuration it would refuse. */
interface NodeTerms {
  readonly byBasket: ReadonlyMap<BasketId, HubTerms>;
  readonly operatorsOfSet: number;
  readonly problems: readonly string[];
}

async function readAllTerms(config: Config, chains: readonly Chain[]): Promise<NodeTerms> {
  const { deployment, operatorSetId, operatorKeys } = config;
  const hub = hubOf(config, chains);
  const [terms, operatorSet] = await Promise.all([
    Promise.all(
      deployment.baskets.map(async ({ id }): Promise<[BasketId, HubTerms]> => [
        id,
        await readHubTerms(hub, deployment, id),
      ]),
    ),
    readOperatorSet(hub, deployment.hub.operatorSet, operatorSetId),
  ]);
  return {
    byBasket: new Map(terms),
    operatorsOfSet: operatorSet?.operators.length ?? 0,
    problems: operatorKeyProblems(operatorSetId, operatorSet, operatorKeys),
  };
}

/** What is below the minimum for money of production, on any bridge; a devnet's bridges are not asked. */
async function insecurities({ deployment }: Config, chains: readonly Chain[]): Promise<readonly string[]> {
  const { profile, spokes } = deployment;
  if (profile !== 'production') return [];
  const readings = await Promise.all(spokes.map((spoke) => readSecurity(deployment, chains, spoke)));
  return readings.flatMap((reading) => securityDifferences(profile, reading).map(describeDifference));
}

function hubOf({ deployment }: Config, chains: readonly Chain[]): Chain {
  const hub = chains.find((chain) => chain.name === deployment.hub.chain);
  if (hub === undefined) throw new Error(`no chain named ${deployment.hub.chain}`);
  return hub;
}

/** Waits for what a node cannot start without; says once what is missing, and when it is there. Null if told to stop meanwhile. */
async function untilItWorks<Value>(
  { log, signal, pulse }: Running,
  what: string,
  action: () => Promise<Value>,
): Promise<Value | null> {
  pulse.missing = what;
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const value = await unlessAborted(action(), signal);
      pulse.missing = null;
      if (attempt > 1 && value !== null) log.info({ what }, 'is answering');
      return value;
    } catch (error) {
      if (attempt === 1) log.warn({ missing: what, cause: describeError(error) }, 'waiting for what is missing');
      await pause(backoffMs({ firstMs: 250, maxMs: 5_000 }, attempt), signal);
    }
  }
  return null;
}
