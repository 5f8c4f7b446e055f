import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { DOCUMENTATION } from '../../lambda/console/widget.ts';
import { type Console, createConsole } from '../../lambda/console.ts';
import { createIncidentStore } from '../../lambda/detect/incident-store.ts';
import { createGapStore } from '../../lambda/ledger/gap-store.ts';
import { ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { startServices } from '../contract/services.ts';
import { checkpoint, gap, incident } from './readings.ts';

const ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:console';
const HOSTILE_NAME = '<script>alert(1)</script>"\'@example.com';

let aws: EmbeddedAws;
let widget: Console;
let dynamo: DynamoDBClient;
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  const table = aws.resources[ENV.collectionTable];
  const now = new Date().toISOString();
  const polled = { lastPollAt: now, lastSuccessAt: now };
  const checkpoints = createCheckpointStore(dynamo, table);
  await checkpoints.save('acme', checkpoint(polled, { collectedUntil: now }));
  await checkpoints.save('staging', checkpoint(polled, { collectedUntil: now }));
  await createGapStore(dynamo, table).record('staging', gap({ recordedAt: now }));
  await createIncidentStore(dynamo, aws.resources[ENV.detectionTable]).create(
    incident({ entity: { kind: 'user', value: HOSTILE_NAME } }),
  );
  widget = createConsole(aws.resources);
});
afterAll(async () => {
  dynamo.destroy();
  await aws.stop();
});

const TENANTS = [
  { name: 'acme', plan: 'enterprise', pollIntervalMinutes: 5 },
  { name: 'staging' },
  { name: 'billing', isPaused: true },
];

const show = (clicked: object = {}, context: object = {}) =>
  widget(
    { ...clicked, widgetContext: { theme: 'light', params: { tenants: TENANTS }, ...context } },
    { invokedFunctionArn: ARN },
  );

describe('the widget of the dashboard', () => {
  it('says what it is when CloudWatch asks', async () => {
    expect(await widget({ describe: true }, { invokedFunctionArn: ARN })).toBe(DOCUMENTATION);
  });

  it('shows every tenant it is told of, each with its state', async () => {
    const page = await show();
    expect(page).toContain('3 tenants: 1 red (staging), 1 amber (billing), 1 green');
    expect(page).toContain('GAP_RETENTION_PASSED');
    expect(page).toMatch(/id="tile-acme"[\s\S]*2,500/);
  });

  it('only shows: it has no form and no action but calls of its own function', async () => {
    for (const view of [{}, { view: 'tenant', tenant: 'acme' }]) {
      const page = await show(view);
      expect(page).not.toMatch(/<(?:form|input|script|iframe|use|link|img)\b/);
      expect(page).not.toMatch(/\s(?:href|src|on[a-z]+|style)=/);
      const actions = [...page.matchAll(/<cwdb-action ([^>]*)>/g)].map(([, given]) => given);
      expect(actions.length).toBeGreaterThan(0);
      const own = `action="call" display="widget" event="click" endpoint="${ARN}"`;
      expect(new Set(actions)).toEqual(new Set([own]));
    }
  });

  it('leads to the view that an element was clicked for', async () => {
    const page = await show();
    const views = [...page.matchAll(/<cwdb-action [^>]*>([^<]*)</g)].map(([, text = '']) =>
      JSON.parse(text.replaceAll('&quot;', '"')),
    );
    const story = views.find(({ view }) => view === 'incident');
    const told = await show(story);
    expect(told).toContain('How it went');
    expect(told).toContain('&lt;script&gt;alert(1)');
    expect(told).not.toContain('<script>');
    expect(await show({ view: 'incident', tenant: 'acme', id: 'A0-9' })).toContain(
      'There is no incident A0-9.',
    );
  });

  it('shows no tenant that is not among its own', async () => {
    expect(await show({ view: 'tenant', tenant: 'elsewhere' })).toContain('not among those');
  });

  it('takes theme and time from the dashboard', async () => {
    const start = Date.parse('2026-11-20T10:00:00Z');
    const range = { start, end: start + 3_600_000 };
    const page = await show({}, { theme: 'dark', timeRange: range });
    expect(page).toMatch(/class="console [^"]*dark"/);
    expect(page).toContain('from 10:00 to 11:00 UTC');
    const zoom = { start: start + 600_000, end: start + 1_200_000 };
    expect(await show({}, { timeRange: { ...range, zoom } })).toContain('from 10:10 to 10:20 UTC');
  });

  it('says what it needs when it is told of no tenants', async () => {
    for (const params of [undefined, {}, { tenants: [] }, { tenants: [{ name: '<b>' }] }]) {
      expect(await show({}, { params })).toContain('its parameters need');
    }
  });

  it('answers any event with HTML that holds none of it as markup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), async (clicked, context) => {
        const event = {
          view: clicked,
          tenant: clicked,
          widgetContext: { params: { tenants: [{ name: 'acme' }] }, timeRange: context },
        };
        const page = await widget(event, { invokedFunctionArn: ARN });
        expect(page.startsWith('<style>')).toBe(true);
        expect(page.endsWith('</div>')).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('makes a tenant red whose books can not be read', async () => {
    const elsewhere = createConsole({ ...aws.resources, [ENV.collectionTable]: 'no-such-table' });
    const page = await elsewhere(
      { widgetContext: { params: { tenants: [{ name: 'acme' }] } } },
      { invokedFunctionArn: ARN },
    );
    expect(page).toContain('AWS_CALL');
    expect(page).toContain('1 red (acme)');
  });
});
