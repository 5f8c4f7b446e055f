import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { readCredentials, readPreviousCredentials } from './auth0/credentials.ts';
import { createHttp, HTTP_LIMITS } from './auth0/http.ts';
import { createLogsApi } from './auth0/logs-api.ts';
import { createSource } from './auth0/source.ts';
import { createTokenKeeper } from './auth0/token-keeper.ts';
import { createTokenStore } from './auth0/token-store.ts';
import { createBackfillStore } from './collect/backfill/store.ts';
import { createCheckpointStore } from './collect/checkpoint-store.ts';
import { readCollectionStart } from './collect/collection-start.ts';
import type { PollSummary } from './collect/poll.ts';
import { pollTenant } from './collect/poll-tenant.ts';
import { reportPoll } from './collect/report-poll.ts';
import { readTenantSettings } from './collect/tenant-settings.ts';
import { createGapStore } from './ledger/gap-store.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, processEnvironment } from './platform/environment.ts';
import { asCollectorError } from './platform/errors.ts';
import { ENV } from './platform/names.ts';
import { powertoolsTelemetry, type Telemetry } from './platform/telemetry.ts';
import { keepYoungGenerationSmall } from './platform/young-generation.ts';
import type { StoreLarge } from './queue/large-batches.ts';
import { createBatchQueue } from './queue/send.ts';

/** Left at the end of an invocation for the last batch to be sent and committed. */
const RESERVE_MS = 30_000;

type PollerContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;
export type Poller = (tick: unknown, context: PollerContext) => Promise<PollSummary>;

/** The poller of one tenant; clients and token live as long as the execution environment. */
export function createPoller(environment: Environment, telemetry: Telemetry): Poller {
  const clock = systemClock;
  const settings = readTenantSettings(environment);
  const { tenant, domain, table, queueUrl, bucket } = settings;
  const secrets = new SecretsManagerClient(AWS_CLIENT);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const sqs = new SQSClient(AWS_CLIENT);
  const http = createHttp(HTTP_LIMITS, settings.httpsProxyUrl);
  const api = createLogsApi(http, domain, clock);
  const tokens = createTokenKeeper({
    http,
    domain,
    readCredentials: () => readCredentials(secrets, settings.credentialsSecretArn),
    readPreviousCredentials: () => readPreviousCredentials(secrets, settings.credentialsSecretArn),
    store: createTokenStore(dynamo, table, tenant),
    clock,
  });

  return async (_tick, context) => {
    const startedAtMs = clock.nowMs();
    const start = readCollectionStart(settings.collectionStart, settings.plan, startedAtMs);
    const deadlineMs = startedAtMs + context.getRemainingTimeInMillis() - RESERVE_MS;
    const summary = await pollTenant({
      tenant,
      since: start.since,
      plan: settings.plan,
      auditMode: settings.auditMode,
      checkpoints: createCheckpointStore(dynamo, table),
      ledger: createLedgerStore(dynamo, table),
      gaps: createGapStore(dynamo, table),
      backfills: createBackfillStore(dynamo, table),
      queue: createBatchQueue({ sqs, queueUrl, storeLarge: largeBatches(bucket) }),
      source: createSource({
        api,
        tokens,
        clock,
        deadlineMs,
        rateShare: settings.rateShare,
        warn: (message, error) => telemetry.warn(message, { tenant, code: error.code }),
      }),
      clock,
      owner: context.awsRequestId,
      deadlineMs,
    });
    reportPoll(telemetry, { tenant, summary, start, startedAtMs, endedAtMs: clock.nowMs() });
    return summary;
  };
}

/** Few batches are too large for a message, so what stores them is loaded by the first one. */
function largeBatches(bucket: string): StoreLarge {
  let store: StoreLarge | undefined;
  return async (key, envelope) => {
    store ??= (await import('./queue/open-large-batches.ts')).openLargeBatches(bucket);
    await store(key, envelope);
  };
}

let poller: Poller | undefined;

/**
 * Entry of the poller Lambda: one tick of the tenant's rule. Settings that are wrong end it before
 * there is a poll to report; they are said all the same, and the invocation counts as failed.
 */
export const handler: Poller = async (tick, context) => {
  const telemetry = powertoolsTelemetry('poller');
  try {
    if (poller === undefined) {
      keepYoungGenerationSmall();
      poller = createPoller(processEnvironment, telemetry);
    }
    return await poller(tick, context);
  } catch (thrown) {
    const { message, code, remedy } = asCollectorError(thrown);
    telemetry.error(`auth0: ${message}`, { tenant: processEnvironment[ENV.tenant], code, remedy });
    throw thrown;
  }
};
