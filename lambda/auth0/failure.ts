import { CollectorError, type FailureCode } from '../platform/errors.ts';
import type { Secret } from '../platform/secret.ts';
import type { HttpAnswer } from './http.ts';
import { retryAfterMs } from './rate-limit.ts';

/** What an error body of Auth0 may hold; the two endpoints use different fields. */
interface ErrorBody {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly message?: unknown;
  readonly errorCode?: unknown;
}

/** Names a refusal of `POST /oauth/token`; a server that repeats the secret does not get it told on. */
export function tokenFailure(
  answer: HttpAnswer,
  host: string,
  clientSecret: Secret,
  nowMs: number,
): CollectorError {
  const body = errorBody(answer.body);
  const words = textOf(body?.error_description) ?? textOf(body?.message) ?? textOf(body?.error);
  const said = words?.replaceAll(clientSecret.reveal(), String(clientSecret));
  return named(tokenFailureCode(answer.status, body, said ?? ''), `token from ${host}`, {
    answer,
    said,
    nowMs,
  });
}

function tokenFailureCode(status: number, body: ErrorBody | undefined, said: string): FailureCode {
  if (isRedirect(status)) return 'AUTH0_NOT_JSON';
  if (status === 429) return 'AUTH0_429_QUOTA';
  if (status >= 500 || status === 408) return 'AUTH0_5XX';
  if (said.startsWith('Service not enabled within domain')) return 'AUTH0_403_AUDIENCE';
  if (status === 401) return 'AUTH0_401_CREDENTIALS';
  if (said.startsWith('Grant type')) return 'AUTH0_403_GRANT_TYPE';
  if (said.startsWith('Client is not authorized')) return 'AUTH0_403_NOT_AUTHORIZED';
  if (body?.error === 'unauthorized_client') return 'AUTH0_403_NOT_AUTHORIZED';
  if (status === 403) return 'AUTH0_403_DENIED';
  if (status === 404) return 'AUTH0_404_TENANT';
  return body === undefined ? 'AUTH0_404_TENANT' : 'AUTH0_400_REQUEST';
}

/** Names a refusal of `GET /api/v2/logs`. */
export function logsFailure(
  answer: HttpAnswer,
  host: string,
  nowMs: number,
  isCheckpointMode: boolean,
): CollectorError {
  const body = errorBody(answer.body);
  const said = textOf(body?.message) ?? textOf(body?.error);
  return named(logsFailureCode(answer.status, isCheckpointMode), `log events from ${host}`, {
    answer,
    said,
    nowMs,
  });
}

function logsFailureCode(status: number, isCheckpointMode: boolean): FailureCode {
  if (isRedirect(status)) return 'AUTH0_NOT_JSON';
  if (status === 429) return 'AUTH0_429_RATE';
  if (status >= 500 || status === 408) return 'AUTH0_5XX';
  if (status === 401) return 'AUTH0_401_TOKEN';
  if (status === 403) return 'AUTH0_403_SCOPE';
  if (status === 404) return 'AUTH0_404_TENANT';
  const isOfCursor = isCheckpointMode && (status === 400 || status === 414);
  return isOfCursor ? 'AUTH0_400_CURSOR' : 'AUTH0_400_REQUEST';
}

interface Context {
  readonly answer: HttpAnswer;
  readonly said: string | undefined;
  readonly nowMs: number;
}

function named(code: FailureCode, what: string, { answer, said, nowMs }: Context): CollectorError {
  const words = said === undefined ? '' : `: ${said}`;
  return new CollectorError(code, `Auth0 answered ${answer.status} to ${what}${words}`, {
    retryAfterMs: tellsWhen(answer.status) ? retryAfterMs(answer.headers, nowMs) : undefined,
  });
}

/** Auth0 redirects none of these requests; a proxy in between does, to its sign-in page. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** Servers that are overloaded or in maintenance say when to come again, too. */
const tellsWhen = (status: number): boolean => status === 429 || status === 503;

function errorBody(body: Buffer): ErrorBody | undefined {
  try {
    const parsed: unknown = JSON.parse(body.subarray(0, ERROR_BODY_BYTES_MAX).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const ERROR_BODY_BYTES_MAX = 64 * 1024;
const SAID_CHARS_MAX = 300;

/** The words of the server go into logs: one line, bounded. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, SAID_CHARS_MAX)
    : undefined;
