import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asCollectorError } from '../../lambda/platform/errors.ts';
import type { SharedResources } from '../aws/embedded-aws.ts';
import { type Answer, plain } from './answer.ts';
import { refusal, SECURITY_HEADERS } from './guard.ts';
import { openLocalBooks } from './local-books.ts';
import { answerPost } from './posts.ts';
import { Proofs } from './proofs.ts';
import { answerGet, type RouteParts } from './routes.ts';
import type { LocalTenants } from './tenants.ts';

/** The console of a run on this machine. */
export interface LocalConsole {
  /** `http://127.0.0.1:port` */
  readonly address: string;
  stop(): Promise<void>;
}

/** A form comes from this machine at once, or from nobody who means it. */
const RECEIVING = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 500,
} as const;

/** Starts the console on a port of the loopback that the system chooses. */
export async function startConsole(
  resources: SharedResources,
  tenants: LocalTenants,
): Promise<LocalConsole> {
  const books = openLocalBooks(resources);
  const parts: RouteParts = {
    tenants,
    books,
    proofs: new Proofs(books),
    liveScript: readFileSync(new URL('./live.js', import.meta.url), 'utf8'),
  };
  const server = createServer(RECEIVING, (request, response) => {
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
  // What a form sends is read where the form is known; what else comes is not kept.
  if (request.method !== 'POST') request.resume();
  const answer = await answerOf(parts, port, request);
  request.resume();
  send(response, answer);
}

async function answerOf(
  parts: RouteParts,
  port: number,
  request: IncomingMessage,
): Promise<Answer> {
  const refused = refusal(request, port);
  if (refused !== undefined) return plain(403, refused);
  const path = request.url ?? '/';
  if (!URL.canParse(path, 'http://127.0.0.1')) return plain(400, 'Not an address');
  const url = new URL(path, 'http://127.0.0.1');
  try {
    return request.method === 'GET'
      ? await answerGet(parts, url)
      : await answerPost(parts, url.pathname, request, pageBefore(request));
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

function send(response: ServerResponse, answer: Answer): void {
  if ('location' in answer) {
    response.writeHead(answer.status, { ...SECURITY_HEADERS, location: answer.location }).end();
    return;
  }
  const { status, type, body } = answer;
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type }).end(body);
}
