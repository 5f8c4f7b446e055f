import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { RunControl } from '../../local/console/run-control.ts';
import { type LocalConsole, startConsole } from '../../local/console/server.ts';
import { startServices } from '../contract/services.ts';

const control = new RunControl();
let aws: EmbeddedAws;
let served: LocalConsole;
beforeAll(async () => {
  aws = await startServices();
  const facts = { tickEveryMs: 10_000, retentionDays: 30 };
  const list = () => [
    { name: 'acme', control, ...facts },
    { name: 'other', control: undefined, ...facts },
  ];
  served = await startConsole(aws.resources, { list, changes: undefined });
});
afterAll(async () => {
  await served.stop();
  await aws.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request as any program on this machine can make it, with any header. */
function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(served.address);
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

const portOf = () => new URL(served.address).port;

describe('the local console', () => {
  it('listens on the loopback only', () => {
    expect(new URL(served.address).hostname).toBe('127.0.0.1');
  });

  it.each([
    '/',
    '/tenant/acme',
    '/search?q=type:f&since=1h',
    '/console.css',
    '/live.js',
    '/icon.svg',
  ])('serves %s with headers that let nothing else in', async (path) => {
    const { status, headers } = await ask(path);
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http|data:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it('asks for nothing from elsewhere and has no script or style within its pages', async () => {
    const { body } = await ask('/');
    expect(body).not.toMatch(/https?:\/\//);
    expect(body).not.toMatch(/\sstyle=|<style|\son[a-z]+=/);
    expect(body.match(/<script/g)).toHaveLength(1);
  });

  it('answers under no name but its own', async () => {
    for (const host of [`evil.example.com:${portOf()}`, 'evil.example.com', '127.0.0.1']) {
      const { status, body } = await ask('/', { host });
      expect(status, host).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain('acme');
    }
    expect((await ask('/', { host: `localhost:${portOf()}` })).status).toBe(200);
  });

  it('is changed by its own pages only', async () => {
    const own = `http://127.0.0.1:${portOf()}`;
    const foreign = ['http://evil.example.com', 'null', 'http://127.0.0.1', `${own}.example.com`];
    for (const origin of foreign) {
      const { status } = await ask('/tenant/acme/pause', { origin }, 'POST');
      expect(status, origin).toBe(403);
    }
    expect((await ask('/tenant/acme/pause', {}, 'POST')).status).toBe(403);
    expect((await ask('/tenant/acme/pause')).status).toBe(404);
    expect(control.isPaused).toBe(false);
    const answer = await ask('/tenant/acme/pause', { origin: own }, 'POST');
    expect(answer.status).toBe(303);
    expect(control.isPaused).toBe(true);
    expect((await ask('/')).body).toContain('paused');
    await ask('/tenant/acme/resume', { origin: own }, 'POST');
    expect(control.isPaused).toBe(false);
  });

  it('is read by its own pages and by people who follow a link, not by other pages', async () => {
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    const fetched = { ...crossSite, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
    expect((await ask('/live.js', fetched)).status).toBe(403);
    const framed = { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await ask('/', framed)).status).toBe(403);
    const followed = { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask('/', followed)).status).toBe(200);
  });

  it('goes back to the page of the button, and never to another host', async () => {
    const own = `http://127.0.0.1:${portOf()}`;
    const back = async (referer: string) =>
      (await ask('/tenant/acme/check', { origin: own, referer }, 'POST')).headers['location'];
    expect(await back(`${own}/tenant/acme`)).toBe('/tenant/acme');
    expect(await back(`${own}//evil.example.com/`)).toBe('/');
    expect(await back('not an address')).toBe('/');
  });

  it.each([
    ['/nothing', 404],
    ['/tenant/acme/', 404],
    ['/tenant/nobody', 404],
    ['/tenant/ACME', 404],
    ['/incident/acme/A0-1', 404],
    ['/incident/acme/..%2f..%2fx', 404],
    ['/tenant/%ff', 404],
    ['//evil.example.com/%', 404],
  ])('has nothing at %s', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  it('does nothing for tenants that this run does not collect', async () => {
    const own = { origin: `http://127.0.0.1:${portOf()}` };
    expect((await ask('/tenant/other/pause', own, 'POST')).status).toBe(404);
    expect((await ask('/tenant/nobody/verify', own, 'POST')).status).toBe(404);
    expect((await ask('/', own, 'DELETE')).status).toBe(403);
  });

  it('shows where a search goes wrong, the text of it as text', async () => {
    const { status, body } = await ask(`/search?q=${encodeURIComponent('colour:<b>"x')}`);
    expect(status).toBe(200);
    expect(body).toContain('role="alert"');
    expect(body).not.toContain('<b>"');
  });
});
