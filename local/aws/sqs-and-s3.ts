import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ListenOptions, Server } from 'node:net';
import { join } from 'node:path';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { serveRange } from './object-ranges.ts';

/** SQS and S3 on loopback, kept in a folder. */
export interface SqsAndS3 {
  readonly port: number;
  /** Receipt handles of the messages that were received and not deleted. */
  inFlight(queueName: string): string[];
  /** Messages waiting and in flight. */
  depth(queueName: string): number;
  stop(): Promise<void>;
}

export async function startSqsAndS3(dir: string): Promise<SqsAndS3> {
  const objectsDir = join(dir, 'objects');
  removeHalfWritten(objectsDir);
  const fauxqs = await onLoopback(objectsDir, () =>
    startFauxqs({ port: 0, dataDir: dir, s3StorageDir: objectsDir, logger: false }),
  );
  const messages = (queueName: string) => fauxqs.inspectQueue(queueName)?.messages;
  return {
    port: fauxqs.port,
    inFlight: (queueName) =>
      (messages(queueName)?.inflight ?? []).map(({ receiptHandle }) => receiptHandle),
    depth: (queueName) => {
      const held = messages(queueName);
      return (held?.ready.length ?? 0) + (held?.delayed.length ?? 0) + (held?.inflight.length ?? 0);
    },
    stop: () => fauxqs.stop(),
  };
}

/**
 * fauxqs listens on all interfaces and offers no option for that, so this one call of `listen` is
 * narrowed to loopback. The same place teaches it `If-None-Match: *` for objects, which it ignores,
 * and parts of objects without reading the whole.
 */
async function onLoopback(
  objectsDir: string,
  start: () => Promise<FauxqsServer>,
): Promise<FauxqsServer> {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function narrowed(this: Server, ...parameters: unknown[]) {
    Server.prototype.listen = listen;
    const [options, ...rest] = parameters as [ListenOptions, ...unknown[]];
    if (this instanceof HttpServer) teach(this, objectsDir);
    return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1' }, ...rest]);
  } as typeof listen;
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}

const PRECONDITION_FAILED =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>';

function teach(server: HttpServer, objectsDir: string): void {
  const [serve] = server.listeners('request') as [(...parameters: unknown[]) => void];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (serveRange(request, response, objectPath(objectsDir, request.url ?? '', DATA_SUFFIX)))
      return;
    const isCreateOnly = request.method === 'PUT' && request.headers['if-none-match'] === '*';
    if (!isCreateOnly || !isObjectThere(objectsDir, request.url ?? '')) {
      Reflect.apply(serve, server, [request, response]);
      return;
    }
    request.resume();
    request.once('end', () => {
      response.writeHead(412, { 'content-type': 'application/xml' });
      response.end(PRECONDITION_FAILED);
    });
  });
}

const isObjectThere = (objectsDir: string, path: string): boolean =>
  existsSync(objectPath(objectsDir, path, META_SUFFIX));

/** One of the two files that fauxqs keeps of the object of a request. */
function objectPath(objectsDir: string, path: string, suffix: string): string {
  const [bucket = '', ...key] = path.split('?')[0]?.slice(1).split('/') ?? [];
  // Characters that some file systems refuse are written as fauxqs writes them.
  const name = decodeURIComponent(key.join('/')).replaceAll(
    /[<>:"|?*\\%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return join(objectsDir, 'buckets', bucket, 'objects', `${name}${suffix}`);
}

const META_SUFFIX = '.meta.json';
const DATA_SUFFIX = '.data';

/**
 * An object is two files, written one after the other. What a kill left half written was never
 * acknowledged, and would keep fauxqs from starting.
 */
function removeHalfWritten(objectsDir: string): void {
  if (!existsSync(objectsDir)) return;
  for (const name of readdirSync(objectsDir, { recursive: true, encoding: 'utf8' })) {
    const path = join(objectsDir, name);
    if (name.endsWith(META_SUFFIX) && !isJson(path)) rmSync(path);
  }
  for (const name of readdirSync(objectsDir, { recursive: true, encoding: 'utf8' })) {
    const path = join(objectsDir, name);
    const isData = name.endsWith(DATA_SUFFIX);
    if (isData && !existsSync(path.replace(/\.data$/, META_SUFFIX))) rmSync(path);
  }
}

function isJson(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, 'utf8'));
    return true;
  } catch {
    return false;
  }
}
