import axios, { AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import { FAULTS, type Fault } from '../../local/tenant/faults.ts';
import { got, logIds, makeEvents, nextOf, serve } from './tenant-client.ts';

const FIRST_PAGE = '/api/v2/logs?from=0&take=2';

/** A tenant of 5 events on which these faults strike its logs. */
async function serveWith(...faults: readonly Fault[]) {
  const events = makeEvents(5);
  const served = await serve(events);
  served.tenant.faults.add(faults);
  return { ...served, ids: events.map(({ logId }) => logId) };
}

const onLogs = (action: Fault['action'], when: Omit<Fault, 'endpoint' | 'action'> = {}): Fault => ({
  endpoint: 'logs',
  ...when,
  action,
});

/** Why axios, a client as many have it, could not read an answer. */
async function failureCode(origin: string, token: string, timeoutMs = 5_000): Promise<string> {
  try {
    await axios.get(`${origin}${FIRST_PAGE}`, {
      headers: { authorization: `Bearer ${token}` },
      timeout: timeoutMs,
    });
  } catch (thrown) {
    if (thrown instanceof AxiosError) return thrown.code ?? thrown.message;
    throw thrown;
  }
  return 'no failure';
}

describe('a fault', () => {
  it('`status` answers another status with its own headers and body', async () => {
    const { get } = await serveWith(
      onLogs({ do: 'status', status: 503, headers: { 'retry-after': '7' }, body: '<html>' }),
      onLogs({ do: 'status', status: 500 }, { request: 2 }),
    );
    const answer = await get(FIRST_PAGE);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('link')).toBeNull();
    expect(answer.text).toBe('<html>');
    expect((await get(FIRST_PAGE)).text).toBe('');
  });

  it('`truncate` serves a cut text that looks whole', async () => {
    const { get } = await serveWith(onLogs({ do: 'truncate', bytes: 20 }));
    const answer = await get(FIRST_PAGE);
    expect(answer.status).toBe(200);
    expect(answer.text).toHaveLength(20);
    expect(answer.headers.get('content-length')).toBe('20');
    expect(nextOf(answer)).toContain('from=');
  });

  it('`truncate` with the full length announced breaks the connection within the answer', async () => {
    const { origin, newToken, tenant } = await serveWith();
    const token = await newToken();
    tenant.faults.add([
      onLogs({ do: 'truncate', bytes: 20, announceFullLength: true }, { times: 1 }),
      onLogs({ do: 'truncate', bytes: 1_000_000, announceFullLength: true }, { request: 2 }),
    ]);
    expect(await failureCode(origin, token)).toMatch(/ECONNRESET|ERR_BAD_RESPONSE|aborted/);
    // There is nothing to cut off here.
    expect(await failureCode(origin, token)).toBe('no failure');
  });

  it('`reset` resets the connection', async () => {
    const { origin, newToken, tenant } = await serveWith();
    const token = await newToken();
    tenant.faults.add([onLogs({ do: 'reset' })]);
    expect(await failureCode(origin, token)).toBe('ECONNRESET');
  });

  it('`stall` never answers, and leaves other requests alone', async () => {
    const { origin, newToken, tenant, get } = await serveWith();
    const token = await newToken();
    tenant.faults.add([onLogs({ do: 'stall' }, { request: 1 })]);
    expect(await failureCode(origin, token, 100)).toBe('ECONNABORTED');
    expect((await get(FIRST_PAGE)).status).toBe(200);
  });

  it('`delay` keeps an answer back, and then gives it whole', async () => {
    const { origin, newToken, tenant, get } = await serveWith();
    const token = await newToken();
    tenant.faults.add([
      onLogs({ do: 'delay', ms: 600_000 }, { request: 1 }),
      onLogs({ do: 'delay', ms: 1 }, { request: 2 }),
    ]);
    expect(await failureCode(origin, token, 100)).toBe('ECONNABORTED');
    expect(logIds(await get(FIRST_PAGE))).toHaveLength(2);
  });

  it('`repeat-page` gives the page before once more, with its link', async () => {
    const { get, ids } = await serveWith(onLogs({ do: 'repeat-page' }, { request: 2 }));
    const first = await get(FIRST_PAGE);
    const repeated = await get(nextOf(first));
    expect(repeated.text).toBe(first.text);
    expect(nextOf(repeated)).toBe(nextOf(first));
    expect(logIds(await get(nextOf(repeated)))).toEqual(ids.slice(2, 4));
  });

  it('`link` replaces the next link or leaves it out', async () => {
    const elsewhere = '<https://example.com/api/v2/logs?from=1>; rel="next"';
    const { get, ids } = await serveWith(
      onLogs({ do: 'link', value: elsewhere }, { request: 1 }),
      onLogs({ do: 'link', value: '' }, { request: 2 }),
    );
    const replaced = await get(FIRST_PAGE);
    expect(replaced.headers.get('link')).toBe(elsewhere);
    expect(logIds(replaced)).toEqual(ids.slice(0, 2));
    expect((await get(FIRST_PAGE)).headers.get('link')).toBeNull();
    expect(nextOf(await get(FIRST_PAGE))).toContain(ids[1]);
  });

  it('`headers` replaces headers of an answer or leaves them out', async () => {
    const date = 'Sun, 01 Nov 2026 00:00:00 GMT';
    const { get } = await serveWith(
      onLogs({ do: 'headers', headers: { Date: date, 'X-RateLimit-Limit': '' } }, { request: 1 }),
    );
    const replaced = await get(FIRST_PAGE);
    expect(replaced.headers.get('date')).toBe(date);
    expect(replaced.headers.get('x-ratelimit-limit')).toBeNull();
    expect(nextOf(replaced)).toContain('from=');
    expect((await get(FIRST_PAGE)).headers.get('x-ratelimit-limit')).not.toBeNull();
  });

  it('`body` replaces the text under status and headers as they were', async () => {
    const { get } = await serveWith(onLogs({ do: 'body', body: '{"not":"a list"}' }));
    const answer = await get(FIRST_PAGE);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"not":"a list"}');
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(nextOf(answer)).toContain('from=');
  });

  it('`expire-tokens` refuses all tokens issued so far, and not the next', async () => {
    const { get, newToken, tenant } = await serveWith();
    expect((await get(FIRST_PAGE)).status).toBe(200);
    tenant.faults.add([onLogs({ do: 'expire-tokens' }, { request: 2 })]);
    expect((await get(FIRST_PAGE)).status).toBe(401);
    expect((await get(FIRST_PAGE)).status).toBe(401);
    const authorization = `Bearer ${await newToken()}`;
    expect((await get(FIRST_PAGE, { authorization })).status).toBe(200);
  });

  it('strikes the token endpoint as well', async () => {
    const { origin, form, tenant } = await serveWith({
      endpoint: 'token',
      action: { do: 'status', status: 429, headers: { 'retry-after': '3' } },
      request: 1,
    });
    const ask = async () =>
      got(
        await fetch(`${origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form()) }),
      );
    const struck = await ask();
    expect([struck.status, struck.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await ask()).status).toBe(200);
    expect(tenant.faults.requests).toEqual({ token: 2, logs: 0 });
  });
});

describe('which requests a fault strikes', () => {
  const failing = { do: 'status', status: 500 } as const;

  /** The status of so many requests for logs. */
  async function statuses(count: number, ...faults: readonly Fault[]): Promise<number[]> {
    const { get } = await serveWith(...faults);
    const seen = [];
    for (let request = 0; request < count; request += 1) seen.push((await get(FIRST_PAGE)).status);
    return seen;
  }

  it('is all of its endpoint, unless told otherwise', async () => {
    expect(await statuses(3, onLogs(failing))).toEqual([500, 500, 500]);
  });

  it('is one with `request`', async () => {
    expect(await statuses(3, onLogs(failing, { request: 2 }))).toEqual([200, 500, 200]);
  });

  it('is each so many with `every`', async () => {
    expect(await statuses(6, onLogs(failing, { every: 3 }))).toEqual([
      200, 200, 500, 200, 200, 500,
    ]);
  });

  it('is at most so many with `times`', async () => {
    expect(await statuses(4, onLogs(failing, { times: 2 }))).toEqual([500, 500, 200, 200]);
    expect(await statuses(5, onLogs(failing, { every: 2, times: 1 }))).toEqual([
      200, 500, 200, 200, 200,
    ]);
  });

  it('is none any more after the script was cleared', async () => {
    const { get, tenant } = await serveWith(onLogs(failing));
    expect((await get(FIRST_PAGE)).status).toBe(500);
    tenant.faults.clear();
    expect((await get(FIRST_PAGE)).status).toBe(200);
  });

  it('counts the refused ones and leaves out single events', async () => {
    const { get, tenant, ids } = await serveWith();
    await get('/api/v2/logs?search=x');
    await get(`/api/v2/logs/${ids[0]}`);
    await get('/api/v2/logs', { authorization: 'Bearer no' });
    expect(tenant.faults.requests).toEqual({ token: 1, logs: 2 });
  });
});

describe('a script of faults', () => {
  it.each([
    ['an unknown endpoint', { endpoint: 'users', action: { do: 'reset' } }],
    ['an unknown action', { endpoint: 'logs', action: { do: 'explode' } }],
    ['a missing field', { endpoint: 'logs', action: { do: 'truncate' } }],
    ['an unknown field', { endpoint: 'logs', action: { do: 'reset', now: true } }],
    ['a request 0', { endpoint: 'logs', request: 0, action: { do: 'reset' } }],
    ['no status at all', { endpoint: 'logs', action: { do: 'status', status: 99 } }],
    ['an answer that is no last one', { endpoint: 'logs', action: { do: 'status', status: 100 } }],
  ])('with %s is refused', (_what, fault) => {
    expect(FAULTS.safeParse([fault]).success).toBe(false);
  });
});
