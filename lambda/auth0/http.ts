import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { HttpsProxyAgent } from 'https-proxy-agent';
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
 *
 * @param httpsProxyUrl where `https:` requests are tunnelled through; without it they go directly
 */
export function createHttp(limits: HttpLimits = HTTP_LIMITS, httpsProxyUrl?: string): Http {
  const proxy = httpsProxyUrl === undefined ? undefined : new URL(httpsProxyUrl);
  const client = axios.create({
    httpAgent: new http.Agent({ keepAlive: true }),
    httpsAgent: proxy === undefined ? new https.Agent({ keepAlive: true }) : tunnelAgent(proxy),
    headers: { 'User-Agent': USER_AGENT },
    responseType: 'arraybuffer',
    timeout: limits.idleTimeoutMs,
    maxContentLength: limits.responseBytesMax,
    maxRedirects: 0,
    // The proxies of axios open a new tunnel for each request, and hand out the proxy's own answer
    // as if it were Auth0's.
    proxy: false,
    validateStatus: () => true,
  });
  return (request) => send({ client, limits, proxy }, request);
}

/** What a request is sent with. */
interface Sender {
  readonly client: AxiosInstance;
  readonly limits: HttpLimits;
  readonly proxy: URL | undefined;
}

/** The proxy did not open the tunnel, so what it said is not an answer of Auth0. */
class TunnelRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The proxy answered ${status} to CONNECT`);
    this.status = status;
  }
}

function tunnelAgent(proxy: URL): https.Agent {
  const agent = new HttpsProxyAgent(proxy, { keepAlive: true });
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
    if (statusCode !== 200) request.destroy(new TunnelRefused(statusCode));
  });
  return agent;
}

async function send(sender: Sender, request: HttpRequest): Promise<HttpAnswer> {
  const { client, limits } = sender;
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
    throw nameFailure(thrown, new URL(request.url), sender);
  }
}

const TLS_CODE_PATTERN = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|EPROTO|ERR_SSL/;

function nameFailure(thrown: unknown, url: URL, { limits, proxy }: Sender): CollectorError {
  const through = proxy === undefined ? '' : ` through the proxy ${proxy.host}`;
  const where = `${url.host}${url.pathname}${through}`;
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
  const refusal = isAxiosError(thrown) ? thrown.cause : undefined;
  if (refusal instanceof TunnelRefused) {
    const isForAPerson = refusal.status < 500;
    return failure(isForAPerson ? 'AUTH0_PROXY' : 'AUTH0_CONNECTION', refusal.message);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    // Behind a proxy it is the proxy that looks the tenant up.
    const { hostname } = proxy ?? url;
    return failure('AUTH0_DNS', `The host name ${hostname} could not be resolved`);
  }
  if (TLS_CODE_PATTERN.test(code)) {
    return failure('AUTH0_TLS', `No trusted TLS connection: ${message}`);
  }
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ERR_CANCELED') {
    return failure('AUTH0_TIMEOUT', 'No complete answer in time');
  }
  return failure('AUTH0_CONNECTION', `The connection failed: ${code || message}`);
}
