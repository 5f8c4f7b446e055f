import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What AWS is asked, as IAM calls it: `dynamodb:Scan`. */
export type Action = string;

/** An answer with which AWS refuses. */
export interface Refusal {
  readonly name: string;
  readonly message: string;
}

/** Which service listens where, by its name in signatures; `undefined` for one that is elsewhere. */
export type Route = (service: string, region: string) => string | undefined;

/** All of AWS behind one address, as the operator's credentials see it. */
export interface Gate {
  readonly endpoint: string;
  /** The actions that were let through. */
  readonly actions: Set<Action>;
  readonly refusals: Map<Action, Refusal>;
  close(): Promise<void>;
}

export async function startGate(route: Route): Promise<Gate> {
  const actions: Gate['actions'] = new Set();
  const refusals: Gate['refusals'] = new Map();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const { service, region } = scopeOf(request);
    const action = `${service}:${operationOf(request, service, body)}`;
    const refusal = refusals.get(action) ?? refusals.get('*');
    const target = route(service, region);
    if (refusal !== undefined || target === undefined) {
      const { name, message } = refusal ?? { name: 'UnknownEndpoint', message: service };
      response.writeHead(403, { 'content-type': contentTypeOf(service) });
      response.end(errorText(service, name, message));
      return;
    }
    actions.add(action);
    const { method, url = '/', headers } = request;
    const forwarded = httpRequest(
      new URL(url, target),
      { method, headers: { ...headers, host: new URL(target).host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    actions,
    refusals,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The scope in the signature of a request: `Credential=KEY/20261122/eu-west-1/dynamodb/aws4_request`. */
function scopeOf({ headers }: IncomingMessage): { service: string; region: string } {
  const [, region = '', service = ''] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { service, region };
}

function operationOf(request: IncomingMessage, service: string, body: Buffer): string {
  if (service === 's3') return request.url?.includes('list-type=2') ? 'ListBucket' : 'GetObject';
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? '';
}

const contentTypeOf = (service: string): string =>
  isXml(service) ? 'text/xml' : 'application/x-amz-json-1.0';

const isXml = (service: string): boolean => service === 's3' || service === 'cloudformation';

function errorText(service: string, name: string, message: string): string {
  if (!isXml(service)) return JSON.stringify({ __type: name, message });
  const error = `<Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
  return service === 's3' ? error : `<ErrorResponse>${error}</ErrorResponse>`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
