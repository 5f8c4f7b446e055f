import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that says yes to whatever the AWS CLI asks, as far as the documents ask. */
export interface StandIn {
  readonly endpoint: string;
  /** What was asked, as `service:Operation`, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Answers that the lines after them go on with; anything else is answered with nothing. */
const ANSWERS: Readonly<Record<string, object>> = {
  'dynamodb:DescribeTable': { Table: { TableStatus: 'ACTIVE' } },
  'dynamodb:GetItem': { Item: { tenant: { S: 'acme' }, item: { S: 'checkpoint' } } },
  'logs:DescribeQueryDefinitions': {
    queryDefinitions: [{ name: 'Polls', queryString: 'filter logId = "{{logId}}"' }],
  },
  'logs:StartQuery': { queryId: 'a-query' },
  'sqs:GetQueueAttributes': {
    Attributes: { QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead-letters' },
  },
};

/** @param outputs names of what CloudFormation tells of every stack */
export async function startStandIn(outputs: readonly string[]): Promise<StandIn> {
  const asked: string[] = [];
  const members = outputs
    .map(
      (name) =>
        `<member><OutputKey>${name}</OutputKey><OutputValue>a-${name}</OutputValue></member>`,
    )
    .join('');
  const stack = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const service = serviceOf(request);
    const operation = operationOf(request, body);
    asked.push(`${service}:${operation}`);
    const isXml = ['cloudformation', 'sns', 's3'].includes(service);
    response.writeHead(200, { 'content-type': isXml ? 'text/xml' : typeOf(request) });
    const named = service === 's3' ? 'Answer' : `${operation}Response`;
    const empty = `<${named}><${operation.replaceAll(/\W/g, '')}Result/></${named}>`;
    if (operation === 'DescribeStacks') response.end(stack);
    else response.end(isXml ? empty : JSON.stringify(ANSWERS[asked.at(-1) ?? ''] ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const serviceOf = ({ headers }: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

const typeOf = ({ headers }: IncomingMessage): string =>
  headers['content-type'] ?? 'application/json';

/** By target, by form, or, where a service has resources, by method and path. */
function operationOf({ headers, method, url }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body).get('Action') ?? `${method} ${url}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
