import type { JsonRpcProvider, JsonRpcPayload } from 'ethers';
import { MalformedAnswerError } from '../lib/errors.js';
import type { JsonRpcAnswer } from './rpcEndpoint.js';

export interface RpcRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What most nodes take in one HTTP request. */
const REQUESTS_AT_ONCE = 100;

/**
 * Results in the order of the requests, which go out together and at once. ethers would wait for a turn of the event loop, and keep a
 * timer, a promise and an event for each.
 * @throws what ethers makes of the first error that the node answers, or of a node that does not.
 */
export async function sendTogether(
  provider: JsonRpcProvider,
  requests: readonly RpcRequest[],
): Promise<readonly unknown[]> {
  const outcomes = await settleTogether(provider, requests);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/**
 * As `sendTogether`, each request with its own outcome.
 * @throws what a node failed with that does not answer.
 */
export async function settleTogether(
  provider: JsonRpcProvider,
  requests: readonly RpcRequest[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const payloads = requests.map(({ method, params }, id): JsonRpcPayload => ({
    jsonrpc: '2.0',
    id,
    method,
    params: [...params],
  }));
  const starts = Array.from({ length: Math.ceil(payloads.length / REQUESTS_AT_ONCE) }, (_, index) => index);
  const parts = starts.map((index) => payloads.slice(index * REQUESTS_AT_ONCE, (index + 1) * REQUESTS_AT_ONCE));
  const answers = await Promise.all(parts.map((part): Promise<JsonRpcAnswer[]> => provider._send(part)));
  const answerOf = new Map(answers.flat().map((answer) => [answer.id, answer]));
  return payloads.map((payload) => {
    const answer = answerOf.get(payload.id);
    if (answer === undefined) throw new MalformedAnswerError('the node leaves a request without an answer');
    return 'error' in answer
      ? { status: 'rejected', reason: provider.getRpcError(payload, answer) }
      : { status: 'fulfilled', value: answer.result as unknown };
  });
}
