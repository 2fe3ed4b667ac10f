import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DrizzleQueryError } from 'drizzle-orm';
import type { ProblemDetails } from '@ala/shared/api/problem';
import { AlaError, InvalidValueError } from '@ala/shared/errors';
import { describeError, UnavailableError } from '../lib/errors.js';

type FieldError = NonNullable<ProblemDetails['errors']>[number];

/** A request that is answered with a problem; the message says what to do. */
export class ApiProblem extends AlaError {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors?: readonly FieldError[],
  ) {
    super(detail);
  }
}

export function notFound(what: string): ApiProblem {
  return new ApiProblem(404, what);
}

export const PROBLEM_TYPE = 'application/problem+json';

/** Pure: the problem details of whatever a request failed with; what the caller cannot mend is not told to him. */
export function problemOf(error: unknown, path: string): ProblemDetails {
  const { status, detail, errors } = judge(error);
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: path,
    ...(errors !== undefined && { errors: [...errors] }),
  };
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: unknown): FastifyReply {
  const problem = problemOf(error, pathOf(request.url));
  if (problem.status >= 500) request.log.warn({ path: problem.instance, cause: describeError(error) }, problem.title);
  if (problem.status === 503) void reply.header('retry-after', '1');
  return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

/** What was asked for, without what it was asked with. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0]?.slice(0, 200) ?? '/';
}

interface Judgement {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

function judge(error: unknown): Judgement {
  if (error instanceof ApiProblem) {
    return { status: error.status, detail: error.message, ...(error.errors !== undefined && { errors: error.errors }) };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      field: `${error.validationContext ?? 'request'}${instancePath.replaceAll('/', '.')}`,
      problem: message ?? 'is not valid',
    }));
    return { status: 400, detail: 'correct what `errors` names; /v1/openapi.json says what is expected', errors };
  }
  if (error instanceof InvalidValueError) return { status: 400, detail: error.message };
  if (error instanceof UnavailableError) return { status: 503, detail: error.message };
  if (isDatabaseError(error)) {
    return { status: 503, detail: 'the database does not answer in time: ask again in a moment' };
  }
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status >= 400 && status < 500) return { status, detail: describeError(error) };
  return { status: 500, detail: "this is a mistake of the node's: its log says more" };
}

/** A server that is not there, or a statement that took too long. A wrong statement is a mistake of ours, and no such error. */
function isDatabaseError(error: unknown): boolean {
  if (error instanceof DrizzleQueryError) return isDatabaseError(error.cause);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Connections refused, cut or timed out; classes 08 (connection), 53 (resources), 57 (operator intervention, timeouts).
  return (
    /^(E[A-Z]+|08...|53...|57...)$/.test(code) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(error.message)
  );
}
