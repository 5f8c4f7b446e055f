import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { createTokenStore } from './auth0/token-store.ts';
import { createCheckpointStore } from './collect/checkpoint-store.ts';
import { type DetectionSummary, detectTenant } from './detect/detect-tenant.ts';
import { createDetectionStore } from './detect/detection-store.ts';
import { createIncidentStore } from './detect/incident-store.ts';
import { bucketOutlet, busOutlet, topicOutlet } from './detect/outlets.ts';
import { createPublisher, type Outlet } from './detect/publish.ts';
import { reportDetection } from './detect/report-detection.ts';
import { createRuleSet } from './detect/rule-set.ts';
import { PROFILES, RULES } from './detect/rules/catalogue.ts';
import { securityHubOutlet } from './detect/security-hub.ts';
import { type DetectionSettings, readDetectionSettings } from './detect/settings.ts';
import { createStateStore } from './detect/state-store.ts';
import { createArchiveReader } from './ledger/archive-reader.ts';
import { createGapStore } from './ledger/gap-store.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, parseEnvironment, processEnvironment } from './platform/environment.ts';
import { asCollectorError, CollectorError } from './platform/errors.ts';
import { DETECTOR, ENV, TENANT_NAME_PATTERN } from './platform/names.ts';
import * as z from './platform/schema.ts';
import { powertoolsTelemetry, type Telemetry } from './platform/telemetry.ts';

/** Left at the end of an invocation for the last run to be saved. */
const RESERVE_MS = 60_000;
/** Whoever lost the lease has been ended by Lambda for a while. */
const LEASE_MS = (DETECTOR.timeoutSeconds + 30) * 1000;

type DetectorContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;
export type Detector = (event: unknown, context: DetectorContext) => Promise<DetectionSummary>;

const EVENT = z.object({ tenant: z.string().check(z.regex(TENANT_NAME_PATTERN)) });

const required = () => z.string('must be set').check(z.minLength(1, 'must not be empty'));
const DETECTOR_ENVIRONMENT = z.object({
  [ENV.collectionTable]: required(),
  [ENV.detectionTable]: required(),
  [ENV.bucket]: required(),
  [ENV.incidentTopicArn]: z._default(z.string(), ''),
  [ENV.incidentBus]: z._default(z.string(), ''),
  [ENV.securityHubProductArn]: z._default(z.string(), ''),
  [ENV.detectionSettingsFile]: z._default(z.string(), ''),
});
type Settings = z.infer<typeof DETECTOR_ENVIRONMENT>;

/** The detector of all tenants; clients live as long as the execution environment. */
export function createDetector(environment: Environment, telemetry: Telemetry): Detector {
  const clock = systemClock;
  const settings = parseEnvironment(DETECTOR_ENVIRONMENT, environment);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const s3 = new S3Client(AWS_CLIENT);
  const table = settings[ENV.collectionTable];
  const checkpoints = createCheckpointStore(dynamo, table);
  const incidents = createIncidentStore(dynamo, settings[ENV.detectionTable]);
  const settingsOf = tenantSettings(settings);
  const shared = {
    ledger: createLedgerStore(dynamo, table),
    gaps: createGapStore(dynamo, table),
    detections: createDetectionStore(dynamo, table),
    states: createStateStore(dynamo, settings[ENV.detectionTable], clock),
    incidents,
    readArchived: createArchiveReader(s3, settings[ENV.bucket]),
    publisher: createPublisher(incidents, outlets(s3, settings)),
    clock,
  };
  return async (event, context) => {
    const startedAtMs = clock.nowMs();
    const tenant = readTenant(event);
    const token = await createTokenStore(dynamo, table, tenant).load();
    const summary = await detectTenant({
      ...shared,
      tenant,
      ruleSet: createRuleSet(RULES, PROFILES, settingsOf(tenant), token?.clientId || undefined),
      headSeq: async () => (await checkpoints.load(tenant))?.head.seq ?? 0,
      collectedUntilMs: async () => {
        const { collectedUntil } = (await checkpoints.load(tenant)) ?? {};
        return collectedUntil === undefined ? undefined : Date.parse(collectedUntil);
      },
      owner: context.awsRequestId,
      leaseMs: LEASE_MS,
      deadlineMs: startedAtMs + context.getRemainingTimeInMillis() - RESERVE_MS,
    });
    reportDetection(telemetry, tenant, summary, clock.nowMs() - startedAtMs);
    return summary;
  };
}

function outlets(s3: S3Client, settings: Settings): readonly Outlet[] {
  const bus = settings[ENV.incidentBus];
  const topicArn = settings[ENV.incidentTopicArn];
  const productArn = settings[ENV.securityHubProductArn];
  return [
    bucketOutlet(s3, settings[ENV.bucket]),
    ...(bus === '' ? [] : [busOutlet(bus)]),
    ...(topicArn === '' ? [] : [topicOutlet(topicArn)]),
    ...(productArn === '' ? [] : [securityHubOutlet(productArn)]),
  ];
}

function tenantSettings(settings: Settings): (tenant: string) => DetectionSettings {
  const path = settings[ENV.detectionSettingsFile];
  const text = path === '' ? '{}' : readFileSync(path, 'utf8');
  return readDetectionSettings(text, RULES);
}

function readTenant(event: unknown): string {
  const parsed = EVENT.safeParse(event);
  if (parsed.success) return parsed.data.tenant;
  throw new CollectorError('DETECTION_TENANT', 'The event does not name a tenant', {
    cause: parsed.error,
  });
}

let detector: Detector | undefined;

/** Entry of the detector Lambda: one tenant's turn. What ends it before there is a run is said. */
export const handler: Detector = async (event, context) => {
  const telemetry = powertoolsTelemetry('detector');
  try {
    detector ??= createDetector(processEnvironment, telemetry);
    return await detector(event, context);
  } catch (thrown) {
    const { message, code, remedy } = asCollectorError(thrown);
    telemetry.error(`incidents: ${message}`, { code, remedy });
    throw thrown;
  }
};
