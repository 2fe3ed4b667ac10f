import { ChainReader, type LogRequest, type Pin, type ReadLog } from '../e2e/check-balances/chainReader.js';
import type { NetworkChain } from '../e2e/check-balances/network.js';
import type { DirectProvider } from './directProvider.js';

/** Logs of the blocks that all worlds begin with, by what was asked for. */
export type BaseLogs = Map<string, Promise<readonly ReadLog[]>>;

/** The checker's view of one chain. What all worlds begin with is read in the first of them alone. */
export class WorldReader extends ChainReader {
  private readonly base: ChainReader;

  /**
   * @param baseBlock The last that all worlds have.
   * @param baseLogs Of this chain, whichever world it is in.
   */
  constructor(
    chain: NetworkChain,
    provider: DirectProvider,
    private readonly baseBlock: number,
    private readonly baseLogs: BaseLogs,
  ) {
    super({ ...chain, startBlock: baseBlock + 1 }, provider);
    this.base = new ChainReader(chain, provider);
  }

  override async logs(pin: Pick<Pin, 'number'>, request: LogRequest): Promise<ReadLog[]> {
    const [known, newer] = await Promise.all([this.known(request), super.logs(pin, request)]);
    return [...known, ...newer];
  }

  private known(request: LogRequest): Promise<readonly ReadLog[]> {
    const key = JSON.stringify([request.from, request.events, request.topics]);
    const logs = this.baseLogs.get(key) ?? this.base.logs({ number: this.baseBlock }, request);
    this.baseLogs.set(key, logs);
    return logs;
  }
}
