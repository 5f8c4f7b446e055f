import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What CloudFormation tells of one stack. */
export interface FakeStack {
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** CloudFormation and EventBridge on loopback, as far as the operator's command asks them. */
export interface FakeStacks {
  /** What points the AWS SDK at them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stacks: Record<string, FakeStack>;
  /** States of rules by their names. */
  readonly rules: Record<string, string>;
  close(): Promise<void>;
}

export async function startFakeStacks(): Promise<FakeStacks> {
  const stacks: FakeStacks['stacks'] = {};
  const rules: FakeStacks['rules'] = {};
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const target = request.headers['x-amz-target'];
    const { status, type, text } =
      target === 'AWSEvents.DescribeRule'
        ? describeRule(rules, JSON.parse(body).Name)
        : describeStacks(stacks, new URLSearchParams(body).get('StackName') ?? '');
    response.writeHead(status, { 'content-type': type });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: {
      AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    },
    stacks,
    rules,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function describeRule(rules: FakeStacks['rules'], name: string) {
  const state = rules[name];
  const type = 'application/x-amz-json-1.1';
  return state === undefined
    ? {
        status: 400,
        type,
        text: JSON.stringify({ __type: 'ResourceNotFoundException', message: `no rule ${name}` }),
      }
    : { status: 200, type, text: JSON.stringify({ Name: name, State: state }) };
}

function describeStacks(stacks: FakeStacks['stacks'], name: string) {
  const stack = stacks[name];
  if (stack === undefined) {
    const error = `<Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error>`;
    return { status: 400, type: 'text/xml', text: `<ErrorResponse>${error}</ErrorResponse>` };
  }
  const outputs = members(stack.outputs, 'OutputKey', 'OutputValue');
  const parameters = members(stack.parameters ?? {}, 'ParameterKey', 'ParameterValue');
  const member = `<member><Outputs>${outputs}</Outputs><Parameters>${parameters}</Parameters></member>`;
  const text = `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  return { status: 200, type: 'text/xml', text };
}

const members = (values: Readonly<Record<string, string>>, key: string, value: string): string =>
  Object.entries(values)
    .map(([name, text]) => `<member><${key}>${name}</${key}><${value}>${text}</${value}></member>`)
    .join('');

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
