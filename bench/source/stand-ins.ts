/**
 * Stand-ins for DynamoDB, SQS and Secrets Manager in a process of their own: they acknowledge what
 * they are told and do no work, so that what is measured is the caller. Asked {@link StandInQuestion}s.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TABLE } from '../../lambda/platform/names.ts';
import { countConnections, Tally } from './counts.ts';
import { answerQuestions } from './helper.ts';
import { CREDENTIALS } from './source-facts.ts';
import type { Served } from './tenant.ts';

export interface StandInQuestion {
  readonly ask: 'ports' | 'received';
}

export type Service = 'dynamodb' | 'sqs' | 'secrets-manager';
export type Ports = Readonly<Record<Service, number>>;

/** As {@link Served}, with the events in the batches that the queue acknowledged. */
export interface Received extends Served {
  readonly events: number;
}

type Input = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, { readonly S?: string }>>;
type Operations = Readonly<Record<string, (input: Input) => object>>;

/** Longer than a bench leaves its cells idle. */
const KEEP_ALIVE_MS = 120_000;

const requests = new Tally();
const names = new Map<number, string>();
const connections = countConnections(names);
const items = new Map<string, unknown>();
let eventsReceived = 0;

const keyOf = (item: Item): string => `${item[TABLE.partitionKey]?.S} ${item[TABLE.sortKey]?.S}`;

/** Every condition is met, and a query finds nothing: there is one writer, and no past to audit. */
const DYNAMODB: Operations = {
  GetItem: ({ Key }) => {
    const Item = items.get(keyOf(Key as Item));
    return Item === undefined ? {} : { Item };
  },
  PutItem: ({ Item }) => {
    items.set(keyOf(Item as Item), Item);
    return {};
  },
  UpdateItem: () => ({}),
  Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
};

const SQS: Operations = {
  SendMessage: ({ MessageBody }) => {
    const body = String(MessageBody);
    eventsReceived += (JSON.parse(body) as { count: number }).count;
    const MD5OfMessageBody = createHash('md5').update(body).digest('hex');
    return { MessageId: crypto.randomUUID(), MD5OfMessageBody };
  },
};

const SECRETS_MANAGER: Operations = {
  GetSecretValue: ({ SecretId }) => ({
    ARN: SecretId,
    Name: SecretId,
    VersionStages: ['AWSCURRENT'],
    SecretString: JSON.stringify(CREDENTIALS),
  }),
};

const ports: Ports = {
  dynamodb: await start('dynamodb', DYNAMODB),
  sqs: await start('sqs', SQS),
  'secrets-manager': await start('secrets-manager', SECRETS_MANAGER),
};

answerQuestions(({ ask }: StandInQuestion): Ports | Received => {
  if (ask === 'ports') return ports;
  const events = eventsReceived;
  eventsReceived = 0;
  return { requests: requests.take(), connections: connections(), events };
});

/** @returns its port */
async function start(service: Service, operations: Operations): Promise<number> {
  const server = createServer(async (request, response) => {
    const body = await readAll(request);
    const name = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    requests.add(`${service} ${name}`);
    const operation = operations[name];
    response.writeHead(operation === undefined ? 400 : 200, {
      'content-type': 'application/x-amz-json-1.0',
    });
    const answer = operation?.(JSON.parse(body)) ?? { __type: 'UnknownOperation' };
    response.end(JSON.stringify(answer));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  names.set(port, service);
  return port;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
