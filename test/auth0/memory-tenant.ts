import { type LogEvent, type RejectedEvent, readLogEvent } from '../../lambda/auth0/log-event.ts';
import { compareLogIds } from '../../lambda/auth0/log-id.ts';
import type { LogsAnswer, LogsApi, OnHead, SearchQuery } from '../../lambda/auth0/logs-api.ts';
import type { NextLink } from '../../lambda/auth0/next-link.ts';
import type { RateLimit } from '../../lambda/auth0/rate-limit.ts';
import type { TokenKeeper } from '../../lambda/auth0/token-keeper.ts';
import type { CollectorError } from '../../lambda/platform/errors.ts';
import { Secret } from '../../lambda/platform/secret.ts';

/** One event of a tenant that lives in memory. */
export interface Entry {
  /** Its place in the log, also when the event shows no id. */
  readonly logId: string;
  readonly date?: string;
  /** Served instead of an event: something that can't be read as one. */
  readonly garbage?: string;
}

/** A request as the tenant sees it. */
export interface Asked {
  readonly token: string;
  readonly from?: string;
  readonly take?: number;
  readonly query?: SearchQuery;
  readonly logId?: string;
}

export interface TenantBehaviour {
  /** The most events of a page, whatever was asked. */
  readonly pageMax?: (asked: Asked) => number;
  /** What is thrown instead of an answer. */
  readonly refuse?: (asked: Asked) => CollectorError | undefined;
  /** Instead of the link to the last id of the page. */
  readonly next?: (asked: Asked, lastId: string) => NextLink;
  readonly rateLimit?: () => RateLimit | undefined;
}

export interface MemoryTenant extends LogsApi {
  /** Ingests an event. */
  ingest(entry: Entry): void;
}

/** The logs endpoint over a list of events. */
export function memoryTenant(
  entries: readonly Entry[],
  behaviour: TenantBehaviour = {},
): MemoryTenant {
  const { pageMax = () => 100, refuse, rateLimit } = behaviour;
  const next = behaviour.next ?? ((_asked, lastId) => ({ kind: 'from', from: lastId }));
  const stored = [...entries];
  const byId = () => stored.toSorted((a, b) => compareLogIds(a.logId, b.logId));
  const answer = async (
    asked: Asked,
    found: readonly Entry[],
    onHead: OnHead | undefined,
  ): Promise<LogsAnswer> => {
    const refusal = refuse?.(asked);
    if (refusal !== undefined) throw refusal;
    const size = Math.min(asked.take ?? asked.query?.perPage ?? 0, pageMax(asked));
    const page = found.slice(0, size);
    const lastId = page.at(-1)?.logId ?? asked.from ?? '';
    const head = {
      next: asked.query === undefined ? next(asked, lastId) : ({ kind: 'none' } as const),
      rateLimit: rateLimit?.(),
    };
    await onHead?.(head);
    return { ...head, events: page.map(served) };
  };
  return {
    ingest: (entry) => {
      stored.push(entry);
    },
    after: (token, from, take, onHead) =>
      answer(
        { token: token.reveal(), from, take },
        byId().filter(({ logId }) => compareLogIds(logId, from) > 0),
        onHead,
      ),
    search: (token, query, onHead) =>
      answer({ token: token.reveal(), query }, matching(byId(), query), onHead),
    has: async (token, logId) => {
      const refusal = refuse?.({ token: token.reveal(), logId });
      if (refusal !== undefined) throw refusal;
      return stored.some((entry) => entry.logId === logId);
    },
  };
}

export const served = ({ logId, date, garbage }: Entry): LogEvent | RejectedEvent =>
  readLogEvent(Buffer.from(garbage ?? JSON.stringify({ log_id: logId, type: 's', date })));

const DATE_RANGE_PATTERN = /^date:\[(\S+) TO (\S+)\}$/;

function matching(entries: readonly Entry[], query: SearchQuery): Entry[] {
  const [, from, to] = DATE_RANGE_PATTERN.exec(query.q ?? '') ?? [];
  const isWithin = ({ date }: Entry): boolean =>
    from === undefined || to === undefined || (date !== undefined && date >= from && date < to);
  const direction = query.sort === 'date:1' ? 1 : -1;
  return entries
    .filter(isWithin)
    .toSorted((a, b) => direction * (a.date ?? '').localeCompare(b.date ?? ''));
}

/** Hands out `token-1`, and the next number each time it has to ask again. */
export function memoryTokens(refuse?: () => CollectorError | undefined): TokenKeeper {
  let requests = 0;
  const renew = async (): Promise<Secret> => {
    requests += 1;
    const refusal = refuse?.();
    if (refusal !== undefined) throw refusal;
    return new Secret(`token-${requests}`);
  };
  return {
    current: async () => (requests === 0 ? renew() : new Secret(`token-${requests}`)),
    renew,
    get requests() {
      return requests;
    },
  };
}

/** An id as Auth0 makes them: it tells when the event was ingested. */
export function timedId(ingestedAtMs: number, counter: number): string {
  const digits = new Date(ingestedAtMs).toISOString().replaceAll(/\D/g, '');
  return `900${digits}${String(counter).padStart(36, '0')}`;
}
