import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRICS_NAMESPACE } from '../../lambda/platform/names.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import { powertoolsTelemetry } from '../../lambda/platform/telemetry.ts';

const log = console.log;
const info = console.info;
const environment = { ...process.env };
let lines: string[];
beforeEach(() => {
  lines = [];
  console.log = (line: string) => lines.push(line);
  console.info = console.log;
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
  // Powertools writes to the console of the process in this mode only.
  process.env['POWERTOOLS_DEV'] = 'true';
});
afterEach(() => {
  console.log = log;
  console.info = info;
  process.env = { ...environment };
});

const printed = () => lines.map((line) => JSON.parse(line));

describe('the telemetry of a function', () => {
  it('publishes the counts of a tenant under the tenant alone', () => {
    powertoolsTelemetry('poller').metrics('acme', { EventsFetched: 3, PollLagSeconds: 2 });
    const [metric] = printed();
    expect(metric).toMatchObject({ Tenant: 'acme', EventsFetched: 3, PollLagSeconds: 2 });
    expect(metric._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: METRICS_NAMESPACE,
        Dimensions: [['Tenant']],
        Metrics: [
          { Name: 'EventsFetched', Unit: 'Count' },
          { Name: 'PollLagSeconds', Unit: 'Seconds' },
        ],
      },
    ]);
  });

  it('publishes no count that is 0, since each costs for the hour', () => {
    const telemetry = powertoolsTelemetry('poller');
    telemetry.metrics('acme', { EventsFetched: 0, Gaps: 0 });
    expect(lines).toEqual([]);
    telemetry.metrics('acme', { EventsFetched: 3, Gaps: 0, HoursToLoss: -1 });
    const [metric] = printed();
    expect(metric).toMatchObject({ EventsFetched: 3, HoursToLoss: -1 });
    expect(metric).not.toHaveProperty('Gaps');
  });

  it('keeps the counts of two tenants apart', () => {
    const telemetry = powertoolsTelemetry('ingest');
    telemetry.metrics('acme', { EventsDuplicate: 1 });
    telemetry.metrics('shop', { EventsDuplicate: 2 });
    expect(printed().map(({ Tenant, EventsDuplicate }) => [Tenant, EventsDuplicate])).toEqual([
      ['acme', 1],
      ['shop', 2],
    ]);
  });

  it('prints one JSON line for a summary, without what must not be seen', () => {
    const fields = {
      tenant: 'acme',
      fetched: 3,
      secret: new Secret('hidden') as unknown as string,
    };
    powertoolsTelemetry('poller').summary('auth0: fetched 3 log events', fields);
    expect(printed()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'auth0: fetched 3 log events',
        service: 'poller',
        tenant: 'acme',
        fetched: 3,
      }),
    ]);
    expect(lines.join()).not.toContain('hidden');
  });
});
