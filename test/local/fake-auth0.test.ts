import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FAULTS } from '../../local/tenant/faults.ts';
import { got, logIds, nextOf, temporaryFolder } from './tenant-client.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const SECRET = 'chosen by the test';

interface Spawned {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exit: Promise<unknown>;
}

function spawnFake(args: readonly string[], environment: Record<string, string> = {}): Spawned {
  const { FAKE_AUTH0_CLIENT_SECRET: _unset, ...inherited } = process.env;
  const child = spawn(process.execPath, ['local/fake-auth0.ts', ...args], {
    cwd: REPOSITORY,
    env: { ...inherited, ...environment },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exit = once(child, 'close').then(([code]) => code);
  return { child, output: () => output, errors: () => errors, exit };
}

/** Waits until the process has said this, or fails with what it said instead. */
async function until({ child, output, errors, exit }: Spawned, said: RegExp): Promise<string> {
  let isOver = false;
  const over = exit.then(() => {
    isOver = true;
  });
  for (;;) {
    const match = said.exec(output());
    if (match !== null) return match[1] ?? match[0];
    if (isOver) throw new Error(`ended without ${said}:\n${output()}${errors()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), over]);
  }
}

/** A fake tenant on any free port, its address and a token. */
async function start(args: readonly string[] = [], dir: string = temporaryFolder()) {
  const fake = spawnFake(['--port', '0', '--data', dir, ...args], {
    FAKE_AUTH0_CLIENT_SECRET: SECRET,
  });
  const origin = await until(fake, /address +(http:\S+)/);
  await until(fake, /The first page.*\n\n/s);
  const token = await askToken(origin, SECRET);
  const get = async (path: string) =>
    got(await fetch(new URL(path, origin), { headers: { authorization: `Bearer ${token}` } }));
  return { fake, origin, get };
}

async function askToken(origin: string, secret: string, client = 'simulated-collector') {
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      client_secret: secret,
      audience: `${origin.replace('http:', 'https:')}/api/v2/`,
    }),
  });
  return ((await answer.json()) as { access_token?: string }).access_token;
}

describe('npm run fake-auth0', () => {
  it('serves a tenant, says each request in a line, and ends cleanly with Ctrl-C', async () => {
    const { fake, get, origin } = await start(['--events', '120', '--frozen']);
    const first = await get('/api/v2/logs?sort=date:1&per_page=100');
    expect(logIds(first)).toHaveLength(100);
    const page = await get('/api/v2/logs?from=0&take=100');
    expect(logIds(page)).toHaveLength(100);
    expect(logIds(await get(nextOf(page)))).toHaveLength(20);
    await get('/api/v2/logs?search=x');
    await until(fake, /search=x.*\n/);
    expect(await stopped(fake, 'SIGINT')).toBe(0);
    const lines = fake
      .output()
      .split('\n')
      .filter((line) => /^\d\d:\d\d:\d\d /.test(line))
      .map((line) => line.replace(/^\S+ +/, '').replace(/\d+ ms$/, '# ms'));
    expect(lines.map((line) => line.replace(/from=\d{56}/, 'from=<id>'))).toEqual([
      'POST /oauth/token  200  # ms',
      'GET /api/v2/logs?sort=date:1&per_page=100  200  100 events  # ms',
      'GET /api/v2/logs?from=0&take=100  200  100 events  # ms',
      'GET /api/v2/logs?from=<id>&take=100  200  20 events  # ms',
      'GET /api/v2/logs?search=x  400  # ms',
    ]);
    expect(fake.output()).toContain(origin);
    expect(fake.output()).not.toContain(SECRET);
    expect(fake.errors()).toBe('');
  });

  it('makes up a secret and prints commands that work with it', async () => {
    const dir = temporaryFolder();
    const fake = spawnFake(['--port', '0', '--data', dir, '--client-id', 'my-pipeline']);
    const origin = await until(fake, /address +(http:\S+)/);
    const secret = await until(fake, /client secret +(\S{43}) \(made up/);
    const command = await until(fake, /(curl -s \S+oauth.*)\n/);
    expect(command).toContain(`--data-urlencode "client_secret=${secret}"`);
    expect(command).toContain('client_id=my-pipeline');
    expect(await askToken(origin, secret, 'my-pipeline')).toMatch(/^ey/);
    expect(await askToken(origin, 'another', 'my-pipeline')).toBeUndefined();
    expect(await stopped(fake, 'SIGTERM')).toBe(0);
  });

  it('holds the same events after a restart, and those that came meanwhile', async () => {
    const dir = temporaryFolder();
    const first = await start(['--events', '30'], dir);
    // The token request itself is logged.
    const before = await first.get('/api/v2/logs?from=0');
    expect(logIds(before).length).toBeGreaterThanOrEqual(31);
    await stopped(first.fake, 'SIGINT');
    const second = await start(['--events', '30', '--frozen'], dir);
    const after = await second.get('/api/v2/logs?from=0');
    expect(logIds(after).slice(0, logIds(before).length)).toEqual(logIds(before));
    await stopped(second.fake, 'SIGINT');
  });

  it('serves the events of a file as they are', async () => {
    const dir = temporaryFolder();
    const file = join(dir, 'mine.ndjson');
    const line =
      '{"log_id":"90020200101000000000000111","date":"2020-01-01T00:00:00.000Z","n":1.0}';
    writeFileSync(file, line);
    const { get } = await start(['--events-file', file, '--as-is', '--frozen'], dir);
    expect((await get('/api/v2/logs?from=0')).text).toBe(`[${line}]`);
  });

  it('plays the faults of a file', async () => {
    const file = join(temporaryFolder(), 'faults.json');
    const faults = [
      { endpoint: 'logs', request: 1, action: { do: 'status', status: 503 } },
      { endpoint: 'logs', request: 2, action: { do: 'reset' } },
    ];
    writeFileSync(file, JSON.stringify(faults));
    const { get, fake } = await start(['--events', '5', '--faults', file]);
    expect((await get('/api/v2/logs?from=0')).status).toBe(503);
    await expect(get('/api/v2/logs?from=0')).rejects.toThrow();
    expect((await get('/api/v2/logs?from=0')).status).toBe(200);
    expect(await until(fake, /GET \S+ {2}no answer {2}\d+ ms/)).toContain('from=0');
  });

  it('ends at once while an answer is delayed and another one stalls', async () => {
    const file = join(temporaryFolder(), 'faults.json');
    const faults = [
      { endpoint: 'logs', request: 1, action: { do: 'delay', ms: 600_000 } },
      { endpoint: 'logs', request: 2, action: { do: 'stall' } },
    ];
    writeFileSync(file, JSON.stringify(faults));
    const { get, fake } = await start(['--events', '5', '--faults', file]);
    const answers = Promise.allSettled([get('/api/v2/logs?from=0'), get('/api/v2/logs?from=0')]);
    // The stalled one is said; the delayed one arrived before or after it, on its way all the same.
    await until(fake, /no answer/);
    expect(await stopped(fake, 'SIGINT')).toBe(0);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('one sentence and exit code 2 come', () => {
  const cases: [what: string, args: string[], faults: string | undefined, sentence: string][] = [
    [
      'for an unknown option',
      ['--bad'],
      undefined,
      "unknown option '--bad' (see npm run fake-auth0 -- --help)",
    ],
    ['for a bad port', ['--port', '70000'], undefined, 'Expected a whole number from 0 to 65535.'],
    [
      'for a missing events file',
      ['--events-file', '/nope'],
      undefined,
      'There is no events file /nope',
    ],
    [
      'for a missing faults file',
      ['--faults', '/nope'],
      undefined,
      "The faults file /nope can't be read (ENOENT)",
    ],
    [
      'for a folder that is a file',
      ['--data', join(REPOSITORY, 'package.json')],
      undefined,
      "can't be used",
    ],
    ['for faults that are not JSON', [], '[\n{]', 'is not JSON: '],
    [
      'for a fault with a wrong field',
      [],
      '[{"endpoint":"logs","action":{"do":"stall"}},{"endpoint":"logs","action":{"do":"truncate","bytes":-1}}]',
      'entry 2, field action.bytes: ',
    ],
    [
      'for an unknown field',
      [],
      '[{"endpoint":"logs","action":{"do":"stall"},"evry":2}]',
      'entry 1: Unrecognized key: "evry"',
    ],
  ];

  it.each(cases)('%s', async (_what, args, faults, sentence) => {
    const { errors, output, code } = await failing(args, faults);
    expect(errors).toContain(sentence);
    expect(errors).toMatch(/^[^\n]+\n$/);
    expect(output).toBe('');
    expect(code).toBe(2);
  });

  it('for a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { errors, code } = await failing(['--port', String(port)], undefined);
    expect(errors).toBe(`Port ${port} is in use or not allowed: choose another with --port\n`);
    expect(code).toBe(2);
  });
});

async function failing(args: readonly string[], faults: string | undefined) {
  const dir = temporaryFolder();
  const file = join(dir, 'faults.json');
  if (faults !== undefined) writeFileSync(file, faults);
  const withFaults = faults === undefined ? [] : ['--faults', file];
  const fake = spawnFake(['--port', '0', '--data', dir, ...args, ...withFaults]);
  const code = await fake.exit;
  return { errors: fake.errors(), output: fake.output(), code };
}

async function stopped({ child, exit }: Spawned, signal: NodeJS.Signals): Promise<unknown> {
  child.kill(signal);
  return exit;
}

describe('docs/fake-auth0.md', () => {
  const text = readFileSync(join(REPOSITORY, 'docs', 'fake-auth0.md'), 'utf8');
  const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json);

  it('has fault scripts that are valid, and one for each kind', () => {
    const kinds = examples.flatMap((json) =>
      FAULTS.parse(JSON.parse(json)).map(({ action }) => action.do),
    );
    expect([...new Set(kinds)].sort()).toEqual([
      'body',
      'delay',
      'expire-tokens',
      'headers',
      'link',
      'repeat-page',
      'reset',
      'stall',
      'status',
      'truncate',
    ]);
  });

  it('names every option that --help tells', async () => {
    const fake = spawnFake(['--help']);
    expect(await fake.exit).toBe(0);
    expect(fake.output()).toContain('FAKE_AUTH0_CLIENT_SECRET');
    const options = [...fake.output().matchAll(/^ +(--[a-z-]+)/gm)].map(
      ([, option = '']) => option,
    );
    expect(options.length).toBeGreaterThan(8);
    expect(options.filter((option) => !text.includes(`\`${option}`))).toEqual([]);
  });
});
