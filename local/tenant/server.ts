import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLANS, type RateLimitRule } from '../../lambda/auth0/plan.ts';
import type { PlanName } from '../../lambda/platform/names.ts';
import { type Answer, apiError, jsonAnswer } from './answer.ts';
import type { EventBlocks } from './event-block.ts';
import { type Endpoint, FaultScript } from './faults.ts';
import { answerLog, answerLogs } from './logs-endpoint.ts';
import { RateBucket } from './rate-bucket.ts';
import { type Application, answerTokenRequest } from './token-endpoint.ts';
import { TokenIssuer } from './tokens.ts';
import { parseForm, readBody, respond } from './wire.ts';

export interface SimulatedTenantOptions {
  readonly events: EventBlocks;
  readonly applications: Application[];
  readonly plan: PlanName;
  /** Replaces the plan's rate limit. */
  readonly rateLimit?: RateLimitRule;
  /** Replaces the plan's retention; 0 keeps everything. */
  readonly retentionDays?: number;
  /** The tenant's own name, when it is reached under another (a custom domain). */
  readonly canonicalDomain?: string;
  /** Served over TLS under this name; without it over HTTP under the address. */
  readonly tls?: { readonly name: string; readonly key: string; readonly cert: string };
  readonly tokenLifetimeSeconds?: number;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Pages are never larger, so that few events make many pages. */
  readonly pageEventsMax?: number;
  /** Every answer waits this long. */
  readonly latencyMs?: number;
  readonly nowMs?: () => number;
  /** Called before each answer: a living tenant gets its new events here. */
  readonly beforeAnswer?: () => void;
  readonly onTokenIssued?: (clientId: string) => void;
  readonly onAnswered?: (exchange: Exchange) => void;
}

/** A request that is over. */
export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Undefined when the connection was reset or stalled instead. */
  readonly status: number | undefined;
  /** Log events that were answered. */
  readonly events: number;
  readonly durationMs: number;
}

/** A running simulated tenant. */
export interface SimulatedTenant {
  /** `127.0.0.1:port`: its domain for a collector. */
  readonly host: string;
  readonly events: EventBlocks;
  /** May be changed while it runs: secrets rotated, scopes taken away. */
  readonly applications: Application[];
  readonly faults: FaultScript;
  expireTokens(): void;
  stop(): Promise<void>;
}

const DAY_MS = 24 * 3600_000;
const TOKEN_LIFETIME_SECONDS = 86_400;
/** Token requests a second. */
const TOKEN_RATES: Readonly<Record<PlanName, number>> = {
  free: 30,
  essentials: 25,
  professional: 25,
  enterprise: 100,
};

/** Starts the server of a simulated tenant on loopback. */
export async function startSimulatedTenant(
  options: SimulatedTenantOptions,
): Promise<SimulatedTenant> {
  const tenant = new Tenant(options);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    tenant.handle(request, response).catch(() => response.destroy());
  };
  const { tls } = options;
  const server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  tenant.host = host;
  return {
    host,
    events: options.events,
    applications: options.applications,
    faults: tenant.faults,
    expireTokens: () => tenant.issuer.expireAll(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Tenant {
  host = '';
  readonly issuer: TokenIssuer;
  readonly faults = new FaultScript();
  readonly #options: SimulatedTenantOptions;
  readonly #nowMs: () => number;
  readonly #logsBucket: RateBucket;
  readonly #tokenBucket: RateBucket;
  #lastPage: Answer | undefined;

  constructor(options: SimulatedTenantOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.issuer = new TokenIssuer(this.#nowMs);
    const rule = options.rateLimit ?? PLANS[options.plan].rateLimit;
    this.#logsBucket = new RateBucket(rule, this.#nowMs);
    const tokenRate = TOKEN_RATES[options.plan];
    this.#tokenBucket = new RateBucket(
      { burst: tokenRate, sustained: tokenRate, perSeconds: 1 },
      this.#nowMs,
    );
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAtMs = performance.now();
    const url = new URL(request.url ?? '/', this.#origin());
    const body = await readBody(request);
    this.#options.beforeAnswer?.();
    const endpoint = endpointOf(url);
    const actions = endpoint === undefined ? [] : this.faults.next(endpoint);
    const isTokenExpiry = actions.some((action) => action.do === 'expire-tokens');
    if (isTokenExpiry) this.issuer.expireAll();
    const answer = this.#answer(request, url, body);
    const latencyMs = this.#options.latencyMs ?? 0;
    if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
    // `x-ratelimit-reset` is read against it, so both must come from one clock.
    response.setHeader('date', new Date(this.#nowMs()).toUTCString());
    const isPage = url.searchParams.has('from');
    const sent = await respond(response, answer, actions, isPage ? this.#lastPage : undefined);
    this.#options.onAnswered?.({
      method: request.method ?? '',
      path: `${url.pathname}${url.search}`,
      status: sent?.status,
      events: sent?.events ?? 0,
      durationMs: performance.now() - startedAtMs,
    });
    if (isPage && answer.status === 200) this.#lastPage = answer;
  }

  #origin(): string {
    const { tls } = this.#options;
    return tls === undefined ? `http://${this.host}` : `https://${tls.name}`;
  }

  #answer(request: IncomingMessage, url: URL, body: string): Answer {
    if (url.pathname === '/oauth/token') {
      return request.method === 'POST' ? this.#token(request, body) : notFound();
    }
    if (url.pathname !== '/api/v2/logs' && !url.pathname.startsWith('/api/v2/logs/')) {
      return notFound();
    }
    return request.method === 'GET' ? this.#logs(request, url) : notFound();
  }

  #token(request: IncomingMessage, body: string): Answer {
    const rate = this.#tokenBucket.take();
    if (!rate.isAllowed) {
      return jsonAnswer(
        429,
        { error: 'too_many_requests', error_description: 'Global limit has been reached' },
        { 'retry-after': '1' },
      );
    }
    const parsed = parseForm(request.headers['content-type'] ?? '', body);
    const { applications, canonicalDomain, onTokenIssued } = this.#options;
    const answer = answerTokenRequest(
      {
        applications,
        issuer: this.issuer,
        audienceHosts: () => (canonicalDomain === undefined ? [this.host] : [canonicalDomain]),
        tokenLifetimeSeconds: this.#options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
        nowMs: this.#nowMs,
      },
      this.host,
      parsed,
    );
    if (answer.status === 200) onTokenIssued?.(String(parsed['client_id']));
    return answer;
  }

  #logs(request: IncomingMessage, url: URL): Answer {
    const refusal = this.#authorize(request.headers.authorization);
    if (refusal !== undefined) return refusal;
    const rate = this.#logsBucket.take();
    const headers = {
      'x-ratelimit-limit': String(rate.limit),
      'x-ratelimit-remaining': String(rate.remaining),
      'x-ratelimit-reset': String(rate.resetSeconds),
    };
    if (!rate.isAllowed) {
      return apiError(429, 'Global limit has been reached', 'too_many_requests', headers);
    }
    const { events, plan, retentionDays = PLANS[plan].retentionDays } = this.#options;
    const parts = {
      events,
      retainedFromMs: () => (retentionDays === 0 ? 0 : this.#nowMs() - retentionDays * DAY_MS),
      pageEventsMax: this.#options.pageEventsMax ?? Number.POSITIVE_INFINITY,
    };
    const logId = url.pathname.slice('/api/v2/logs/'.length);
    const answer =
      url.pathname === '/api/v2/logs' ? answerLogs(parts, url) : answerLog(parts, decoded(logId));
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }

  #authorize(header: string | undefined): Answer | undefined {
    if (header === undefined) return apiError(401, 'Missing authentication', 'missing_token');
    const token = /^Bearer (\S+)$/.exec(header)?.[1];
    if (token === undefined) {
      return apiError(400, 'Bad HTTP authentication header format', 'Bearer');
    }
    const grant = this.issuer.read(token);
    if (grant === undefined) return invalidToken();
    const scopes = grant.scope.split(' ');
    // Scopes live in the token: what is taken away shows with the next one.
    if (scopes.includes('read:logs') || scopes.includes('read:logs_users')) return undefined;
    return apiError(
      403,
      'Insufficient scope, expected any of: read:logs,read:logs_users',
      'insufficient_scope',
    );
  }
}

const notFound = (): Answer => apiError(404, 'Not Found');

const invalidToken = (): Answer =>
  jsonAnswer(401, {
    statusCode: 401,
    error: 'Unauthorized',
    message: 'Invalid token',
    attributes: { error: 'Invalid token' },
  });

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function endpointOf(url: URL): Endpoint | undefined {
  if (url.pathname === '/oauth/token') return 'token';
  return url.pathname === '/api/v2/logs' ? 'logs' : undefined;
}
