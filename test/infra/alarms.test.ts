import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { POLL_INTERVALS_MINUTES } from '../../infra/tenants.ts';
import { type PollReport, reportPoll } from '../../lambda/collect/report-poll.ts';
import { CollectorError, FAILURE_CODES } from '../../lambda/platform/errors.ts';
import { COMPACTOR, DETECTOR, METRIC, PLAN_NAMES, QUEUE } from '../../lambda/platform/names.ts';
import type { Telemetry } from '../../lambda/platform/telemetry.ts';
import { evaluate, type TemplateJson } from './evaluate.ts';
import { type Published, readPublished } from './published.ts';
import { type Deployment, resourcesOf, synthesise } from './synthesise.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const RUNBOOK = readFileSync(join(REPOSITORY, 'docs', 'runbook.md'), 'utf8');
/** A tenant may be called like a part of the names of the shared alarms. */
const ENTRIES = [
  { name: 'acme', domain: 'acme.us.auth0.com', plan: 'enterprise' },
  { name: 'ingest', domain: 'shop.eu.auth0.com', plan: 'free', enabled: false },
];

/** The names of the alarms of a deployment, however many tenants there are. */
const SHARED = [
  'CompactorErrors',
  'CompactorNotRunning',
  'Credentials',
  'DeadLetters',
  'DetectorErrors',
  'DetectorNotRunning',
  'Gap',
  'IncidentsUnpublished',
  'IngestBehind',
  'IngestErrors',
  'LakeBehind',
  'LakeHoles',
  'LossFifth',
  'LossHalf',
  'PollerCrashes',
  'Throttled',
];

interface Alarm {
  readonly id: string;
  readonly template: TemplateJson;
  readonly condition: string | undefined;
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic: string;
  readonly Period: unknown;
  readonly EvaluationPeriods: unknown;
  readonly DatapointsToAlarm?: number;
  readonly ComparisonOperator: string;
  readonly Threshold: unknown;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
}

interface Filter {
  readonly LogGroupName: unknown;
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly Readonly<Record<string, string>>[];
}

let deployment: Deployment;
let published: Published;
let acme: TemplateJson;

beforeAll(() => {
  deployment = synthesise(ENTRIES);
  published = readPublished();
  acme = tenant('acme');
});

function tenant(name: string, of: Deployment = deployment): TemplateJson {
  const template = of.tenants[name];
  if (template === undefined) throw new Error(`There is no tenant ${name}`);
  return template;
}

function alarmsOf(template: TemplateJson, given?: Record<string, string>): Alarm[] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, { Condition, Properties }]) => ({
    id,
    template,
    condition: Condition,
    ...(evaluate(template, Properties, given) as Omit<Alarm, 'id' | 'template' | 'condition'>),
  }));
}

const allAlarms = (of: Deployment = deployment): Alarm[] =>
  of.templates.flatMap((template) => alarmsOf(template));

/** The alarm of a name, with the stack's parameters as given. */
function alarm(template: TemplateJson, name: string, given?: Record<string, string>): Alarm {
  const [found, ...others] = alarmsOf(template, given).filter(
    ({ AlarmName }) => AlarmName === `Auth0Collector-${name}`,
  );
  if (found === undefined || others.length > 0) throw new Error(`Not one alarm: ${name}`);
  return found;
}

const dimensionsOf = ({ Dimensions }: Alarm): Record<string, unknown> =>
  Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));

/** The second-level headings of a document, with the text below each. */
function sections(markdown: string): Map<string, string> {
  const parts = markdown.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end)];
    }),
  );
}

/** As GitHub makes anchors. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const linkOf = ({ AlarmDescription }: Alarm): string | undefined =>
  /What to do: (\S+)$/.exec(AlarmDescription)?.[1];

/** The resources of the topic that the alarms tell; incidents have a topic of their own. */
const ofAlarmTopic = ({ collector }: Deployment, type: string) =>
  resourcesOf(collector, type).filter(([id]) => id.startsWith('AlarmTopic'));

const alarmTopics = (of: Deployment) => ofAlarmTopic(of, 'AWS::SNS::Topic');

describe('every alarm', () => {
  test('of a deployment is there', () => {
    const ofTenant = ['Errors', 'NotRunning'];
    const names = [
      ...SHARED,
      ...ENTRIES.flatMap(({ name }) => ofTenant.map((kind) => `${name}-${kind}`)),
    ];
    expect(
      allAlarms()
        .map(({ AlarmName }) => AlarmName)
        .sort(),
    ).toEqual(names.map((name) => `Auth0Collector-${name}`).sort());
  });

  test('has a name of its own', () => {
    const names = allAlarms().map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
  });

  test('says what it means and what it makes of missing data, and why', () => {
    const treatment = { breaching: 'alarm', notBreaching: 'fine', ignore: 'as-before' };
    for (const { AlarmDescription, TreatMissingData } of allAlarms()) {
      const word = treatment[TreatMissingData as keyof typeof treatment];
      expect(AlarmDescription).toMatch(
        new RegExp(`^[A-Z].{40,}\\. Without data: ${word}, because .{20,}\\. What to do: \\S+$`),
      );
      // The longest that CloudWatch takes.
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  test('names a section of the runbook that exists', () => {
    const anchors = [...sections(RUNBOOK).keys()].map((heading) => `#${anchor(heading)}`);
    for (const each of allAlarms()) {
      const [path, hash] = linkOf(each)?.split(/(?=#)/) ?? [];
      expect(path).toBe('docs/runbook.md');
      expect(anchors).toContain(hash);
    }
  });

  test('names the runbook where it is said to be', () => {
    const runbookUrl = 'https://wiki.example.com/auth0';
    for (const each of allAlarms(synthesise(ENTRIES, { runbookUrl }))) {
      expect(linkOf(each)).toMatch(/^https:\/\/wiki\.example\.com\/auth0#[a-z-]+$/);
    }
  });

  test('tells the topic when it goes off and when it is over', () => {
    const [[topicId] = []] = alarmTopics(deployment);
    for (const { AlarmActions, OKActions, template } of allAlarms()) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
      if (template === deployment.collector) expect(AlarmActions).toEqual([{ Ref: topicId }]);
      else expect(JSON.stringify(AlarmActions)).toContain(`PublishOutputRef${topicId}`);
    }
  });

  test('is there without a topic, too, if none is wanted', () => {
    const without = synthesise(ENTRIES, { alarmTopic: false });
    expect(alarmTopics(without)).toEqual([]);
    expect(resourcesOf(without.collector, 'AWS::KMS::Key')).toEqual([]);
    expect(without.collector.Outputs).not.toHaveProperty('AlarmTopicArn');
    expect(allAlarms(without)).toHaveLength(allAlarms().length);
    expect(allAlarms(without).flatMap(({ AlarmActions }) => AlarmActions)).toEqual([]);
  });

  test('about a tenant watches what is published about that tenant', () => {
    for (const { name } of ENTRIES) {
      const ours = alarmsOf(tenant(name)).filter(({ Namespace }) => Namespace !== 'AWS/Lambda');
      expect(ours).toHaveLength(1);
      for (const each of ours) {
        const { Tenant, ...others } = dimensionsOf(each);
        expect(Tenant).toBe(name);
        expect(published.metrics).toContainEqual({
          namespace: each.Namespace,
          name: each.MetricName,
          dimensions: { ...others, Tenant: 'acme' },
        });
      }
    }
  });

  test('about a tenant is there only while the tenant is polled', () => {
    const isThere = (template: TemplateJson, given?: Record<string, string>) =>
      alarmsOf(template).map(({ condition }) =>
        evaluate(template, template.Conditions?.[condition ?? ''], given),
      );
    expect(new Set(isThere(acme))).toEqual(new Set([true]));
    expect(new Set(isThere(acme, { Enabled: 'false' }))).toEqual(new Set([false]));
    expect(new Set(isThere(tenant('ingest')))).toEqual(new Set([false]));
  });

  test('about the shared part is there always', () => {
    const conditions = alarmsOf(deployment.collector).map(({ condition }) => condition);
    expect(conditions).toEqual(SHARED.map(() => undefined));
  });
});

describe('everything that can fail is watched', () => {
  test.each(['AWS::Lambda::Function', 'AWS::SQS::Queue'])('%s', (type) => {
    let count = 0;
    for (const template of deployment.templates) {
      const watched = alarmsOf(template).flatMap(({ Namespace, MetricName, Dimensions }) =>
        Dimensions.map(({ Value }) => `${Namespace} ${MetricName} ${JSON.stringify(Value)}`),
      );
      const isOfTenant = template !== deployment.collector;
      for (const [id, { Properties }] of resourcesOf(template, type)) {
        // Whoever looks at the dashboard sees that it is not there.
        if (id.startsWith('CollectorConsole')) continue;
        count += 1;
        const isDeadLetters = type === 'AWS::SQS::Queue' && !('RedrivePolicy' in Properties);
        const queueMetric = isDeadLetters
          ? 'ApproximateNumberOfMessagesVisible'
          : 'ApproximateAgeOfOldestMessage';
        expect(watched).toContain(
          type === 'AWS::SQS::Queue'
            ? `AWS/SQS ${queueMetric} {"Fn::GetAtt":["${id}","QueueName"]}`
            : `AWS/Lambda ${isOfTenant ? 'Invocations' : 'Errors'} {"Ref":"${id}"}`,
        );
      }
    }
    expect(count).toBe(type === 'AWS::SQS::Queue' ? 2 : 3 + ENTRIES.length);
  });
});

describe('the dead-man alarm', () => {
  test.each([
    ['1', 60, 15],
    ['4', 240, 4],
    ['5', 300, 3],
    ['12', 720, 3],
    ['60', 3600, 3],
  ])('of a tenant polled every %s minutes looks at %i s, %i times', (interval, period, times) => {
    const found = alarm(acme, 'acme-NotRunning', { PollIntervalMinutes: interval });
    expect(Number(found.Period)).toBe(period);
    expect(Number(found.EvaluationPeriods)).toBe(times);
  });

  test('goes off when nobody invokes the poller', () => {
    expect(alarm(acme, 'acme-NotRunning')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });
});

describe('the alarm about repeated errors', () => {
  test('adds up the errors of four polls', () => {
    const found = alarm(acme, 'acme-Errors');
    expect(found).toMatchObject({
      MetricName: METRIC.errors,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 3,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(Number(found.Period)).toBe(1200);
  });

  test('gives a slow tenant the time for as many polls', () => {
    const { Period } = alarm(acme, 'acme-Errors', { PollIntervalMinutes: '60' });
    expect(Number(Period)).toBe(4 * 3600);
  });
});

describe('what is counted in the log of each poller', () => {
  const countsOf = (template: TemplateJson, given?: Record<string, string>): Map<string, string> =>
    new Map(
      resourcesOf(template, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => {
        const { FilterPattern, MetricTransformations } = evaluate(
          template,
          Properties,
          given,
        ) as Filter;
        const [{ MetricName = '' } = {}] = MetricTransformations;
        return [MetricName, FilterPattern];
      }),
    );

  test('is what the shared alarms about polls watch, each once', () => {
    for (const { name } of ENTRIES) {
      const counts = countsOf(tenant(name));
      expect(counts.size).toBe(6);
      const watching = [
        'Credentials',
        'Gap',
        'LossFifth',
        'LossHalf',
        'PollerCrashes',
        'Throttled',
      ];
      const watched = watching.map((each) => alarm(deployment.collector, each).MetricName);
      expect([...counts.keys()].sort()).toEqual(watched.sort());
      const filters = resourcesOf(tenant(name), 'AWS::Logs::MetricFilter');
      const [[group] = []] = resourcesOf(tenant(name), 'AWS::Logs::LogGroup');
      for (const [, { Properties }] of filters) {
        expect(Properties['LogGroupName']).toEqual({ Ref: group });
        expect(Properties['MetricTransformations']).toMatchObject([
          { MetricNamespace: 'Auth0Collector', MetricValue: '1' },
        ]);
      }
    }
  });

  test.each([
    ['free', 12, 4.8],
    ['essentials', 60, 24],
    ['professional', 120, 48],
    ['enterprise', 360, 144],
  ])(
    'on the plan %s: polls with less than half, and a fifth, of the retention left',
    (plan, half, fifth) => {
      const counts = countsOf(acme, { Auth0Plan: plan });
      expect(counts.get('PollsBelowHalf')).toBe(`{ $.HoursToLoss < ${half} }`);
      expect(counts.get('PollsBelowFifth')).toBe(`{ $.HoursToLoss < ${fifth} }`);
    },
  );

  test('follows the plan of the tenant', () => {
    expect(countsOf(tenant('ingest')).get('PollsBelowHalf')).toBe('{ $.HoursToLoss < 12 }');
  });

  test.each([
    [METRIC.gaps, '{ $.Gaps >= 1 }'],
    [METRIC.credentialErrors, '{ $.CredentialErrors >= 1 }'],
    ['PollsThrottled', '{ $.throttles >= 1 && $.stopReason != "caught-up" }'],
    ['PollsCrashed', '{ $.type = "platform.report" && $.record.status != "success" }'],
  ])('%s: %s', (metric, pattern) => {
    expect(countsOf(acme).get(metric)).toBe(pattern);
  });

  test('are fields that are written', () => {
    const ofLambda = ['type', 'record.status'];
    const known = [...published.metrics.map(({ name }) => name), ...published.fields, ...ofLambda];
    const fields = [...countsOf(acme).values()].flatMap((pattern) =>
      [...pattern.matchAll(/\$\.([\w.]+)/g)].map(([, field]) => field),
    );
    expect(fields).toHaveLength(8);
    expect(fields.filter((field) => !known.includes(field ?? ''))).toEqual([]);
  });
});

describe('the shared alarms about polls', () => {
  test.each([
    ['Credentials', 1, 3600, 2, 1],
    ['LossHalf', 1, 3600, 2, 1],
    ['LossFifth', 1, 3600, 2, 1],
    ['Throttled', 1, 3600, 4, 3],
    ['Gap', 1, 3600, 24, 1],
    ['PollerCrashes', 2, 10_800, 1, undefined],
  ])('%s: at least %i in %i s, of %i periods %s', (name, threshold, period, times, bad) => {
    const found = alarm(deployment.collector, name);
    expect(found).toMatchObject({
      Namespace: 'Auth0Collector',
      Dimensions: [],
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: threshold,
      Period: period,
      EvaluationPeriods: times,
      TreatMissingData: 'notBreaching',
    });
    expect(found.DatapointsToAlarm).toBe(bad);
  });

  test('stay from one poll to the next, however seldom a tenant is polled', () => {
    const longestSeconds = Math.max(...POLL_INTERVALS_MINUTES) * 60;
    for (const name of ['Credentials', 'LossHalf', 'LossFifth']) {
      const { Period, EvaluationPeriods } = alarm(deployment.collector, name);
      expect(Number(Period) * Number(EvaluationPeriods)).toBeGreaterThan(longestSeconds);
    }
  });
});

describe('for every setting', () => {
  const settings = POLL_INTERVALS_MINUTES.flatMap((minutes) =>
    PLAN_NAMES.map((plan) => [minutes, plan] as const),
  );

  test.each(settings)(
    '(%i minutes, %s) the alarms are such as CloudWatch takes',
    (minutes, plan) => {
      const given = { PollIntervalMinutes: String(minutes), Auth0Plan: plan };
      for (const each of alarmsOf(acme, given)) {
        const period = Number(each.Period);
        const seconds = period * Number(each.EvaluationPeriods);
        expect(period % 60).toBe(0);
        expect(Number.isFinite(Number(each.Threshold))).toBe(true);
        // Longer ones are evaluated once an hour only.
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(86_400);
      }
    },
  );
});

describe('the shared alarms', () => {
  test('tell of one batch among the dead letters, until it is gone', () => {
    expect(alarm(deployment.collector, 'DeadLetters')).toMatchObject({
      Threshold: 1,
      Statistic: 'Maximum',
      TreatMissingData: 'ignore',
    });
  });

  test('tell of a batch that fails before its third attempt', () => {
    const { Threshold, Period, EvaluationPeriods } = alarm(deployment.collector, 'IngestBehind');
    const isOn = Number(Threshold) + Number(Period) * Number(EvaluationPeriods);
    expect(Number(Threshold)).toBeGreaterThan(QUEUE.visibilityTimeoutSeconds);
    expect(isOn).toBeLessThan(2 * QUEUE.visibilityTimeoutSeconds);
  });
});

describe('the alarms about the lake and about incidents', () => {
  const filters = (): Filter[] =>
    resourcesOf(deployment.collector, 'AWS::Logs::MetricFilter').map(
      ([, { Properties }]) => Properties as unknown as Filter,
    );

  test.each([
    ['LakeBehind', METRIC.lakeLagSeconds, 'Compactor', 3 * 3600, 3600, 2, 1],
    ['LakeHoles', METRIC.lakeHoles, 'Compactor', 1, 3600, 2, 1],
    ['IncidentsUnpublished', METRIC.incidentsUnpublished, 'Detector', 1, 900, 3, 2],
  ])(
    '%s counts the bad values of %s in the log of the %s, of all tenants',
    (name, metric, owner, threshold, period, times, bad) => {
      expect(alarm(deployment.collector, name)).toMatchObject({
        Namespace: 'Auth0Collector',
        MetricName: metric,
        Dimensions: [],
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: threshold,
        Period: period,
        EvaluationPeriods: times,
        DatapointsToAlarm: bad,
        TreatMissingData: 'notBreaching',
      });
      const [filter, ...others] = filters().filter(({ FilterPattern }) =>
        FilterPattern.includes(`$.${metric} `),
      );
      expect(others).toEqual([]);
      expect(filter?.FilterPattern).toBe(`{ $.${metric} >= ${threshold} }`);
      expect(filter?.MetricTransformations).toEqual([
        { MetricNamespace: 'Auth0Collector', MetricName: metric, MetricValue: `$.${metric}` },
      ]);
      expect(JSON.stringify(filter?.LogGroupName)).toContain(`${owner}LogGroup`);
    },
  );

  test('read only what is published', () => {
    const names = new Set(published.metrics.map(({ name }) => name));
    expect(filters()).toHaveLength(3);
    for (const { FilterPattern } of filters()) {
      const [, field = ''] = /^\{ \$\.(\w+) >= \d+ \}$/.exec(FilterPattern) ?? [];
      expect(names).toContain(field);
    }
  });

  test.each([
    ['CompactorNotRunning', COMPACTOR.intervalMinutes, 3],
    ['DetectorNotRunning', DETECTOR.intervalMinutes, 4],
  ])('%s goes off after several turns that did not come', (name, intervalMinutes, turns) => {
    const found = alarm(deployment.collector, name);
    expect(found).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
    // Each period has a turn in it for certain.
    expect(Number(found.Period)).toBeGreaterThanOrEqual(intervalMinutes * 60);
    expect(Number(found.Period) * Number(found.EvaluationPeriods)).toBe(
      turns * intervalMinutes * 60,
    );
  });

  test('are as many for a hundred tenants as for one', () => {
    const names = Array.from({ length: 100 }, (_, index) => `tenant-${index}`);
    const many = synthesise(
      names.map((name) => ({ name, domain: `${name}.us.auth0.com`, plan: 'free' })),
    );
    expect(alarmsOf(many.collector)).toHaveLength(SHARED.length);
    expect(alarmsOf(tenant('tenant-7', many))).toHaveLength(alarmsOf(acme).length);
  }, 60_000);
});

describe('the topic', () => {
  const only = (type: string) => {
    const found = ofAlarmTopic(deployment, type);
    expect(found).toHaveLength(1);
    return { id: found[0]?.[0], properties: found[0]?.[1].Properties };
  };
  const ofCloudWatch = {
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Condition: {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: {
        'aws:SourceArn': {
          'Fn::Join': ['', expect.arrayContaining([':alarm:Auth0Collector-*'])],
        },
      },
    },
  };

  test('is encrypted with a key that our alarms may use, and nobody else through CloudWatch', () => {
    const key = only('AWS::KMS::Key');
    expect(only('AWS::SNS::Topic').properties).toMatchObject({
      KmsMasterKeyId: { 'Fn::GetAtt': [key.id, 'Arn'] },
    });
    expect(key.properties).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: [
          { Principal: { AWS: expect.anything() } },
          { ...ofCloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] },
        ],
      },
    });
  });

  test('takes what our alarms say, by TLS only', () => {
    expect(only('AWS::SNS::TopicPolicy').properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          { ...ofCloudWatch, Action: 'sns:Publish' },
        ],
      },
    });
  });
});

describe('the runbook', () => {
  const isPart = ['Description', 'Investigation', 'Resolution'];

  test('has a section for each alarm, the cursor, and nothing else', () => {
    const linked = new Set(allAlarms().map((each) => linkOf(each)?.split('#')[1]));
    const headings = [...sections(RUNBOOK).keys()].filter(
      (heading) => heading !== 'Cursor refused',
    );
    expect(headings.map(anchor).sort()).toEqual([...linked].sort());
    // The remedies name it by this heading.
    expect(sections(RUNBOOK).has('Cursor refused')).toBe(true);
  });

  test('says in each section what it is, where to look, and what to do', () => {
    for (const [heading, text] of sections(RUNBOOK)) {
      const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*(?=\s)/gm)].map(([, part]) => part);
      expect([heading, ...parts]).toEqual([heading, ...isPart]);
    }
  });

  test('uses outputs of the stacks as variables, and no others', () => {
    const outputs = new Set(
      deployment.templates.flatMap(({ Outputs }) => Object.keys(Outputs ?? {})),
    );
    for (const file of ['runbook.md', 'troubleshooting.md']) {
      const text = readFileSync(join(REPOSITORY, 'docs', file), 'utf8');
      const used = [...text.matchAll(/\$([A-Z]\w+)/g)].map(([, name]) => name);
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((name) => !outputs.has(name ?? ''))).toEqual([]);
    }
  });

  test('and the troubleshooting link to headings that exist', () => {
    for (const file of ['runbook.md', 'troubleshooting.md']) {
      const text = readFileSync(join(REPOSITORY, 'docs', file), 'utf8');
      const links = [...text.matchAll(/\]\(([\w.-]*)#([\w-]+)\)/g)];
      expect(links.length).toBeGreaterThan(3);
      for (const [, path = '', hash = ''] of links) {
        const target = readFileSync(join(REPOSITORY, 'docs', path || file), 'utf8');
        expect([...sections(target).keys()].map(anchor)).toContain(hash);
      }
    }
  });
});

describe('the metrics of a poll', () => {
  function counted(report: Partial<PollReport['summary']>): Record<string, number> {
    const counts: Record<string, number> = {};
    const telemetry: Telemetry = {
      summary: () => undefined,
      warn: () => undefined,
      error: () => undefined,
      metrics: (_tenant, values) => void Object.assign(counts, values),
    };
    const summary: PollReport['summary'] = {
      stopReason: 'failed',
      isFirst: false,
      fetched: 0,
      rejected: 0,
      duplicates: 0,
      late: 0,
      backfilled: 0,
      pages: 0,
      batches: 0,
      auditedBatches: 0,
      requests: 0,
      tokenRequests: 0,
      throttles: 0,
      rateShareUsed: 0,
      gaps: [],
      cursor: undefined,
      hoursToLoss: undefined,
      error: undefined,
      ...report,
    };
    const start = { since: 'newest', clampedFrom: undefined };
    reportPoll(telemetry, { tenant: 'acme', summary, start, startedAtMs: 0, endedAtMs: 0 });
    return counts;
  }

  test('count the failures of credentials that only somebody with access can end, and no others', () => {
    const codes = FAILURE_CODES.filter(
      (code) => counted({ error: new CollectorError(code, '') })[METRIC.credentialErrors] === 1,
    );
    expect(codes).toEqual([
      'AUTH0_401_CREDENTIALS',
      'AUTH0_401_TOKEN',
      'AUTH0_403_AUDIENCE',
      'AUTH0_403_DENIED',
      'AUTH0_403_GRANT_TYPE',
      'AUTH0_403_NOT_AUTHORIZED',
      'AUTH0_403_SCOPE',
      'CREDENTIALS_NOT_SET',
      'CREDENTIALS_SHAPE',
      'CREDENTIALS_UNREADABLE',
    ]);
  });

  test('tell lag and hours to loss unless it caught up', () => {
    const cursor = `900${'20261122095959000'.padEnd(53, '0')}`;
    const names = (stopReason: PollReport['summary']['stopReason']) =>
      Object.keys(counted({ stopReason, cursor, hoursToLoss: 7 }));
    const lag = [METRIC.hoursToLoss, METRIC.pollLagSeconds];
    for (const stopReason of ['failed', 'throttled', 'time-budget', 'locked'] as const) {
      expect(names(stopReason)).toEqual(expect.arrayContaining(lag));
    }
    for (const name of lag) expect(names('caught-up')).not.toContain(name);
  });

  test('are all 0, and so not published, after one that had nothing to do', () => {
    expect(Object.values(counted({ stopReason: 'caught-up' })).filter(Boolean)).toEqual([]);
  });
});
