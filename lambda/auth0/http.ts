import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { CollectorError } from '../platform/errors.ts';

/** An answer of Auth0, whatever its status; header names are in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpLimits {
  /** Longest silence on the connection. */
  readonly idleTimeoutMs: number;
  /** Longest time for the whole answer, so that a server that trickles can't hold a poll. */
  readonly totalTimeoutMs: number;
  /** Largest body after decompression. */
  readonly responseBytesMax: number;
}

/** 100 events of at most a few hundred KB; one event alone may be larger than 2 MB. */
export const RESPONSE_BYTES_MAX = 32 * 1024 * 1024;
export const HTTP_LIMITS: HttpLimits = {
  idleTimeoutMs: 15_000,
  totalTimeoutMs: 45_000,
  responseBytesMax: RESPONSE_BYTES_MAX,
};

const USER_AGENT = 'auth0-log-collector';

/**
 * One HTTP client with kept-alive connections. It resolves with any status; what prevents an answer
 * is thrown with its name.
 */
export function createHttp(limits: HttpLimits = HTTP_LIMITS): Http {
  const client = axios.create({
    httpAgent: new http.Agent({ keepAlive: true }),
    httpsAgent: new https.Agent({ keepAlive: true }),
    headers: { 'User-Agent': USER_AGENT },
    responseType: 'arraybuffer',
    timeout: limits.idleTimeoutMs,
    maxContentLength: limits.responseBytesMax,
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
  });
  return (request) => send(client, limits, request);
}

async function send(
  client: AxiosInstance,
  limits: HttpLimits,
  request: HttpRequest,
): Promise<HttpAnswer> {
  try {
    const answer = await client.request<Buffer>({
      method: request.method,
      url: request.url,
      ...(request.headers && { headers: { ...request.headers } }),
      ...(request.form && { data: new URLSearchParams(request.form) }),
      signal: AbortSignal.timeout(limits.totalTimeoutMs),
    });
    return {
      status: answer.status,
      headers: answer.headers as HttpAnswer['headers'],
      body: answer.data,
    };
  } catch (thrown) {
    throw nameFailure(thrown, new URL(request.url), limits);
  }
}

const TLS_CODE_PATTERN = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO|ERR_SSL/;

function nameFailure(thrown: unknown, url: URL, limits: HttpLimits): CollectorError {
  const where = `${url.host}${url.pathname}`;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = (isAxiosError(thrown) ? thrown.code : undefined) ?? '';
  // The error of axios holds the request with its token, so only its words are kept.
  const cause = new Error(`${code} ${message}`.trim());
  const failure = (name: CollectorError['code'], text: string) =>
    new CollectorError(name, `${text} (${where})`, { cause });

  if (message.includes('maxContentLength')) {
    return failure(
      'AUTH0_RESPONSE_TOO_LARGE',
      `The answer is larger than ${limits.responseBytesMax} bytes`,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failure('AUTH0_DNS', `The host name ${url.hostname} could not be resolved`);
  }
  if (TLS_CODE_PATTERN.test(code)) {
    return failure('AUTH0_TLS', `No trusted TLS connection: ${message}`);
  }
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED') {
    return failure('AUTH0_TIMEOUT', 'No complete answer in time');
  }
  return failure('AUTH0_CONNECTION', `The connection failed: ${code || message}`);
}
