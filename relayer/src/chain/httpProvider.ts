import {
  JsonRpcProvider,
  makeError,
  type FetchCancelSignal,
  type FetchRequest,
  type GetUrlResponse,
  type JsonRpcPayload,
  type JsonRpcResult,
} from 'ethers';
import { MalformedAnswerError } from '../lib/errors.js';

/**
 * Takes large answers as they come. ethers copies an answer anew at each piece that arrives and decodes it letter by letter: the logs of
 * 500 full blocks would take seconds, and many times their size in memory.
 */
export class HttpProvider extends JsonRpcProvider {
  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const request = this._getConnection();
    request.getUrlFunc = fetchUrl;
    request.body = JSON.stringify(payload);
    request.setHeader('content-type', 'application/json');
    const response = await request.send();
    response.assertOk();
    return [parse(response.body)].flat() as JsonRpcResult[];
  }
}

/** Reads in place, where a `Buffer` of other bytes is a copy of them. */
const UTF8 = new TextDecoder();

function parse(body: Uint8Array | null): unknown {
  try {
    return JSON.parse(UTF8.decode(body ?? new Uint8Array())) as unknown;
  } catch (cause) {
    throw new MalformedAnswerError('the node does not answer in JSON, use another one', { cause });
  }
}

const LATE = new Error('the time of the request is over');

/** What ethers asks a transport for, by `fetch`. */
async function fetchUrl(request: FetchRequest, signal?: FetchCancelSignal): Promise<GetUrlResponse> {
  const { url, method, headers, body, timeout } = request;
  const over = new AbortController();
  signal?.addListener(() => over.abort());
  // For a request from its first to its last byte.
  const timer = setTimeout(() => over.abort(LATE), timeout);
  try {
    const response = await fetch(url, { method, headers, body, signal: over.signal });
    const answer = new Uint8Array(await response.arrayBuffer());
    const { status: statusCode, statusText: statusMessage } = response;
    return { statusCode, statusMessage, headers: Object.fromEntries(response.headers), body: answer };
  } catch (error) {
    if (over.signal.reason === LATE)
      throw makeError('request timeout', 'TIMEOUT', { operation: 'request', reason: 'timeout', request });
    if (over.signal.aborted) throw makeError('request cancelled', 'CANCELLED');
    // `fetch failed` says nothing; its cause names the connection's problem.
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  } finally {
    clearTimeout(timer);
  }
}
