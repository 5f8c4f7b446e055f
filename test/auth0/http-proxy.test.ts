import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, HTTP_LIMITS } from '../../lambda/auth0/http.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { runCommand } from '../e2e/command.ts';

const HOST = 'acme.example.com';
const URL_OF_LOGS = `https://${HOST}/api/v2/logs`;

/** Ends a request through `proxy`; the answers, or the failure, are what the process prints. */
const COLLECT_TWICE = `
  import { createHttp, HTTP_LIMITS } from './lambda/auth0/http.ts';
  const http = createHttp(HTTP_LIMITS, process.argv[1]);
  const request = { method: 'GET', url: '${URL_OF_LOGS}' };
  try {
    const answers = [await http(request), await http(request)];
    console.log(JSON.stringify(answers.map(({ status, body }) => [status, body.toString()])));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }
  process.exit(0);
`;

let folder: string;
let authority: string;
let auth0: https.Server;
let proxy: http.Server;
/** What the proxy answers to CONNECT; `open` tunnels to our Auth0, whatever name was asked for. */
let answer: 'open' | number;
let tunnels: string[];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const proxyUrl = (): string => `http://127.0.0.1:${portOf(proxy)}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'http-proxy-'));
  const ca = await generate([{ name: 'commonName', value: 'Corporate CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const server = await generate([{ name: 'commonName', value: HOST }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
  });
  authority = join(folder, 'ca.pem');
  writeFileSync(authority, ca.cert);
  auth0 = https.createServer({ key: server.private, cert: server.cert }, (request, response) => {
    response.end(`served ${request.headers.host}${request.url}`);
  });
  proxy = http.createServer((_request, response) => response.writeHead(418).end());
  proxy.on('connect', ({ url }: http.IncomingMessage, client: Socket) => {
    tunnels.push(String(url));
    if (answer !== 'open') {
      client.end(`HTTP/1.1 ${answer} Refused\r\ncontent-length: 6\r\n\r\nno way`);
      return;
    }
    const upstream = connect(portOf(auth0), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => upstream.destroy());
  });
  await Promise.all([listening(auth0), listening(proxy)]);
});

afterAll(() => {
  for (const server of [auth0, proxy]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  answer = 'open';
  tunnels = [];
});

/** What a process of its own gets, since the trusted authorities are read at its start. */
async function collectTwice(environment: Record<string, string>): Promise<unknown> {
  const evaluate = ['--input-type=module', '--eval', COLLECT_TWICE, proxyUrl()] as const;
  const [first, ...others] = evaluate;
  const { stdout, stderr } = await runCommand(first, others, environment);
  return JSON.parse(stdout || JSON.stringify(stderr));
}

async function failureThrough(proxyAddress: string): Promise<CollectorError> {
  const request = createHttp(HTTP_LIMITS, proxyAddress)({ method: 'GET', url: URL_OF_LOGS });
  const failure = await request.then(String, (thrown: unknown) => thrown);
  if (failure instanceof CollectorError) return failure;
  throw new Error(`no failure but ${failure}`);
}

describe('behind a proxy', () => {
  it('an answer comes through one tunnel, and the authority of the company is trusted', async () => {
    const answers = await collectTwice({ NODE_EXTRA_CA_CERTS: authority });
    const served = [200, `served ${HOST}/api/v2/logs`];
    expect(answers).toEqual([served, served]);
    expect(tunnels).toEqual([`${HOST}:443`]);
  });

  it('an authority that nobody named is not trusted', async () => {
    expect(await collectTwice({})).toMatchObject({ code: 'AUTH0_TLS' });
  });

  it.each([403, 407])('its %i is not taken for an answer of Auth0', async (status) => {
    answer = status;
    const { code, message } = await failureThrough(proxyUrl());
    expect([code, message]).toEqual([
      'AUTH0_PROXY',
      `The proxy answered ${status} to CONNECT (${HOST}/api/v2/logs through the proxy 127.0.0.1:${portOf(proxy)})`,
    ]);
  });

  it('that can not reach Auth0 the next try may succeed', async () => {
    answer = 502;
    const { code, kind, message } = await failureThrough(proxyUrl());
    expect([code, kind]).toEqual(['AUTH0_CONNECTION', 'transient']);
    expect(message).toContain('The proxy answered 502 to CONNECT');
  });

  it('that does not listen it is the proxy that is named', async () => {
    const gone = http.createServer();
    await listening(gone);
    const address = `127.0.0.1:${portOf(gone)}`;
    await new Promise((resolve) => gone.close(resolve));
    const { code, message } = await failureThrough(`http://${address}`);
    expect(code).toBe('AUTH0_CONNECTION');
    expect(message).toContain(`ECONNREFUSED (${HOST}/api/v2/logs through the proxy ${address})`);
  });

  it('that no name server knows it is the proxy that is named', async () => {
    const { code, message } = await failureThrough('http://proxy.invalid:3128');
    expect(code).toBe('AUTH0_DNS');
    expect(message).toContain('The host name proxy.invalid could not be resolved');
  });
});
