import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readCredentials, readPreviousCredentials } from '../../lambda/auth0/credentials.ts';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import {
  ENV,
  PLAN_NAMES,
  type PlanName,
  POLL_INTERVAL_MINUTES_DEFAULT,
  RATE_SHARE_DEFAULT,
  TENANT_NAME_PATTERN,
} from '../../lambda/platform/names.ts';
import { nearestName } from '../../lambda/search/nearest-name.ts';
import { reach } from '../../local/checks/reach.ts';
import type { Subject, SubjectRule } from '../../local/checks/subject.ts';
import { openDataFolder } from '../../local/data-folder.ts';
import { keptRunSettings } from '../../local/run-settings.ts';
import { secretName } from '../../local/tenant-secret.ts';
import { UsageError } from '../../local/usage-error.ts';
import { type LocalOption, withBooks } from '../books.ts';
import {
  deployedQueueUrl,
  deployedResources,
  findStack,
  tenantStackName,
} from '../deployed-resources.ts';
import { isRuleEnabled } from '../rule-state.ts';
import { readQueueDepths } from './queue-depths.ts';

/** A person waits, so less patience than the functions have. */
const CLIENT = {
  maxAttempts: 2,
  requestHandler: { ...AWS_CLIENT.requestHandler, requestTimeout: 8_000 },
};

interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly secrets: SecretsManagerClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
}

/** Where the parts of a tenant are. */
interface Place {
  readonly domain: string;
  readonly canonicalDomain: string;
  readonly plan: PlanName;
  readonly rateShare: number;
  readonly isSimulated: boolean;
  readonly secretArn: string;
  readonly table: string;
  readonly queueUrl: string;
  readonly rule: Omit<SubjectRule, 'isEnabled'> | undefined;
}

/**
 * Opens what there is of a tenant, on AWS or in a data folder, for the time of one command.
 *
 * @throws {UsageError} when there is no such tenant
 */
export async function withSubject<T>(
  local: LocalOption,
  tenant: string,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  if (!TENANT_NAME_PATTERN.test(tenant)) {
    throw new UsageError(
      `"${tenant.slice(0, 50)}" is no name of a tenant: expected 2 to 32 lower-case letters, digits and hyphens, a letter first`,
    );
  }
  const { place, close } =
    local === undefined
      ? { place: await deployedPlace(tenant), close: async () => undefined }
      : await localPlace(local === true ? '.local' : local, tenant);
  const clients = {
    dynamo: new DynamoDBClient(CLIENT),
    secrets: new SecretsManagerClient(CLIENT),
    sqs: new SQSClient(CLIENT),
    events: new EventBridgeClient(CLIENT),
  };
  try {
    return await use(subjectAt(tenant, place, clients));
  } finally {
    for (const client of Object.values(clients)) client.destroy();
    await close();
  }
}

/** Outputs and parameters of the tenant's stack: what counts, whatever `tenants.json` says by now. */
async function deployedPlace(tenant: string): Promise<Place> {
  const name = tenantStackName(tenant);
  const stack = await findStack(name);
  if (stack === undefined) {
    const known = await withBooks(undefined, (books) => books.tenants(undefined));
    const nearest = nearestName(tenant, known);
    const hint = nearest === undefined ? '' : `did you mean "${nearest}"? If not, `;
    throw new UsageError(
      `There is no stack ${name} in this account and region: ${hint}deploy the tenant, or check AWS_PROFILE and AWS_REGION`,
    );
  }
  const { table } = await deployedResources();
  const plan = stack.parameter('Auth0Plan');
  return {
    domain: stack.parameter('Auth0Domain'),
    canonicalDomain: stack.parameter('CanonicalDomain'),
    plan: PLAN_NAMES.find((known) => known === plan) ?? 'enterprise',
    rateShare: Number(stack.parameter('RateShare')) || RATE_SHARE_DEFAULT,
    isSimulated: false,
    secretArn: stack.output('SecretArn'),
    table,
    queueUrl: await deployedQueueUrl(),
    rule: {
      name: stack.output('RuleName'),
      intervalMinutes:
        Number(stack.parameter('PollIntervalMinutes')) || POLL_INTERVAL_MINUTES_DEFAULT,
    },
  };
}

async function localPlace(
  dir: string,
  tenant: string,
): Promise<{ readonly place: Place; readonly close: () => Promise<void> }> {
  const { resources, stop } = await openDataFolder(dir);
  const settings = keptRunSettings(dir, tenant);
  if (settings === undefined) {
    await stop();
    throw new UsageError(
      `There is no tenant "${tenant}" in the data folder ${dir}: collect it with npm start first`,
    );
  }
  const place = {
    ...settings,
    rateShare: RATE_SHARE_DEFAULT,
    secretArn: secretName(tenant),
    table: resources[ENV.collectionTable],
    queueUrl: resources[ENV.queueUrl],
    rule: undefined,
  };
  return { place, close: stop };
}

function subjectAt(tenant: string, place: Place, clients: Clients): Subject {
  const { dynamo, secrets, sqs, events } = clients;
  const { secretArn, table, queueUrl, plan, rule, ...source } = place;
  return {
    ...reach(),
    tenant,
    source: {
      ...source,
      readCredentials: () => readCredentials(secrets, secretArn),
      readPreviousCredentials: () => readPreviousCredentials(secrets, secretArn),
    },
    collection: {
      plan,
      loadCheckpoint: () => createCheckpointStore(dynamo, table).load(tenant),
      readQueue: () => readQueueDepths(sqs, queueUrl),
      rule: rule && { ...rule, isEnabled: () => isRuleEnabled(events, rule.name) },
    },
  };
}
