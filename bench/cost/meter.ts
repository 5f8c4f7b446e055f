import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { add, type Units } from './units.ts';

/** An SQS request is billed for each 64 KB of its payload that it begins. */
const SQS_CHUNK_BYTES = 64 * 1024;
const READS = /^(?:GetItem|BatchGetItem|Query|Scan|TransactGetItems)$/;

interface Exchange {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** The operation, for services that name it in a header. */
  readonly operation: string;
  readonly body: Buffer;
  readonly answer: Buffer;
}

/** Stands between the AWS clients and the embedded services, and counts what AWS would bill. */
export class Meter {
  readonly #servers: Server[] = [];
  #counted: Units = {};
  #bytes: Units = {};

  /** @returns the address that counts for a service whose address is `target` */
  async cover(service: string, target: string): Promise<string> {
    const server = createServer((request, response) => {
      this.#pass(service, target, request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** What was counted since it was asked last. */
  take(): { readonly counted: Units; readonly bytes: Units } {
    const taken = { counted: this.#counted, bytes: this.#bytes };
    this.#counted = {};
    this.#bytes = {};
    return taken;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(this.#servers.map((server) => new Promise((done) => server.close(done))));
  }

  async #pass(
    service: string,
    target: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const received = await readAll(request);
    const body = service === 'dynamodb' ? askForCapacity(received) : received;
    const {
      host: _host,
      expect: _expect,
      'transfer-encoding': _encoding,
      ...headers
    } = {
      ...request.headers,
      'content-length': String(body.length),
    };
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      ask(`${target}${path}`, { method, headers }, resolve).once('error', reject).end(body);
    });
    const answer = await readAll(answered);
    const { counted, bytes } = billed({ service, method, path, operation, body, answer });
    this.#counted = add(this.#counted, counted);
    this.#bytes = add(this.#bytes, bytes);
    response.writeHead(answered.statusCode ?? 500, answered.headers);
    response.end(answer);
  }
}

function billed(exchange: Exchange): { readonly counted: Units; readonly bytes: Units } {
  const { service, method, path, operation, body, answer } = exchange;
  if (service === 'dynamodb') {
    return READS.test(operation)
      ? { counted: { 'dynamodb-reads': readUnits(operation, body, answer) }, bytes: {} }
      : { counted: { 'dynamodb-writes': Math.max(1, capacityOf(answer)) }, bytes: {} };
  }
  if (service === 'sqs') {
    const { MessageBody = '' } = parse<{ MessageBody?: string }>(body);
    return { counted: { 'sqs-requests': sqsRequests(MessageBody) }, bytes: {} };
  }
  if (service === 'secrets-manager') return { counted: { 'secret-calls': 1 }, bytes: {} };
  if (service === 's3') {
    if (method !== 'PUT') return { counted: { 's3-gets': 1 }, bytes: {} };
    // What only overflows the queue is gone within a month.
    const isKept = !path.includes('/overflow/');
    return { counted: { 's3-puts': 1 }, bytes: isKept ? { 's3-kept': body.length } : {} };
  }
  return { counted: { [`${service} ${operation || method}`]: 1 }, bytes: {} };
}

/** How many requests SQS bills for sending or receiving a message. */
export const sqsRequests = (messageBody: string): number =>
  Math.max(1, Math.ceil(Buffer.byteLength(messageBody) / SQS_CHUNK_BYTES));

function askForCapacity(body: Buffer): Buffer {
  const input = parse<Record<string, unknown>>(body);
  return Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }));
}

function readUnits(operation: string, body: Buffer, answer: Buffer): number {
  if (operation !== 'BatchGetItem') return Math.max(leastRead(body), capacityOf(answer));
  const { RequestItems } = parse<{ RequestItems: Record<string, { Keys: unknown[] }> }>(body);
  const { Responses } = parse<{ Responses: Record<string, unknown[]> }>(answer);
  const asked = Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  const found = Object.values(Responses).reduce((sum, items) => sum + items.length, 0);
  // All of ours are consistent reads.
  return capacityOf(answer) + (asked - found);
}

/** What a read is billed that finds nothing; the emulator says 0 of some. */
const leastRead = (body: Buffer): number =>
  parse<{ ConsistentRead?: boolean }>(body).ConsistentRead === true ? 1 : 0.5;

/** A write that its condition refuses is billed, too, but answered without its capacity. */
function capacityOf(answer: Buffer): number {
  const { ConsumedCapacity = [] } = parse<{ ConsumedCapacity?: Capacity | Capacity[] }>(answer);
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

interface Capacity {
  /** Absent when nothing was found. */
  readonly CapacityUnits?: number;
}

const parse = <T>(text: Buffer): T => JSON.parse(text.toString('utf8')) as T;

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
