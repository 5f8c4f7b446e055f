import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { WIDGET_PARAMS } from '../../lambda/console/widget-params.ts';
import { METRIC } from '../../lambda/platform/names.ts';
import type { TemplateJson } from './evaluate.ts';
import { type Published, readPublished } from './published.ts';
import { type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const RUNBOOK = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
const NAMES = ['acme', 'shop'];

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly markdown?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly params?: unknown;
  };
}

interface Query {
  readonly Name: string;
  readonly QueryString: string;
  readonly LogGroupNames: readonly unknown[];
  readonly Parameters?: readonly { readonly Name: string }[];
}

let deployment: Deployment;
let published: Published;

const entries = (names: readonly string[]) =>
  names.map((name) => ({ name, domain: `${name}.us.auth0.com`, plan: 'essentials' }));

beforeAll(() => {
  deployment = synthesise(entries(NAMES));
  published = readPublished();
});

/** The widgets of each dashboard; what is known at deployment only stands as `?`. */
function dashboards({ collector }: Deployment): Map<unknown, Widget[]> {
  return new Map(
    resourcesOf(collector, 'AWS::CloudWatch::Dashboard').map(([, { Properties }]) => {
      const body = Properties['DashboardBody'] as { 'Fn::Join': [string, unknown[]] };
      const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : '?'));
      return [Properties['DashboardName'], JSON.parse(text.join('')).widgets];
    }),
  );
}

interface Shown {
  readonly namespace: unknown;
  readonly name: unknown;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** The metrics of a widget; CloudWatch has namespace, name, then dimensions in pairs. */
function metricsOf({ properties }: Widget): Shown[] {
  return (properties.metrics ?? []).map(([namespace, name, ...rest]) => {
    const pairs = rest.filter((part) => typeof part !== 'object');
    const dimensions = pairs.flatMap((part, at) => (at % 2 ? [] : [[part, pairs[at + 1]]]));
    return { namespace, name, dimensions: Object.fromEntries(dimensions) };
  });
}

const queriesOf = (template: TemplateJson | undefined): Query[] =>
  template === undefined
    ? []
    : resourcesOf(template, 'AWS::Logs::QueryDefinition').map(
        ([, { Properties }]) => Properties as unknown as Query,
      );

const allQueries = (): Query[] => deployment.templates.flatMap(queriesOf);

describe('the dashboard', () => {
  const widgets = (): Widget[] => dashboards(deployment).get('Auth0Collector') ?? [];

  test('shows each tenant in rows of its own', () => {
    const titles = widgets().filter(({ properties }) => properties.markdown?.startsWith('## '));
    expect(titles.map(({ properties }) => properties.markdown)).toEqual(['## acme', '## shop']);
    for (const [index, title] of titles.entries()) {
      const end = titles[index + 1]?.y ?? Number.POSITIVE_INFINITY;
      const row = widgets().filter(({ y }) => y > title.y && y < end);
      const shown = row.flatMap(metricsOf);
      expect(new Set(shown.map(({ dimensions }) => dimensions['Tenant']))).toEqual(
        new Set([NAMES[index]]),
      );
      expect(shown.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          METRIC.eventsFetched,
          METRIC.pollLagSeconds,
          METRIC.hoursToLoss,
          METRIC.throttles,
          METRIC.errors,
          METRIC.incidents,
          METRIC.incidentsUnpublished,
          METRIC.lakeLagSeconds,
          METRIC.lakeHoles,
        ]),
      );
    }
  });

  test('shows of tenants only what is published', () => {
    const ours = widgets()
      .flatMap(metricsOf)
      .filter(({ namespace }) => namespace === 'Auth0Collector');
    expect(ours.length).toBeGreaterThan(10);
    for (const metric of ours) {
      expect(published.metrics).toContainEqual({
        ...metric,
        dimensions: { ...metric.dimensions, Tenant: 'acme' },
      });
    }
  });

  test('has the console with every tenant, in the form that it reads', () => {
    const [shown, ...others] = widgets().filter(({ type }) => type === 'custom');
    expect(others).toEqual([]);
    expect(WIDGET_PARAMS.parse(shown?.properties.params).tenants).toEqual([
      { name: 'acme' },
      { name: 'shop' },
    ]);
  });

  test('shows the shared part first', () => {
    const first = widgets().filter(({ y }) => y < 8);
    expect(first.flatMap(metricsOf).map(({ name }) => name)).toEqual([
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesVisible',
      'Errors',
      'Errors',
      'Errors',
    ]);
  });

  test('has no widget over another, nor beyond the edge', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets()) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken).not.toContain(`${column},${row}`);
          taken.add(`${column},${row}`);
        }
      }
    }
  });

  test('becomes several when there are more tenants than one can hold', () => {
    const names = Array.from({ length: 101 }, (_, index) => `tenant-${index}`);
    const several = dashboards(synthesise(entries(names)));
    expect([...several.keys()]).toEqual(['Auth0Collector', 'Auth0Collector-2', 'Auth0Collector-3']);
    const shown = [...several.values()].flatMap((each) => {
      // What CloudWatch takes.
      expect(each.length).toBeLessThanOrEqual(500);
      return each.flatMap(
        ({ properties }) => /^## (.+)/.exec(properties.markdown ?? '')?.[1] ?? [],
      );
    });
    expect(shown).toEqual(names);
  }, 60_000);
});

describe('the saved queries', () => {
  /** What Lambda itself writes, and CloudWatch adds. */
  const OF_AWS = [
    '@timestamp',
    'type',
    'record.status',
    'record.metrics.durationMs',
    'record.metrics.maxMemoryUsedMB',
    'record.metrics.memorySizeMB',
    'message.errorMessage',
    'message.code',
  ];
  const WORDS =
    /^(?:fields|filter|sort|limit|stats|by|as|in|and|or|desc|asc|ispresent|coalesce|sum|max|bin|1h|\d+)$/;

  /** The fields that a query reads: all its words but the language's own, texts and new names. */
  function fieldsOf(query: string): string[] {
    const bare = query.replaceAll(/^#.*$/gm, '').replaceAll(/"[^"]*"/g, '""');
    const made = [...bare.matchAll(/ as (\w+)/g)].map(([, name]) => name);
    const words = bare.match(/[@\w.]+/g) ?? [];
    return words.filter((word) => !WORDS.test(word) && !made.includes(word));
  }

  test('of each tenant are in its folder', () => {
    for (const name of NAMES) {
      expect(queriesOf(deployment.tenants[name]).map(({ Name }) => Name)).toEqual([
        `Auth0Collector/${name}/Polls`,
        `Auth0Collector/${name}/Errors with remedy`,
        `Auth0Collector/${name}/Slowest polls`,
        `Auth0Collector/${name}/Throttling`,
        `Auth0Collector/${name}/Ended by Lambda`,
        `Auth0Collector/${name}/What one log id went through`,
      ]);
    }
    expect(queriesOf(deployment.collector).map(({ Name }) => Name)).toEqual([
      'Auth0Collector/ingest/Errors with remedy',
      'Auth0Collector/ingest/Ended by Lambda',
      'Auth0Collector/compactor/Compactions',
      'Auth0Collector/compactor/Errors with remedy',
      'Auth0Collector/compactor/Ended by Lambda',
      'Auth0Collector/detector/Detections',
      'Auth0Collector/detector/Errors with remedy',
      'Auth0Collector/detector/Ended by Lambda',
    ]);
    for (const { Name, LogGroupNames } of queriesOf(deployment.collector)) {
      const [, owner = ''] = Name.split('/');
      expect(JSON.stringify(LogGroupNames).toLowerCase()).toContain(`${owner}loggroup`);
    }
  });

  test('read only fields that are written', () => {
    for (const { Name, QueryString } of allQueries()) {
      const fields = fieldsOf(QueryString);
      expect([Name, fields.length > 1]).toEqual([Name, true]);
      const known = [...published.fields, ...OF_AWS];
      expect([Name, fields.filter((field) => !known.includes(field))]).toEqual([Name, []]);
    }
  });

  test('of a tenant read its own poller, and ingest where an event goes on', () => {
    for (const name of NAMES) {
      const template = deployment.tenants[name];
      const [[own] = []] = template ? resourcesOf(template, 'AWS::Logs::LogGroup') : [];
      for (const { Name, LogGroupNames } of queriesOf(template)) {
        const [first, second, ...others] = LogGroupNames;
        expect(first).toEqual({ Ref: own });
        expect(others).toEqual([]);
        const isOfBoth = /Errors with remedy|log id/.test(Name);
        if (isOfBoth) expect(JSON.stringify(second)).toContain('IngestLogGroup');
        else expect(second).toBeUndefined();
      }
    }
  });

  test('ask for what they leave open', () => {
    for (const { QueryString, Parameters = [] } of allQueries()) {
      const open = [...QueryString.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
      expect([...new Set(open)]).toEqual(Parameters.map(({ Name }) => Name));
    }
  });

  test('stand in the runbook as they are', () => {
    const fences = [...RUNBOOK.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)].flatMap(
      ([, language, text]) => (language === '' ? [text] : []),
    );
    expect(fences.length).toBeGreaterThan(8);
    const saved = allQueries().map(({ QueryString }) => QueryString);
    for (const fence of fences) expect(saved).toContain(fence);
  });

  test('that the runbook names exist', () => {
    const named = [...RUNBOOK.matchAll(/quer(?:y|ies) \*([^*]+)\*/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(8);
    const saved = allQueries().map(({ Name }) => Name.split('/').at(-1));
    for (const name of named) expect(saved).toContain(name);
  });
});
