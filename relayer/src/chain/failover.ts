import { JsonRpcProvider, Network, type JsonRpcPayload, type JsonRpcResult } from 'ethers';
import type { ChainId } from '@ala/shared/ids';
import { byHealth } from './endpointHealth.js';
import { providerOptions, type JsonRpcAnswer, type RpcEndpoint } from './rpcEndpoint.js';

/** JSON-RPC's "limit exceeded" (EIP-1474), and the HTTP status that some providers write in its place. */
const OVER_LIMIT = [-32_005, 429];

/**
 * One provider for all endpoints of a chain. A request goes to the healthiest; where that one is down, too slow, over its limit or answers
 * what is no answer, to the next. An error of JSON-RPC (a revert, an unknown block) is an answer. Raw transactions go to all.
 */
export class FailoverProvider extends JsonRpcProvider {
  constructor(
    chainId: ChainId,
    private readonly endpoints: readonly RpcEndpoint[],
  ) {
    const network = Network.from(chainId);
    // The URL is never asked: `_send` is the only way out.
    super('http://0.0.0.0', network, providerOptions(network));
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const requests = [payload].flat();
    const raw = requests.filter(isRawTransaction);
    const others = requests.filter((request) => !isRawTransaction(request));
    const answers = await Promise.all([
      others.length === 0 ? [] : this.askInTurn(others),
      raw.length === 0 ? [] : this.tellAll(raw),
    ]);
    return answers.flat() as JsonRpcResult[];
  }

  override destroy(): void {
    for (const endpoint of this.endpoints) endpoint.destroy();
    super.destroy();
  }

  private async askInTurn(requests: readonly JsonRpcPayload[]): Promise<JsonRpcAnswer[]> {
    const answered: JsonRpcAnswer[] = [];
    let open = [...requests];
    let refused: JsonRpcAnswer[] = [];
    let failure: unknown;
    for (const endpoint of this.ranked()) {
      try {
        const answers: JsonRpcAnswer[] = await endpoint._send(open);
        refused = answers.filter(isOverLimit);
        answered.push(...answers.filter((answer) => !isOverLimit(answer)));
        if (refused.length === 0) return answered;
        endpoint.failed('over its limit');
        open = open.filter(({ id }) => refused.some((answer) => answer.id === id));
      } catch (error) {
        failure ??= error;
      }
    }
    if (refused.length > 0) return [...answered, ...refused];
    throw failure;
  }

  /** In one request to each endpoint. For each transaction, the first that takes it decides. */
  private tellAll(requests: readonly JsonRpcPayload[]): Promise<JsonRpcAnswer[]> {
    const [first] = requests;
    const payload = first !== undefined && requests.length === 1 ? first : [...requests];
    const told = this.ranked().map((endpoint): Promise<JsonRpcAnswer[]> => endpoint._send(payload));
    return Promise.all(
      requests.map(({ id }) => {
        const asked = told.map(async (telling) => {
          const answer = (await telling).find((one) => one.id === id);
          if (answer === undefined) throw new Error('no answer');
          return answer;
        });
        return firstThatTakes(asked);
      }),
    );
  }

  private ranked(): RpcEndpoint[] {
    return byHealth(this.endpoints, Date.now());
  }
}

/** If none takes it, the healthiest that answers says why. */
async function firstThatTakes(asked: readonly Promise<JsonRpcAnswer>[]): Promise<JsonRpcAnswer> {
  const taken = asked.map(async (asking) => {
    const answer = await asking;
    if ('error' in answer) throw new Error(answer.error.message);
    return answer;
  });
  try {
    return await Promise.any(taken);
  } catch {
    return firstThatAnswers(asked);
  }
}

async function firstThatAnswers(asked: readonly Promise<JsonRpcAnswer>[]): Promise<JsonRpcAnswer> {
  const [first, ...others] = asked;
  if (first === undefined) throw new Error('no endpoint');
  return others.length === 0 ? first : first.catch(() => firstThatAnswers(others));
}

function isRawTransaction({ method }: JsonRpcPayload): boolean {
  return method === 'eth_sendRawTransaction';
}

/** A range of logs that is too long for a node is a matter of the range, not of the node. */
function isOverLimit(answer: JsonRpcAnswer): boolean {
  return 'error' in answer && OVER_LIMIT.includes(answer.error.code);
}
