import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Athena's JSON protocol on loopback, as far as a search speaks it, and the outputs of a stack. */
export interface FakeAthena {
  readonly endpoint: string;
  /** What CloudFormation says of the shared stack. */
  outputs: Readonly<Record<string, string>>;
  /** What was asked to start, with the parameters. */
  readonly started: { readonly text: string; readonly parameters: readonly string[] }[];
  /** Ids of the statements that were stopped. */
  readonly stopped: string[];
  /** States that a statement goes through, one per look; it stays in the last. */
  states: readonly string[];
  scannedBytes: number;
  reason: string;
  /** The answer to every statement; a page holds {@link pageRows} of them. */
  rows: (string | null)[][];
  pageRows: number;
  /** Called at every look at a statement. */
  onLook: () => void;
  /** Looks that are answered; those after them are refused. */
  looksMax: number;
  close(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

export async function startFakeAthena(): Promise<FakeAthena> {
  const looks = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target'];
    const sent = await bodyOf(request);
    if (target === undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(describeStacks(fake.outputs));
      return;
    }
    const operation = String(target).split('.')[1] ?? '';
    const { status, body } = answer(operation, JSON.parse(sent));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeAthena = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    outputs: { AthenaWorkgroup: 'collector', LakeDatabase: 'lake' },
    started: [],
    stopped: [],
    states: ['QUEUED', 'RUNNING', 'SUCCEEDED'],
    scannedBytes: 0,
    reason: '',
    rows: [],
    pageRows: 1_000,
    onLook: () => undefined,
    looksMax: Number.POSITIVE_INFINITY,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function answer(operation: string, body: Body): { status: number; body: Body } {
    const id = String(body['QueryExecutionId']);
    switch (operation) {
      case 'StartQueryExecution': {
        const parameters = (body['ExecutionParameters'] ?? []) as string[];
        fake.started.push({ text: String(body['QueryString']), parameters });
        return ok({ QueryExecutionId: `query-${fake.started.length}` });
      }
      case 'GetQueryExecution': {
        fake.onLook();
        const look = looks.get(id) ?? 0;
        looks.set(id, look + 1);
        if (look >= fake.looksMax) return refusal('InvalidRequestException', 'not now');
        const State = fake.states[Math.min(look, fake.states.length - 1)];
        return ok({
          QueryExecution: {
            QueryExecutionId: id,
            Status: { State, StateChangeReason: fake.reason },
            Statistics: { DataScannedInBytes: fake.scannedBytes },
          },
        });
      }
      case 'GetQueryResults':
        return ok(page(Number(body['NextToken'] ?? 0)));
      case 'StopQueryExecution':
        fake.stopped.push(id);
        return ok({});
      default:
        return refusal('InvalidRequestException', operation);
    }
  }

  /** The first row holds the names of the columns, as with every SELECT. */
  function page(start: number): Body {
    const all = [['tenant', 'event_time', 'log_id', 'raw'], ...fake.rows];
    const rows = all.slice(start, start + fake.pageRows);
    const next = start + fake.pageRows;
    return {
      ResultSet: {
        Rows: rows.map((cells) => ({
          Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
        })),
      },
      ...(next < all.length && { NextToken: String(next) }),
    };
  }
  return fake;
}

const ok = (body: Body) => ({ status: 200, body });

const refusal = (name: string, message: string) => ({
  status: 400,
  body: { __type: name, message },
});

function describeStacks(outputs: FakeAthena['outputs']): string {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
