import { describe, expect, it } from 'vitest';
import { PLANS } from '../../lambda/auth0/plan.ts';
import type { PlanName } from '../../lambda/platform/names.ts';
import {
  CLIENT_ID,
  got,
  logIds,
  makeEvent,
  makeEvents,
  NOW,
  nextOf,
  serve,
  walk,
} from './tenant-client.ts';

const BEFORE_ALL = '0';
const DAY_MS = 24 * 3600_000;

const claims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

describe('the token endpoint', () => {
  it('answers a form with a bearer token of a day, its scope and audience', async () => {
    const { askToken, audience, origin } = await serve([]);
    const { status, json, headers } = await askToken();
    expect(status).toBe(200);
    expect(json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      scope: 'read:logs',
      expires_in: 86_400,
      token_type: 'Bearer',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const { access_token } = json() as { access_token: string };
    expect(claims(access_token)).toMatchObject({
      aud: audience,
      iss: `${origin.replace('http:', 'https:')}/`,
      sub: `${CLIENT_ID}@clients`,
      azp: CLIENT_ID,
      iat: NOW / 1000,
      exp: NOW / 1000 + 86_400,
      scope: 'read:logs',
      gty: 'client-credentials',
    });
  });

  it('answers JSON as it answers a form', async () => {
    const { origin, form, get } = await serve(makeEvents(1));
    const response = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(form()),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    const page = await get('/api/v2/logs?from=0', { authorization: `Bearer ${access_token}` });
    expect(logIds(page)).toHaveLength(1);
  });

  it.each(['', 'null', '[', '7'])('refuses the JSON body %j and stays up', async (body) => {
    const { origin, askToken } = await serve([]);
    const response = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(403);
    expect((await askToken()).status).toBe(200);
  });

  it.each([
    ['another grant', { grant_type: 'password' }, 403, 'unsupported_grant_type', 'password'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'access_denied', 'Unauthorized'],
    ['no secret', { client_secret: undefined }, 401, 'access_denied', 'Unauthorized'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'access_denied', 'Unauthorized'],
    [
      'a foreign audience',
      { audience: 'https://example.com/api/v2/' },
      403,
      'access_denied',
      'Service not enabled within domain: https://example.com/api/v2/',
    ],
  ])('refuses %s', async (_what, changes, status, error, description) => {
    const { askToken } = await serve([]);
    const answer = await askToken(changes);
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({
      error,
      error_description: expect.stringContaining(description),
    });
  });

  it('refuses an audience without the slash at its end', async () => {
    const { askToken, audience } = await serve([]);
    const answer = await askToken({ audience: audience.slice(0, -1) });
    expect(answer.text).toContain('Service not enabled within domain');
  });

  it('takes the canonical domain as audience, and not the custom one', async () => {
    const { askToken, tenant } = await serve([], { canonicalDomain: 'acme.example.com' });
    expect((await askToken()).status).toBe(200);
    const custom = await askToken({ audience: `https://${tenant.host}/api/v2/` });
    expect(custom.status).toBe(403);
  });

  it('refuses an application without the client credentials grant', async () => {
    const { askToken, tenant } = await serve([]);
    for (const application of tenant.applications) application.mayUseClientCredentials = false;
    const answer = await askToken();
    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({
      error: 'unauthorized_client',
      error_description: "Grant type 'client_credentials' not allowed for the client.",
      error_uri: expect.stringMatching(/^https:/),
    });
  });

  it('refuses an application that is not authorised for the Management API', async () => {
    const { askToken, tenant, audience } = await serve([]);
    for (const application of tenant.applications) application.scopes = undefined;
    const answer = await askToken();
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({
      error: 'access_denied',
      error_description: expect.stringContaining(
        `Client is not authorized to access "${audience}". You might probably want to create a "client-grant"`,
      ),
    });
  });

  it.each<[PlanName, number]>([
    ['free', 30],
    ['essentials', 25],
    ['professional', 25],
    ['enterprise', 100],
  ])('of plan %s answers %i requests a second and tells the next to wait', async (plan, burst) => {
    const { askToken, clock } = await serve([], { plan });
    for (let request = 0; request < burst; request += 1) {
      expect((await askToken()).status).toBe(200);
    }
    const refused = await askToken();
    expect(refused.status).toBe(429);
    expect(refused.json()).toMatchObject({ error: 'too_many_requests' });
    expect(refused.headers.get('retry-after')).toBe('1');
    clock.ms += 1000;
    expect((await askToken()).status).toBe(200);
  });
});

describe('reading logs', () => {
  it('is refused without a token, and with one that is malformed, forged or foreign', async () => {
    const { get, newToken, origin } = await serve(makeEvents(1));
    const bare = await got(await fetch(`${origin}/api/v2/logs`));
    expect(bare.status).toBe(401);
    const malformed = await get('/api/v2/logs', { authorization: 'Basic abc' });
    expect(malformed.status).toBe(400);
    expect(malformed.json()).toMatchObject({
      message: 'Bad HTTP authentication header format',
    });
    const [header, payload] = (await newToken()).split('.');
    const { newToken: foreign } = await serve([]);
    for (const token of [`${header}.${payload}.forged`, 'nonsense', await foreign()]) {
      const refused = await get('/api/v2/logs', { authorization: `Bearer ${token}` });
      expect(refused.status).toBe(401);
      expect(refused.json()).toEqual({
        statusCode: 401,
        error: 'Unauthorized',
        message: 'Invalid token',
        attributes: { error: 'Invalid token' },
      });
    }
  });

  it('ends with the life of the token', async () => {
    const { get, clock, newToken } = await serve(makeEvents(1), { tokenLifetimeSeconds: 600 });
    expect((await get('/api/v2/logs')).status).toBe(200);
    clock.ms += 599_999;
    expect((await get('/api/v2/logs')).status).toBe(200);
    clock.ms += 1;
    expect((await get('/api/v2/logs')).status).toBe(401);
    const authorization = `Bearer ${await newToken()}`;
    expect((await get('/api/v2/logs', { authorization })).status).toBe(200);
  });

  it('needs a new token after all were called back, within the same millisecond too', async () => {
    const { get, tenant, newToken } = await serve(makeEvents(1));
    expect((await get('/api/v2/logs')).status).toBe(200);
    tenant.expireTokens();
    expect((await get('/api/v2/logs')).status).toBe(401);
    const authorization = `Bearer ${await newToken()}`;
    expect((await get('/api/v2/logs', { authorization })).status).toBe(200);
  });

  it('needs one of two scopes, as they were when the token was issued', async () => {
    const { get, tenant, newToken } = await serve(makeEvents(1));
    const before = `Bearer ${await newToken()}`;
    for (const application of tenant.applications) application.scopes = ['read:users'];
    const without = `Bearer ${await newToken()}`;
    for (const application of tenant.applications) application.scopes = ['read:logs_users'];
    const other = `Bearer ${await newToken()}`;
    expect((await get('/api/v2/logs', { authorization: before })).status).toBe(200);
    expect((await get('/api/v2/logs', { authorization: other })).status).toBe(200);
    const refused = await get('/api/v2/logs', { authorization: without });
    expect(refused.status).toBe(403);
    expect(refused.json()).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'Insufficient scope, expected any of: read:logs,read:logs_users',
      errorCode: 'insufficient_scope',
    });
  });

  it.each(['search', 'after', 'TAKE'])('with the parameter %s is refused', async (name) => {
    const { get } = await serve(makeEvents(1));
    for (const mode of ['', '&from=0']) {
      const refused = await get(`/api/v2/logs?${name}=1${mode}`);
      expect(refused.status).toBe(400);
      expect(refused.json()).toMatchObject({
        statusCode: 400,
        error: 'Bad Request',
        message: expect.stringContaining(name),
      });
    }
  });

  it('by another method or path is not found', async () => {
    const { get, origin } = await serve(makeEvents(1));
    expect((await fetch(`${origin}/api/v2/logs`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${origin}/oauth/token`)).status).toBe(404);
    expect((await get('/api/v2/users')).status).toBe(404);
  });

  it('by its id finds one event, and not what is not there', async () => {
    const events = makeEvents(3);
    const { get } = await serve(events);
    const found = await get(`/api/v2/logs/${events[1]?.logId}`);
    expect(found.text).toBe(events[1]?.json.toString());
    for (const id of ['900', '%E0%A4%A']) {
      const missing = await get(`/api/v2/logs/${id}`);
      expect(missing.status).toBe(404);
      expect(missing.json()).toMatchObject({ message: 'Log not found.' });
    }
  });
});

describe('reading by checkpoint', () => {
  it('walks over all events in the order of their ids, once each, and ends with []', async () => {
    const events = makeEvents(25);
    const served = await serve(events);
    const pages = await walk(served, BEFORE_ALL, 10);
    expect(pages.map((page) => logIds(page).length)).toEqual([10, 10, 5]);
    expect(pages.flatMap(logIds)).toEqual(events.map(({ logId }) => logId));
  });

  it('serves each event as the very text that is held', async () => {
    const odd = makeEvent(NOW - 1000, 1, {});
    const json = Buffer.from(
      `{ "big": 12345678901234567890, "e": 1.0,  "log_id":"${odd.logId}" , "ß": "\\u00e9" }`,
    );
    const { get } = await serve([{ ...odd, json }]);
    expect((await get('/api/v2/logs?from=0')).text).toBe(`[${json}]`);
  });

  it('leaves out the event that `from` names, whether it is there or not', async () => {
    const events = makeEvents(5);
    const { get } = await serve(events);
    const ids = events.map(({ logId }) => logId);
    expect(logIds(await get(`/api/v2/logs?from=${ids[1]}`))).toEqual(ids.slice(2));
    const neverThere = `${ids[1]?.slice(0, -1)}9`;
    expect(logIds(await get(`/api/v2/logs?from=${neverThere}`))).toEqual(ids.slice(2));
  });

  it('gives a next link with every page; that of an empty page is the address asked for', async () => {
    const events = makeEvents(2);
    const { get, origin } = await serve(events);
    const last = events.at(-1)?.logId;
    const full = await get('/api/v2/logs?from=0&take=100');
    expect(nextOf(full)).toBe(`${origin}/api/v2/logs?from=${last}&take=100`);
    for (const path of [
      `/api/v2/logs?from=${last}&take=100`,
      `/api/v2/logs?take=7&from=${last}`,
      `/api/v2/logs?from=${last}`,
    ]) {
      const empty = await get(path);
      expect(empty.text).toBe('[]');
      expect(nextOf(empty)).toBe(`${origin}${path}`);
    }
  });

  it('goes on at the end as soon as there is a new event', async () => {
    const events = makeEvents(2);
    const { get, block } = await serve(events);
    const end = nextOf(await get('/api/v2/logs?from=0'));
    expect(logIds(await get(end))).toEqual([]);
    const event = makeEvent(NOW, 99);
    block.append(event);
    expect(logIds(await get(end))).toEqual([event.logId]);
  });

  it('keeps the order of ids where that of dates is another', async () => {
    const early = makeEvent(NOW - 5000, 1, {}, NOW - 5100);
    const late = makeEvent(NOW - 4000, 2, {}, NOW - 90_000);
    const served = await serve([early, late]);
    const { get } = served;
    expect(logIds(await get('/api/v2/logs?from=0'))).toEqual([early.logId, late.logId]);
    expect(logIds(await get('/api/v2/logs?sort=date:1'))).toEqual([late.logId, early.logId]);
    expect(logIds(await get('/api/v2/logs?sort=date:-1'))).toEqual([early.logId, late.logId]);
  });

  it('tells events of one moment apart by their ids alone', async () => {
    const events = Array.from({ length: 7 }, (_, index) => makeEvent(NOW - 1000, index));
    const pages = await walk(await serve(events), BEFORE_ALL, 2);
    expect(pages.flatMap(logIds)).toEqual(events.map(({ logId }) => logId));
  });

  it('shows an event that becomes visible late in its place, to those who are not past it', async () => {
    const [first, late, last] = makeEvents(3);
    if (first === undefined || late === undefined || last === undefined) throw new Error('three');
    const { get, block } = await serve([first, last]);
    const past = nextOf(await get(`/api/v2/logs?from=0`));
    block.insert(late);
    expect(logIds(await get(past))).toEqual([]);
    expect(logIds(await get(`/api/v2/logs?from=${first.logId}`))).toEqual([late.logId, last.logId]);
  });

  it('takes 50 events unless told otherwise, and never more than 100', async () => {
    const { get } = await serve(makeEvents(120));
    const sizes = [];
    for (const take of ['', '&take=1', '&take=100', '&take=1000']) {
      sizes.push(logIds(await get(`/api/v2/logs?from=0${take}`)).length);
    }
    expect(sizes).toEqual([50, 1, 100, 100]);
    for (const take of ['0', '-1', 'x', '1.5', '']) {
      expect((await get(`/api/v2/logs?from=0&take=${take}`)).status).toBe(400);
    }
  });

  it('ignores what belongs to a search', async () => {
    const events = makeEvents(3);
    const { get } = await serve(events);
    const page = await get(
      '/api/v2/logs?from=0&q=type:fp&sort=date:-1&per_page=1&include_totals=true',
    );
    expect(logIds(page)).toEqual(events.map(({ logId }) => logId));
  });

  it('serves damaged events without an id once each, wherever a page ends', async () => {
    const damaged = (index: number) => ({
      logId: undefined,
      dateMs: NOW - 60_000,
      ingestedMs: NOW - 60_000,
      json: Buffer.from(`"damaged ${index}"`),
    });
    const events = makeEvents(4);
    const held = [
      damaged(0),
      ...events.slice(0, 2),
      damaged(1),
      damaged(2),
      ...events.slice(2),
      damaged(3),
    ];
    for (const take of [1, 2, 3, 4, 5, 100]) {
      const pages = await walk(await serve(held), BEFORE_ALL, take);
      const texts = pages.flatMap((page) => page.json() as unknown[]);
      expect(texts).toEqual(held.map(({ json }) => JSON.parse(json.toString())));
    }
  });
});

describe('retention', () => {
  it.each<[PlanName, number]>([
    ['free', 1],
    ['essentials', 5],
    ['professional', 10],
    ['enterprise', 30],
  ])('of plan %s keeps %i days; an old `from` goes on with the oldest left', async (plan, days) => {
    const gone = makeEvent(NOW - days * DAY_MS - 1, 1);
    const oldest = makeEvent(NOW - days * DAY_MS, 2);
    const newest = makeEvent(NOW - 1000, 3);
    const { get, clock } = await serve([gone, oldest, newest], { plan });
    const left = [oldest.logId, newest.logId];
    for (const query of ['from=0', `from=${gone.logId}`, 'sort=date:1', 'q=type:s&sort=date:1']) {
      expect(logIds(await get(`/api/v2/logs?${query}`))).toEqual(left);
    }
    expect((await get(`/api/v2/logs/${gone.logId}`)).status).toBe(404);
    clock.ms += 1;
    expect(logIds(await get(`/api/v2/logs?from=${gone.logId}`))).toEqual([newest.logId]);
  });

  it('of 0 days keeps everything', async () => {
    const old = makeEvent(NOW - 4000 * DAY_MS, 1);
    const { get } = await serve([old], { retentionDays: 0 });
    expect(logIds(await get('/api/v2/logs?from=0'))).toEqual([old.logId]);
  });
});

describe('searching', () => {
  it('shows 50 events newest first unless told otherwise, in pages of up to 100', async () => {
    const events = makeEvents(250);
    const { get } = await serve(events);
    const ids = events.map(({ logId }) => logId);
    expect(logIds(await get('/api/v2/logs'))).toEqual(ids.toReversed().slice(0, 50));
    expect(logIds(await get('/api/v2/logs?sort=date:1&per_page=100&page=1'))).toEqual(
      ids.slice(100, 200),
    );
    expect(logIds(await get('/api/v2/logs?sort=date:1&per_page=100&page=3'))).toEqual([]);
    expect((await get('/api/v2/logs?per_page=101')).status).toBe(400);
    expect((await get('/api/v2/logs?per_page=0')).status).toBe(400);
    expect((await get('/api/v2/logs?sort=log_id:1')).status).toBe(400);
  });

  it('has no next link', async () => {
    const { get } = await serve(makeEvents(2));
    expect((await get('/api/v2/logs?per_page=1')).headers.get('link')).toBeNull();
  });

  it('ends at 1,000 results and says so', async () => {
    const { get } = await serve(makeEvents(1100));
    expect(logIds(await get('/api/v2/logs?per_page=100&page=9'))).toHaveLength(100);
    const refused = await get('/api/v2/logs?per_page=100&page=10');
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({
      statusCode: 400,
      error: 'Bad Request',
      message:
        'Requesting page 11 exceeds the allowed maximum of 1000 records: please consider searching by checkpoint',
    });
  });

  it('finds by date, log id and type, with bounds in and out', async () => {
    const events = makeEvents(5).map((event, index) => ({
      ...event,
      json: Buffer.from(
        JSON.stringify({ log_id: event.logId, type: index % 2 === 0 ? 's' : 'fp' }),
      ),
    }));
    const { get } = await serve(events);
    const ids = events.map(({ logId }) => logId);
    const iso = events.map(({ dateMs }) => new Date(dateMs).toISOString());
    const cases: [q: string, expected: (string | undefined)[]][] = [
      [`date:[${iso[1]} TO ${iso[3]}]`, ids.slice(1, 4)],
      [`date:{${iso[1]} TO ${iso[3]}}`, ids.slice(2, 3)],
      [`date:[${iso[3]} TO *]`, ids.slice(3)],
      [`log_id:[${ids[2]} TO *]`, ids.slice(2)],
      [`log_id:{${ids[2]} TO ${ids[4]}]`, ids.slice(3)],
      [`log_id:${ids[2]}`, ids.slice(2, 3)],
      ['type:fp', [ids[1], ids[3]]],
      [`type:"s" AND date:[${iso[1]} TO *]`, [ids[2], ids[4]]],
    ];
    for (const [q, expected] of cases) {
      const page = await get(`/api/v2/logs?${new URLSearchParams({ q, sort: 'date:1' })}`);
      expect([q, logIds(page)]).toEqual([q, expected]);
    }
  });

  it.each(['colour:red', 'type:[a TO b]', 'date:[yesterday TO *]', 'type'])(
    'refuses the query %s',
    async (q) => {
      const { get } = await serve(makeEvents(1));
      const refused = await get(`/api/v2/logs?${new URLSearchParams({ q })}`);
      expect(refused.status).toBe(400);
      expect(refused.json()).toMatchObject({
        message: expect.stringContaining('The search query string has an error'),
      });
    },
  );

  it('finds the oldest by date even when it was ingested hours later', async () => {
    const events = [...makeEvents(300), makeEvent(NOW, 999, {}, NOW - 5 * 3600_000)];
    const { get } = await serve(events);
    const page = await get('/api/v2/logs?sort=date:1&per_page=1');
    expect(logIds(page)).toEqual([events.at(-1)?.logId]);
  });

  it('with totals counts the page only and leaves the text of the events alone', async () => {
    const [event] = makeEvents(1);
    if (event === undefined) throw new Error('one event');
    const json = Buffer.from(`{"log_id":"${event.logId}","big":12345678901234567890}`);
    const { get } = await serve([{ ...event, json }, ...makeEvents(1)]);
    const { text } = await get('/api/v2/logs?include_totals=true&per_page=1&sort=date:1&page=0');
    expect(text).toBe(`{"start":0,"limit":1,"length":1,"total":1,"logs":[${json}]}`);
  });

  it('passes over damaged events and shows them where no field is asked for', async () => {
    const [event] = makeEvents(1);
    if (event === undefined) throw new Error('one event');
    const damaged = { ...event, logId: undefined, json: Buffer.from('not json') };
    const { get } = await serve([damaged, event]);
    expect(logIds(await get('/api/v2/logs?q=type:s'))).toEqual([event.logId]);
    expect((await get('/api/v2/logs?sort=date:1')).text).toBe(`[not json,${event.json}]`);
  });
});

const serveWithPlanLimit = (plan: PlanName) =>
  serve(makeEvents(1), { plan, rateLimit: PLANS[plan].rateLimit });

describe('the rate limit', () => {
  const PLAN_RULES: [PlanName, burst: number, gainedPerSecond: number][] = [
    ['free', 2, 2],
    ['essentials', 10, 1],
    ['professional', 10, 1],
    ['enterprise', 50, 16],
  ];

  it.each(PLAN_RULES)(
    'of plan %s allows %i at once and %i a second later',
    async (plan, burst, gained) => {
      const { get, clock } = await serveWithPlanLimit(plan);
      for (let left = burst - 1; left >= 0; left -= 1) {
        const { status, headers } = await get('/api/v2/logs?from=0&take=1');
        expect(status).toBe(200);
        expect(headers.get('x-ratelimit-limit')).toBe(String(burst));
        expect(headers.get('x-ratelimit-remaining')).toBe(String(left));
        expect(headers.get('x-ratelimit-reset')).toBe(String(clock.ms / 1000 + 1));
      }
      const refused = await get('/api/v2/logs?from=0&take=1');
      expect(refused.status).toBe(429);
      expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
      expect(refused.json()).toEqual({
        statusCode: 429,
        error: 'Too Many Requests',
        message: 'Global limit has been reached',
        errorCode: 'too_many_requests',
      });
      clock.ms += 1000;
      let allowed = 0;
      while ((await get('/api/v2/logs?from=0&take=1')).status === 200) allowed += 1;
      expect(allowed).toBe(gained);
    },
  );

  it('of 100 a minute gives 100 in a minute, and no more than the burst after an hour', async () => {
    const { get, clock } = await serveWithPlanLimit('essentials');
    const allowedNow = async (): Promise<number> => {
      let allowed = 0;
      while ((await get('/api/v2/logs?from=0&take=1')).status === 200) allowed += 1;
      return allowed;
    };
    expect(await allowedNow()).toBe(10);
    let inMinute = 0;
    for (let second = 0; second < 60; second += 1) {
      clock.ms += 1000;
      inMinute += await allowedNow();
    }
    expect(inMinute).toBeGreaterThanOrEqual(99);
    expect(inMinute).toBeLessThanOrEqual(100);
    clock.ms += 3600_000;
    expect(await allowedNow()).toBe(10);
  });

  it('is not drawn on by requests that are not authorised', async () => {
    const { get } = await serveWithPlanLimit('free');
    for (let request = 0; request < 5; request += 1) {
      expect((await get('/api/v2/logs', { authorization: 'Bearer no' })).status).toBe(401);
    }
    expect((await get('/api/v2/logs')).headers.get('x-ratelimit-remaining')).toBe('1');
  });
});
