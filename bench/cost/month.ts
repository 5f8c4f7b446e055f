/** From what was counted to the units of a month. */
import { COMPACTOR, DETECTOR, INGEST, POLLER } from '../../lambda/platform/names.ts';
import {
  AUTH0_ANSWER_MS,
  COLD_START_MS,
  COLD_STARTS_A_MONTH,
  COMPACTIONS_A_MONTH,
  DETECTIONS_A_MONTH,
  EMPTY_RECEIVES_A_MONTH,
  EVENTS_OF_A_MONTH,
  POLLS_A_MONTH,
  TOKENS_A_MONTH,
  WHOLE_CPU_MB,
} from './assumptions.ts';
import type { Counted } from './counted.ts';
import type { Resources, StackResources } from './stacks.ts';
import { add, addEfforts, type Effort, timesEffort, type Units } from './units.ts';

/** All that the figures follow from, as `bench/cost.json` keeps it. */
export interface CostFacts {
  readonly resources: StackResources;
  readonly counted: Counted;
}

/** Units of a month, by what causes them. */
export interface Month {
  /** The shared stack, however many tenants there are. */
  readonly shared: Units;
  /** A tenant's stack, for being there. */
  readonly tenant: Units;
  /** Its polls and turns, when none finds anything. */
  readonly idle: Units;
  /** What comes with its first events. */
  readonly collecting: Units;
  /** A million events on top, as many with every poll. */
  readonly steadyMillion: Units;
  /** A million events on top, as a backlog that is collected in one go. */
  readonly backlogMillion: Units;
}

const MEMORY_MB: Readonly<Record<string, number>> = {
  poller: POLLER.memoryMb,
  ingest: INGEST.memoryMb,
  detector: DETECTOR.memoryMb,
  compactor: COMPACTOR.memoryMb,
};
const MB_A_GB = 1024;
const GB_BYTES = 1024 ** 3;
const FULL_BATCH_EVENTS = 1_000;

/** Resources that have a price for being there. */
const PRICED_TYPES: Readonly<Record<string, Units>> = {
  'AWS::CloudWatch::Alarm': { alarms: 1 },
  'AWS::CloudWatch::Dashboard': { dashboards: 1 },
  'AWS::KMS::Key': { 'kms-keys': 1 },
  'AWS::SecretsManager::Secret': { secrets: 1 },
  'AWS::Lambda::EventSourceMapping': { 'sqs-requests': EMPTY_RECEIVES_A_MONTH },
};

/** Resources that cost nothing, or only what the counted work does with them. */
const UNPRICED_TYPES = new Set([
  'AWS::Athena::NamedQuery',
  'AWS::Athena::WorkGroup',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  // Glue keeps a million objects of its catalogue for nothing.
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
]);

/** The units of a month. */
export function monthOf({ resources, counted }: CostFacts): Month {
  const { idlePoll, coldStart, signIn, metrics } = counted;
  const idle = [
    timesEffort(idlePoll, POLLS_A_MONTH),
    timesEffort(coldStart, COLD_STARTS_A_MONTH),
    timesEffort(signIn, TOKENS_A_MONTH),
    timesEffort(counted.idleDetection, DETECTIONS_A_MONTH),
    timesEffort(counted.idleCompaction, COMPACTIONS_A_MONTH),
  ].reduce(addEfforts);
  const starting = {
    'lambda-gb-seconds': (COLD_STARTS_A_MONTH * COLD_START_MS * POLLER.memoryMb) / MB_A_GB / 1000,
  };
  return {
    shared: unitsOfResources(resources.shared),
    tenant: add(unitsOfResources(resources.tenant), { 'custom-metrics': metrics.idle.length }),
    idle: add(unitsOf(idle), starting),
    // CloudWatch bills a metric for the hours in which it gets values.
    collecting: {
      'custom-metrics': metrics.steady.filter((name) => !metrics.idle.includes(name)).length,
    },
    steadyMillion: unitsOf(
      [
        timesEffort(counted.steadyBatch, POLLS_A_MONTH),
        timesEffort(counted.steadyDetection, POLLS_A_MONTH),
        timesEffort(counted.steadyCompaction, COMPACTIONS_A_MONTH),
      ].reduce(addEfforts),
    ),
    backlogMillion: unitsOf(
      timesEffort(
        [counted.fullBatch, counted.fullDetection, counted.fullCompaction].reduce(addEfforts),
        EVENTS_OF_A_MONTH / FULL_BATCH_EVENTS,
      ),
    ),
  };
}

/** The types of which nobody has said yet whether they cost something for being there. */
export function unknownTypes({ shared, tenant }: StackResources): string[] {
  const types = new Set([...Object.keys(shared), ...Object.keys(tenant)]);
  const isUnknown = (type: string) => !(type in PRICED_TYPES) && !UNPRICED_TYPES.has(type);
  return [...types].filter(isUnknown).sort();
}

function unitsOfResources(resources: Resources): Units {
  return Object.entries(resources)
    .map(([type, count]) => timesUnits(PRICED_TYPES[type] ?? {}, count))
    .reduce(add, {});
}

const timesUnits = (units: Units, factor: number): Units =>
  timesEffort({ counted: units, bytes: {}, measuredMs: {} }, factor).counted;

/** The units that are billed for what some work took. */
export function unitsOf({ counted, bytes, measuredMs }: Effort): Units {
  const gigabytes = (name: string): number => (bytes[name] ?? 0) / GB_BYTES;
  return add(counted, {
    'lambda-gb-seconds': gbSeconds(measuredMs, counted['auth0-requests'] ?? 0),
    'log-gb': gigabytes('log'),
    // Kept for 30 days, so that there is always a month of them.
    'log-gb-months': gigabytes('log'),
    's3-gb-months': gigabytes('s3-kept'),
    'dynamodb-gb-months': gigabytes('dynamodb-kept'),
  });
}

/** The time that Lambda would bill: a slower CPU than here, and an Auth0 that takes its time. */
function gbSeconds(measuredMs: Units, auth0Requests: number): number {
  const working = Object.entries(measuredMs).reduce((sum, [name, ms]) => {
    const memoryMb = MEMORY_MB[name] ?? POLLER.memoryMb;
    const billedMs = ms * Math.max(1, WHOLE_CPU_MB / memoryMb);
    return sum + (billedMs / 1000) * (memoryMb / MB_A_GB);
  }, 0);
  const waiting = ((auth0Requests * AUTH0_ANSWER_MS) / 1000) * (POLLER.memoryMb / MB_A_GB);
  return working + waiting;
}
