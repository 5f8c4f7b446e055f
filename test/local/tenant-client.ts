import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { EventBlocks, TextBlock, type TextEvent } from '../../local/tenant/event-block.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import {
  type SimulatedTenant,
  type SimulatedTenantOptions,
  startSimulatedTenant,
} from '../../local/tenant/server.ts';

export const NOW = Date.parse('2026-03-10T12:00:00.000Z');
export const CLIENT_ID = 'reader';
export const CLIENT_SECRET = 'reader-secret';

/** A clock that stands still until a test moves it. */
export class TestClock {
  ms = NOW;
  readonly now = (): number => this.ms;
}

export function makeEvent(
  ingestedMs: number,
  counter: number,
  more: Readonly<Record<string, unknown>> = {},
  dateMs: number = ingestedMs,
): TextEvent & { readonly logId: string } {
  const logId = makeLogId(ingestedMs, 0, counter);
  const event = { date: new Date(dateMs).toISOString(), type: 's', log_id: logId, ...more };
  return { logId, dateMs, ingestedMs, json: Buffer.from(JSON.stringify(event)) };
}

/** Events a second apart, the newest a second ago. */
export const makeEvents = (count: number) =>
  Array.from({ length: count }, (_, index) => makeEvent(NOW - (count - index) * 1000, index));

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: () => unknown;
}

/** A simulated tenant that ends with the test, and a client that may read its logs. */
export interface Served {
  readonly tenant: SimulatedTenant;
  readonly origin: string;
  readonly block: TextBlock;
  readonly clock: TestClock;
  readonly audience: string;
  /** The form that gets a token, and changes to it; undefined leaves a field out. */
  form(changes?: Readonly<Record<string, string | undefined>>): Record<string, string>;
  askToken(changes?: Readonly<Record<string, string | undefined>>): Promise<Got>;
  newToken(): Promise<string>;
  /** `GET` with a token of its own kind, got at the first call. */
  get(pathOrUrl: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
}

export async function serve(
  events: readonly TextEvent[],
  options: Partial<SimulatedTenantOptions> = {},
): Promise<Served> {
  const clock = new TestClock();
  const block = new TextBlock(events);
  const blocks = new EventBlocks();
  blocks.add(block);
  const tenant = await startSimulatedTenant({
    events: blocks,
    applications: [
      {
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        mayUseClientCredentials: true,
        scopes: ['read:logs'],
      },
    ],
    plan: 'enterprise',
    rateLimit: { burst: 1_000_000, sustained: 1_000_000, perSeconds: 1 },
    nowMs: clock.now,
    ...options,
  });
  onTestFinished(() => tenant.stop());
  const origin = `http://${tenant.host}`;
  const audience = `https://${options.canonicalDomain ?? tenant.host}/api/v2/`;
  const form: Served['form'] = (changes = {}) =>
    Object.fromEntries(
      Object.entries({
        grant_type: 'client_credentials',
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        audience,
        ...changes,
      }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  const askToken: Served['askToken'] = async (changes) =>
    got(
      await fetch(`${origin}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams(form(changes)),
      }),
    );
  const newToken = async (): Promise<string> =>
    (JSON.parse((await askToken()).text) as { access_token: string }).access_token;
  let token: Promise<string> | undefined;
  const ownToken = (): Promise<string> => {
    token ??= newToken();
    return token;
  };
  const get: Served['get'] = async (pathOrUrl, headers) => {
    const authorization = headers?.['authorization'] ?? `Bearer ${await ownToken()}`;
    return got(await fetch(new URL(pathOrUrl, origin), { headers: { ...headers, authorization } }));
  };
  return { tenant, origin, block, clock, audience, form, askToken, newToken, get };
}

export async function got(response: Response): Promise<Got> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, json: () => JSON.parse(text) };
}

export const logIds = ({ text }: Got): unknown[] =>
  (JSON.parse(text) as { log_id?: unknown }[]).map(({ log_id }) => log_id);

export function nextOf({ headers }: Got): string {
  const url = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
  if (url === undefined) throw new Error(`no next link in ${headers.get('link')}`);
  return url;
}

/** Follows the next links until an empty page. */
export async function walk(served: Served, from: string, take: number): Promise<Got[]> {
  const pages: Got[] = [];
  let url = `/api/v2/logs?from=${from}&take=${take}`;
  for (let requests = 0; requests < 1_000; requests += 1) {
    const page = await served.get(url);
    if (page.text === '[]') return pages;
    pages.push(page);
    url = nextOf(page);
  }
  throw new Error('the walk does not end');
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'simulated-tenant-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
