import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { TENANTS_MAX } from '../../local/run-tenants.ts';
import { temporaryFolder } from '../e2e/command.ts';
import {
  type AddingWorld,
  filesWith,
  settingsFile,
  startAddingWorld,
  startOtherTenant,
} from './adding-world.ts';
import { HOSTILE_AGENT } from './console-world.ts';
import { HOSTILE } from './hostile.ts';

const WRONG_SECRET = 'wrong-secret-of-the-test-0123456789';
const EVENTS = 40;

let folder: ReturnType<typeof temporaryFolder>;
let otherFolder: ReturnType<typeof temporaryFolder>;
let other: Awaited<ReturnType<typeof startOtherTenant>>;
let world: AddingWorld;
beforeEach(async () => {
  folder = temporaryFolder();
  otherFolder = temporaryFolder();
  other = await startOtherTenant(otherFolder.path, EVENTS);
  world = await startAddingWorld(folder.path);
});
afterEach(async () => {
  await world.stop();
  await other.stop();
  folder.remove();
  otherFolder.remove();
});

interface Answer {
  readonly status: number | undefined;
  readonly location: string | undefined;
  readonly body: string;
}

type Form = Readonly<Record<string, string>>;

/** Sends a form as the pages of the console do, unless other headers are given. */
function post(path: string, form: Form | string, headers: Form = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, port, origin } = new URL(world.served.address);
    const own = { host, origin, 'content-type': 'application/x-www-form-urlencoded' };
    const asked = request(
      { host: '127.0.0.1', port, path, method: 'POST', headers: { ...own, ...headers } },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => {
          const { statusCode: status, headers: answered } = response;
          resolve({ status, location: answered.location, body });
        });
      },
    );
    asked.on('error', reject);
    asked.end(typeof form === 'string' ? form : new URLSearchParams(form).toString());
  });
}

const get = async (path: string) => (await fetch(`${world.served.address}${path}`)).text();

const form = (changes: Form = {}): Form => ({
  name: 'shop',
  domain: other.host,
  canonicalDomain: '',
  clientId: other.credentials.clientId,
  clientSecret: other.credentials.clientSecret,
  plan: 'essentials',
  collectionStart: 'oldest',
  ...changes,
});

const names = () => world.tenants.list().map(({ name }) => name);

/** What the run keeps of a tenant. */
const kept = (tenant: string) =>
  existsSync(settingsFile(folder.path, tenant))
    ? JSON.parse(readFileSync(settingsFile(folder.path, tenant), 'utf8'))
    : undefined;

async function expectNothingWritten(tenant: string): Promise<void> {
  expect(names()).toEqual(['acme']);
  expect(await world.secrets(tenant)).toEqual([undefined, undefined]);
  expect(kept(tenant)).toBeUndefined();
  expect(await world.collected(tenant)).toBeUndefined();
}

describe('adding a tenant in the console', () => {
  it('writes nothing while a check fails, says what to do, and collects once none does', async () => {
    const refused = await post('/add-tenant', form({ clientSecret: WRONG_SECRET }));
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('AUTH0_401_CREDENTIALS');
    expect(refused.body).toContain(remedyOf('AUTH0_401_CREDENTIALS'));
    expect(refused.body).toContain(`value="${other.host}"`);
    expect(refused.body).not.toContain(WRONG_SECRET);
    await expectNothingWritten('shop');

    const added = await post('/add-tenant', form());
    expect(added).toMatchObject({ status: 303, location: '/tenant/shop' });
    await world.collects('shop', EVENTS);
    const { clientSecret } = other.credentials;
    expect(await world.secrets('shop')).toEqual([clientSecret, undefined]);
    expect(kept('shop')).toEqual({
      domain: other.host,
      canonicalDomain: '',
      plan: 'essentials',
      collectionStart: 'oldest',
      isSimulated: false,
      isAdded: true,
    });
    const pages = (await get('/')) + (await get('/tenant/shop')) + (await get('/credentials/shop'));
    for (const secret of [clientSecret, WRONG_SECRET]) {
      expect(pages).not.toContain(secret);
      expect(world.printed()).not.toContain(secret);
    }
    expect(world.printed()).toContain(`shop: fetched ${EVENTS} log events`);
    expect(filesWith(folder.path, clientSecret)).toEqual(['aws/secrets.json']);
    expect(filesWith(folder.path, WRONG_SECRET)).toEqual([]);
  });

  it('shows what a server says as text, and without the secret that it repeats', async () => {
    const said = `${HOSTILE_AGENT} ${other.credentials.clientSecret}`;
    const body = JSON.stringify({ error: 'access_denied', error_description: said });
    const headers = { 'content-type': 'application/json' };
    other.faults.add([
      { endpoint: 'token', times: 1, action: { do: 'status', status: 403, headers, body } },
    ]);
    const answer = await post('/add-tenant', form());
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('&lt;script&gt;window.hacked=1');
    expect(answer.body).not.toContain('<script>window');
    expect(answer.body).not.toContain(other.credentials.clientSecret);
    await expectNothingWritten('shop');
  });

  it('goes on with what was added when it is started again, and not with what was removed', async () => {
    await post('/add-tenant', form());
    await post('/add-tenant', form({ name: 'billing' }));
    await post('/add-simulated-tenant', { name: 'second', plan: 'enterprise' });
    await world.collects('billing', EVENTS);
    expect(await post('/tenant/billing/remove', '')).toMatchObject({ status: 303, location: '/' });
    expect(names()).toEqual(['acme', 'shop', 'second']);
    const before = (await world.collected('second')) ?? 0;
    await world.stop();

    world = await startAddingWorld(folder.path);
    expect(names()).toEqual(['acme', 'second', 'shop']);
    await world.collects('shop', EVENTS);
    await world.collects('second', before + 1);
    expect(kept('billing')).toMatchObject({ isAdded: false });
    expect(await world.collected('billing')).toBe(EVENTS);
    expect(await get('/tenant/billing')).toContain('There is nothing here');
  });

  it('collects a tenant on from where it was when it is added again', async () => {
    await post('/add-tenant', form());
    await world.collects('shop', EVENTS);
    await post('/tenant/shop/remove', '');
    expect(names()).toEqual(['acme']);
    await world.tenants.ended();
    expect((await post('/add-tenant', form())).status).toBe(303);
    await world.stop();
    expect(world.printed()).toContain('shop: fetched 0 log events');
    world = await startAddingWorld(folder.path);
    expect(await world.collected('shop')).toBe(EVENTS);
  });

  it('keeps events of another source out of the books of a name', async () => {
    await post('/add-tenant', form());
    await post('/tenant/shop/remove', '');
    await world.tenants.ended();
    const simulated = await post('/add-simulated-tenant', { name: 'shop', plan: 'free' });
    expect(simulated.status).toBe(422);
    expect(simulated.body).toContain(`events of ${other.host} under the name shop`);
    const domain = other.host.replace('127.0.0.1', 'localhost');
    expect((await post('/add-tenant', form({ domain }))).status).toBe(422);
    expect(names()).toEqual(['acme']);
  });

  it('adds one tenant when the same form is sent many times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/add-tenant', form())));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422]);
    expect(names()).toEqual(['acme', 'shop']);
    const again = await post('/add-simulated-tenant', { name: 'shop', plan: 'free' });
    expect(again.body).toContain('There is a tenant shop already');
    expect((await post('/add-simulated-tenant', { name: 'acme', plan: 'free' })).status).toBe(422);
  });

  it('collects no more tenants than a run can hold', async () => {
    const wanted = Array.from({ length: TENANTS_MAX }, (_, index) => `shop-${index}`);
    const answers = await Promise.all(wanted.map((name) => post('/add-tenant', form({ name }))));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(TENANTS_MAX - 1);
    expect(names()).toHaveLength(TENANTS_MAX);
    expect(answers.find(({ status }) => status === 422)?.body).toContain(
      `at most ${TENANTS_MAX} tenants`,
    );
  });

  it('changes credentials once they are checked, and keeps those before them', async () => {
    await post('/add-tenant', form());
    await world.collects('shop', EVENTS);
    const { clientId, clientSecret } = other.credentials;
    const wrong = await post('/credentials/shop', { clientId, clientSecret: WRONG_SECRET });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('AUTH0_401_CREDENTIALS');
    expect(wrong.body).not.toContain(WRONG_SECRET);
    expect(await world.secrets('shop')).toEqual([clientSecret, undefined]);
    const rotated = 'rotated-secret-of-the-test-0123456789';
    for (const application of other.applications) application.clientSecret = rotated;
    const right = await post('/credentials/shop', { clientId, clientSecret: rotated });
    expect(right).toMatchObject({ status: 303, location: '/tenant/shop' });
    expect(await world.secrets('shop')).toEqual([rotated, clientSecret]);
    expect(await get('/tenant/shop')).toContain('Auth0 accepts the credentials');
    expect((await post('/credentials/acme', { clientId, clientSecret: rotated })).status).toBe(404);
    expect((await post('/tenant/acme/remove', '')).status).toBe(404);
  });
});

describe('the forms of the console', () => {
  it('are taken from its own pages only', async () => {
    const own = world.served.address;
    const foreign: readonly Form[] = [
      { origin: 'http://evil.example.com' },
      { origin: 'null' },
      { origin: `${own}.example.com` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { host: 'evil.example.com' },
    ];
    const paths = ['/add-tenant', '/add-simulated-tenant', '/credentials/acme'];
    for (const path of [...paths, '/tenant/acme/remove']) {
      for (const headers of foreign) {
        const { status } = await post(path, form(), headers);
        expect(status, `${path} ${JSON.stringify(headers)}`).toBe(403);
      }
    }
    await expectNothingWritten('shop');
  });

  it('are refused when they are no forms, too large, or hold what is not known', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post('/add-tenant', JSON.stringify(form()), json)).status).toBe(415);
    expect((await post('/add-tenant', form({ name: 'a'.repeat(20_000) }))).status).toBe(413);
    expect((await post('/add-tenant', form({ isAdmin: 'true' }))).status).toBe(400);
    const twice = `${new URLSearchParams(form())}&name=other`;
    expect((await post('/add-tenant', twice)).status).toBe(400);
    expect((await post('/add-simulated-tenant', form())).status).toBe(400);
    await expectNothingWritten('shop');
  });

  it('do not keep the console waiting when they never end', async () => {
    const { host, port, origin } = new URL(world.served.address);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /add-tenant HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nname=`,
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each<[string, Form, string]>([
    ['name', { name: 'Shop!' }, 'Expected 2 to 32 lower-case letters'],
    ['domain', { domain: 'https://acme.us.auth0.com/' }, 'Expected a host name'],
    ['canonicalDomain', { domain: 'login.example.com' }, 'this one is needed'],
    ['canonicalDomain', { canonicalDomain: 'a b' }, 'Expected a host name'],
    ['clientId', { clientId: ' ' }, 'Expected the client id'],
    ['clientSecret', { clientSecret: '' }, 'Expected the client secret'],
    ['plan', { plan: 'gold' }, 'Expected one of free, essentials'],
    ['collectionStart', { collectionStart: '2026-02-30' }, 'Expected a day or time in UTC'],
    ['collectionStart', { collectionStart: '2999-01-01' }, 'Expected a day or time in UTC'],
  ])('come back with a sentence at the field %s for %j', async (field, change, sentence) => {
    const { status, body } = await post('/add-tenant', form(change));
    expect(status).toBe(422);
    const problem = new RegExp(`<small id="real-${field}-problem"[^>]*>([^<]*)<`).exec(body)?.[1];
    expect(problem).toContain(sentence);
    expect(body).toMatch(new RegExp(`name="${field}"[^>]* aria-invalid="true"`));
    expect(body.match(/aria-invalid="true"/g)).toHaveLength(1);
    const typed = Object.entries(form(change)).filter(
      ([name]) => name !== 'clientSecret' && name !== 'plan',
    );
    for (const [name, value] of typed) {
      expect(body).toContain(`name="${name}" value="${value}"`);
    }
    expect(body).not.toContain(other.credentials.clientSecret);
    await expectNothingWritten('shop');
  });

  it('come back with the same elements whatever was typed into them', async () => {
    const skeleton = (page: string): string[] =>
      [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
    const typed = (text: string): Form => ({
      ...form(),
      name: 'No name',
      domain: text,
      clientId: text,
      collectionStart: text,
      canonicalDomain: text,
    });
    const expected = skeleton((await post('/add-tenant', typed('plain text'))).body);
    expect(expected.length).toBeGreaterThan(60);
    await fc.assert(
      fc.asyncProperty(HOSTILE, async (text) => {
        const { status, body } = await post('/add-tenant', typed(text));
        expect(status).toBe(422);
        expect(skeleton(body)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
