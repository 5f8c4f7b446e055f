import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logsFailure, tokenFailure } from '../../lambda/auth0/failure.ts';
import type { HttpAnswer } from '../../lambda/auth0/http.ts';
import { Secret } from '../../lambda/platform/secret.ts';

const CLIENT_SECRET = 'the-secret-of-this-test';
const HOST = 'acme.eu.auth0.com';
const NOW_MS = Date.parse('2026-05-04T10:00:00Z');
const HTML = '<html><head><title>Blocked</title></head></html>';

const answer = (
  status: number,
  body: unknown,
  headers: HttpAnswer['headers'] = {},
): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const token = (status: number, body: unknown, headers?: HttpAnswer['headers']) =>
  tokenFailure(answer(status, body, headers), HOST, new Secret(CLIENT_SECRET), NOW_MS);
const logs = (
  status: number,
  body: unknown,
  isCheckpoint = true,
  headers?: HttpAnswer['headers'],
) => logsFailure(answer(status, body, headers), HOST, NOW_MS, isCheckpoint);

const refused = (error: string, error_description?: string) => ({ error, error_description });
const apiError = (statusCode: number, error: string, message: string, errorCode?: string) => ({
  statusCode,
  error,
  message,
  errorCode,
});

describe('a refusal of the token', () => {
  it.each([
    [401, refused('access_denied', 'Unauthorized'), 'AUTH0_401_CREDENTIALS'],
    [401, refused('invalid_client', 'Client authentication is required'), 'AUTH0_401_CREDENTIALS'],
    [401, 'Unauthorized', 'AUTH0_401_CREDENTIALS'],
    [
      403,
      refused('unauthorized_client', "Grant type 'client_credentials' not allowed for the client."),
      'AUTH0_403_GRANT_TYPE',
    ],
    [
      403,
      refused(
        'access_denied',
        'Client is not authorized to access "https://acme.eu.auth0.com/api/v2/". You might probably want to create a "client-grant".',
      ),
      'AUTH0_403_NOT_AUTHORIZED',
    ],
    [403, refused('unauthorized_client', 'No grant for this client'), 'AUTH0_403_NOT_AUTHORIZED'],
    [403, refused('unauthorized_client'), 'AUTH0_403_NOT_AUTHORIZED'],
    [
      403,
      refused(
        'access_denied',
        'Service not enabled within domain: https://login.example.com/api/v2/',
      ),
      'AUTH0_403_AUDIENCE',
    ],
    [
      401,
      refused(
        'access_denied',
        'Service not enabled within domain: https://login.example.com/api/v2/',
      ),
      'AUTH0_403_AUDIENCE',
    ],
    [403, refused('access_denied', 'Not on a Sunday'), 'AUTH0_403_DENIED'],
    [403, HTML, 'AUTH0_403_DENIED'],
    [404, { error: 'Not Found' }, 'AUTH0_404_TENANT'],
    [404, HTML, 'AUTH0_404_TENANT'],
    [400, HTML, 'AUTH0_404_TENANT'],
    [400, refused('invalid_request', 'Missing required parameter: audience'), 'AUTH0_400_REQUEST'],
    [400, refused('unauthorized_client', 'Not this one'), 'AUTH0_403_NOT_AUTHORIZED'],
    [408, HTML, 'AUTH0_5XX'],
    [429, refused('too_many_requests', 'Client quota exceeded'), 'AUTH0_429_QUOTA'],
    [429, HTML, 'AUTH0_429_QUOTA'],
    [500, apiError(500, 'Internal Server Error', 'Oops'), 'AUTH0_5XX'],
    [502, HTML, 'AUTH0_5XX'],
    [503, refused('unauthorized_client'), 'AUTH0_5XX'],
  ])('with %d and %j is named %s', (status, body, code) => {
    expect(token(status, body).code).toBe(code);
  });

  it('says what the server said, from whichever field it used', () => {
    expect(token(403, refused('access_denied', 'Not on a Sunday')).message).toBe(
      `Auth0 answered 403 to token from ${HOST}: Not on a Sunday`,
    );
    expect(token(401, refused('invalid_client')).message).toContain('invalid_client');
    expect(token(500, { message: 'Oops' }).message).toContain('Oops');
    expect(token(401, HTML).message).toBe(`Auth0 answered 401 to token from ${HOST}`);
  });
});

describe('a refusal of log events', () => {
  it.each([
    [
      400,
      apiError(400, 'Bad Request', 'Bad HTTP authentication header format'),
      'AUTH0_400_REQUEST',
    ],
    [
      400,
      apiError(400, 'Bad Request', 'Requesting page 11 exceeds the maximum'),
      'AUTH0_400_REQUEST',
    ],
    [
      400,
      apiError(400, 'Bad Request', 'unknown field "dat"', 'invalid_query_string'),
      'AUTH0_400_REQUEST',
    ],
    [414, HTML, 'AUTH0_400_REQUEST'],
  ])('in a search with %d and %j is named %s', (status, body, code) => {
    expect(logs(status, body, false).code).toBe(code);
  });

  it('behind a cursor with 400 means the cursor', () => {
    const body = apiError(400, 'Bad Request', 'Invalid from', 'invalid_query_string');
    expect(logs(400, body, true).code).toBe('AUTH0_400_CURSOR');
    expect(logs(414, HTML, true).code).toBe('AUTH0_400_CURSOR');
  });

  it.each([true, false])('has one name in both modes otherwise (behind a cursor: %s)', (mode) => {
    const cases: [number, unknown, string][] = [
      [401, apiError(401, 'Unauthorized', 'Invalid token'), 'AUTH0_401_TOKEN'],
      [401, apiError(401, 'Unauthorized', 'Client is not global'), 'AUTH0_401_TOKEN'],
      [401, apiError(401, 'Unauthorized', 'Bad audience: x'), 'AUTH0_401_TOKEN'],
      [
        403,
        apiError(
          403,
          'Forbidden',
          'Insufficient scope, expected any of: read:logs',
          'insufficient_scope',
        ),
        'AUTH0_403_SCOPE',
      ],
      [404, HTML, 'AUTH0_404_TENANT'],
      [408, '', 'AUTH0_5XX'],
      [429, apiError(429, 'Too Many Requests', 'Global limit has been reached'), 'AUTH0_429_RATE'],
      [429, HTML, 'AUTH0_429_RATE'],
      [500, '', 'AUTH0_5XX'],
      [503, HTML, 'AUTH0_5XX'],
    ];
    for (const [status, body, code] of cases) {
      expect(logs(status, body, mode).code, `${status} ${JSON.stringify(body)}`).toBe(code);
    }
  });
});

describe('a refusal of either kind', () => {
  it('has a name for every status from 400 to 599, and 5xx is always worth another try', () => {
    const named = {
      401: ['AUTH0_401_CREDENTIALS', 'AUTH0_401_TOKEN'],
      403: ['AUTH0_403_DENIED', 'AUTH0_403_SCOPE'],
      404: ['AUTH0_404_TENANT', 'AUTH0_404_TENANT'],
      408: ['AUTH0_5XX', 'AUTH0_5XX'],
      429: ['AUTH0_429_QUOTA', 'AUTH0_429_RATE'],
    } as Record<number, [string, string]>;
    for (let status = 400; status < 600; status += 1) {
      const other = status < 500 ? 'AUTH0_400_REQUEST' : 'AUTH0_5XX';
      const [ofToken, ofLogs] = named[status] ?? [other, other];
      expect(token(status, {}).code, `token ${status}`).toBe(ofToken);
      expect(logs(status, {}, false).code, `search ${status}`).toBe(ofLogs);
      const behindCursor = status === 400 || status === 414 ? 'AUTH0_400_CURSOR' : ofLogs;
      expect(logs(status, {}, true).code, `cursor ${status}`).toBe(behindCursor);
      expect(logs(status, {}, true).message).toContain(String(status));
    }
  });

  it('carries the wait that the server asked for when it is throttled', () => {
    const headers = { 'retry-after': '9' };
    expect(token(429, '', headers).retryAfterMs).toBe(9_000);
    expect(logs(429, '', true, headers).retryAfterMs).toBe(9_000);
    expect(logs(429, '', true).retryAfterMs).toBeUndefined();
    expect(logs(503, '', true, headers).retryAfterMs).toBe(9_000);
    const reset = {
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW_MS / 1000 + 4),
    };
    expect(logs(429, '', true, reset).retryAfterMs).toBe(4_000);
  });

  it('does not repeat a client secret that the server repeats', () => {
    const { message } = token(401, refused('access_denied', `No: ${CLIENT_SECRET}!`));
    expect(message).toContain('No: [redacted]!');
  });

  it('shows of a body only the words meant for people', () => {
    const body = {
      ...apiError(403, 'Forbidden', 'No'),
      client_secret: 'telltale-1',
      access_token: 'telltale-2',
      details: { client_secret: 'telltale-3' },
    };
    for (const failure of [token(403, body), logs(403, body)]) {
      expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain('telltale');
    }
    for (const failure of [token(502, '<p>telltale'), logs(502, '{"message":"telltale')]) {
      expect(failure.message).not.toContain('telltale');
    }
  });

  it('is one line of bounded length, whatever the server sends', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(hostile, fc.integer({ min: 400, max: 599 }), (text, status) => {
        for (const body of [
          { message: text },
          { error_description: `\r\nERROR ${text}` },
          { error: `\u001b[31m\u0085\u2028\u2029\u0000${text}` },
        ]) {
          for (const { message } of [token(status, body), logs(status, body)]) {
            expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
            expect(message.length).toBeLessThan(400);
          }
        }
      }),
      { numRuns: 100, examples: [['x'.repeat(5_000), 403]] },
    );
  });

  it.each([
    ['null', 'null'],
    ['an array', '["message"]'],
    ['a text', '"message"'],
    ['fields of other types', '{"error":{"message":1},"message":["x"],"error_description":7}'],
    ['nothing', ''],
    ['a hundred thousand bytes', `{"message":"${'x'.repeat(100_000)}"}`],
    ['no UTF-8', Buffer.from([0x7b, 0xff]).toString('latin1')],
  ])('is named when the body is %s', (_what, body) => {
    expect(token(401, body).code).toBe('AUTH0_401_CREDENTIALS');
    expect(logs(401, body).message).toBe(`Auth0 answered 401 to log events from ${HOST}`);
  });
});
