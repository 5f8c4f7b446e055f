import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../lambda/detect/incident.ts';
import { busOutlet, topicOutlet } from '../../lambda/detect/outlets.ts';
import { securityHubOutlet } from '../../lambda/detect/security-hub.ts';

const PRODUCT_ARN = 'arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default';

const INCIDENT: Incident = {
  id: 'A0-LOG-02-20261122-3f9ac01b7d2e',
  tenant: 'acme',
  ruleId: 'A0-LOG-02',
  title: 'Login after many failed ones',
  family: 'login',
  severity: 'high',
  // What an attacker typed as a name must not start a line of its own, nor a second header.
  entity: { kind: 'user', value: 'zoë@example.com\r\nBcc: all@example.com' },
  attack: ['T1110.001'],
  firstSeenMs: Date.parse('2026-11-22T10:00:00Z'),
  lastSeenMs: Date.parse('2026-11-22T10:05:00Z'),
  count: 12,
  timeline: [
    { ms: Date.parse('2026-11-22T10:00:00Z'), logId: '900-1', text: 'wrong password' },
    { ms: Date.parse('2026-11-22T10:05:00Z'), logId: '900-2', text: 'login' },
  ],
  todo: 'Call the user.',
  openedMs: Date.parse('2026-11-22T10:06:00Z'),
  updatedMs: Date.parse('2026-11-22T10:06:00Z'),
  version: 1,
  lastRun: '1-1',
};

interface Asked {
  readonly path: string;
  readonly body: string;
}

let server: Server;
let answer: { status: number; type: string; body: string };
const asked: Asked[] = [];
const ENDPOINTS = ['SNS', 'EVENTBRIDGE', 'SECURITYHUB'].map((name) => `AWS_ENDPOINT_URL_${name}`);

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push({ path: request.url ?? '', body: await bodyOf(request) });
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const name of ENDPOINTS) process.env[name] = `http://127.0.0.1:${port}`;
  process.env['AWS_REGION'] = 'eu-central-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});
afterAll(() => {
  server.close();
  for (const name of ENDPOINTS) delete process.env[name];
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function respond(body: string, type = 'application/x-amz-json-1.1', status = 200): void {
  answer = { status, type, body };
  asked.length = 0;
}

describe('the topic', () => {
  it('is told of an incident in words, with a subject of one line of ASCII', async () => {
    respond(
      '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
      'text/xml',
    );
    await topicOutlet('arn:aws:sns:eu-central-1:111122223333:incidents')(INCIDENT, 'opened');
    const sent = new URLSearchParams(asked[0]?.body);
    expect(sent.get('Subject')).toMatch(/^high: Login after many failed ones, user zo\?@[ -~]+$/);
    expect(sent.get('Message')).toContain('HIGH  Login after many failed ones');
    expect(sent.get('Message')).not.toContain('\r');
    expect(
      sent
        .get('Message')
        ?.split('\n')
        .some((line) => line.startsWith('Bcc')),
    ).toBe(false);
  });

  it('is not told that an incident grew', async () => {
    respond('', 'text/xml', 500);
    await topicOutlet('arn:aws:sns:eu-central-1:111122223333:incidents')(INCIDENT, 'grown');
    expect(asked).toEqual([]);
  });
});

describe('the bus', () => {
  it('gets the finding', async () => {
    respond(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
    await busOutlet('incidents')(INCIDENT, 'escalated');
    const [entry] = JSON.parse(asked[0]?.body ?? '').Entries;
    expect(entry).toMatchObject({ EventBusName: 'incidents', DetailType: 'Incident Escalated' });
    expect(JSON.parse(entry.Detail)).toMatchObject({
      class_uid: 2004,
      finding_info: { uid: INCIDENT.id },
    });
  });

  it('says why an entry was refused', async () => {
    const entry = { ErrorCode: 'NotAuthorized', ErrorMessage: 'no such bus' };
    respond(JSON.stringify({ FailedEntryCount: 1, Entries: [entry] }));
    await expect(busOutlet('incidents')(INCIDENT, 'opened')).rejects.toMatchObject({
      code: 'AWS_CALL',
      message: 'The bus refused: NotAuthorized no such bus',
    });
  });
});

describe('Security Hub', () => {
  it('gets a finding of its own format, also when the incident grows', async () => {
    respond(JSON.stringify({ FailedCount: 0, SuccessCount: 1 }), 'application/json');
    await securityHubOutlet(PRODUCT_ARN)(INCIDENT, 'grown');
    expect(asked[0]?.path).toBe('/findings/import');
    const [finding] = JSON.parse(asked[0]?.body ?? '').Findings;
    expect(finding).toMatchObject({
      Id: 'Auth0Collector/acme/A0-LOG-02-20261122-3f9ac01b7d2e',
      AwsAccountId: '111122223333',
      ProductArn: PRODUCT_ARN,
      Severity: { Label: 'HIGH' },
      FirstObservedAt: '2026-11-22T10:00:00.000Z',
    });
    expect(finding.Title).not.toContain('\n');
  });

  it('says why a finding was refused', async () => {
    const refused = { Id: 'x', ErrorCode: 'InvalidInput', ErrorMessage: 'bad' };
    respond(
      JSON.stringify({ FailedCount: 1, SuccessCount: 0, FailedFindings: [refused] }),
      'application/json',
    );
    await expect(securityHubOutlet(PRODUCT_ARN)(INCIDENT, 'opened')).rejects.toMatchObject({
      message: 'Security Hub refused: InvalidInput bad',
    });
  });
});
