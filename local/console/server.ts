import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asCollectorError } from '../../lambda/platform/errors.ts';
import type { SharedResources } from '../aws/embedded-aws.ts';
import { refusal, SECURITY_HEADERS } from './guard.ts';
import { openLocalBooks } from './local-books.ts';
import { Proofs } from './proofs.ts';
import { type Answer, act, answerGet, type LocalTenant, type RouteParts } from './routes.ts';

/** The console of a run on this machine. */
export interface LocalConsole {
  /** `http://127.0.0.1:port` */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts the console on a port of the loopback that the system chooses. */
export async function startConsole(
  resources: SharedResources,
  tenants: readonly LocalTenant[],
): Promise<LocalConsole> {
  const books = openLocalBooks(resources);
  const parts: RouteParts = {
    tenants,
    books,
    proofs: new Proofs(books),
    liveScript: readFileSync(new URL('./live.js', import.meta.url), 'utf8'),
  };
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    respond(parts, port, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      books.close();
    },
  };
}

async function respond(
  parts: RouteParts,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Nothing is sent to the console but by its address; what comes all the same is not kept.
  request.resume();
  const refused = refusal(request, port);
  if (refused !== undefined) return send(response, plain(403, refused));
  const path = request.url ?? '/';
  if (!URL.canParse(path, 'http://127.0.0.1')) return send(response, plain(400, 'Not an address'));
  const url = new URL(path, 'http://127.0.0.1');
  if (request.method === 'GET') return send(response, await answered(parts, url));
  if (!act(parts, url.pathname)) return send(response, plain(404, 'There is nothing here'));
  response.writeHead(303, { ...SECURITY_HEADERS, location: pageBefore(request) }).end();
}

async function answered(parts: RouteParts, url: URL): Promise<Answer> {
  try {
    return await answerGet(parts, url);
  } catch (thrown) {
    const { code, message, remedy } = asCollectorError(thrown);
    return plain(500, `${code}: ${message}\n${remedy}`);
  }
}

/** Where the button was; the guard has seen that it is one of ours. */
function pageBefore({ headers: { referer = '' } }: IncomingMessage): string {
  const path = URL.canParse(referer) ? new URL(referer).pathname : '/';
  return path.startsWith('//') ? '/' : path;
}

const plain = (status: number, body: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type }).end(body);
}
