import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { DETECTION_TABLE } from '../platform/names.ts';
import type { Incident } from './incident.ts';
import { ENTITY_KINDS, FAMILIES, type Family, SEVERITIES } from './rule.ts';

/** Why an incident is to be published. */
export type Reason = 'opened' | 'escalated' | 'grown';

/** An incident that was saved and not published yet. */
export interface Unpublished {
  readonly id: string;
  readonly reasons: readonly Reason[];
}

/** The incidents of all tenants, and which of them are still to be published. */
export interface IncidentStore {
  get(tenant: string, id: string): Promise<Incident | undefined>;
  /** Saves an incident, after having noted that it is to be published. */
  save(incident: Incident, reason: Reason): Promise<void>;
  /** Saves and notes an incident unless it is there; true when it was not. */
  create(incident: Incident): Promise<boolean>;
  /** Every incident of a tenant, in no order. */
  list(tenant: string): AsyncGenerator<Incident>;
  unpublished(tenant: string): Promise<readonly Unpublished[]>;
  published(tenant: string, id: string): Promise<void>;
}

const INCIDENT_PREFIX = 'incident#';
const OUTBOX_PREFIX = 'outbox#';
/** As long as the audit of a year may look back. */
const INCIDENT_KEPT_DAYS = 400;

const INCIDENT: z.ZodType<Incident> = z.object({
  id: z.string(),
  tenant: z.string(),
  ruleId: z.string(),
  title: z.string(),
  family: z.enum(Object.keys(FAMILIES) as [Family, ...Family[]]),
  severity: z.enum(SEVERITIES),
  entity: z.object({ kind: z.enum(ENTITY_KINDS), value: z.string() }),
  attack: z.array(z.string()),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  count: z.number(),
  timeline: z.array(z.object({ ms: z.number(), logId: z.string(), text: z.string() })),
  todo: z.string(),
  openedMs: z.number(),
  updatedMs: z.number(),
  version: z.number(),
  lastRun: z.string(),
});

export function createIncidentStore(dynamo: DynamoDBClient, table: string): IncidentStore {
  const key = (tenant: string, item: string) =>
    marshall({
      [DETECTION_TABLE.partitionKey]: `${tenant}#incidents`,
      [DETECTION_TABLE.sortKey]: item,
    });
  const itemOf = (incident: Incident): Item => {
    const expiry = Math.ceil(incident.updatedMs / 1000) + INCIDENT_KEPT_DAYS * 86_400;
    return {
      ...key(incident.tenant, `${INCIDENT_PREFIX}${incident.id}`),
      ...marshall({ incident, [DETECTION_TABLE.expiry]: expiry }),
    };
  };
  /** Noted first: what is noted and was not saved is left alone by whoever publishes. */
  const note = async ({ tenant, id }: Incident, reason: Reason): Promise<void> => {
    await awsCall('Noting an incident for publishing', () =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key(tenant, `${OUTBOX_PREFIX}${id}`),
          UpdateExpression: 'ADD #reasons :reasons',
          ExpressionAttributeNames: { '#reasons': 'reasons' },
          ExpressionAttributeValues: { ':reasons': { SS: [reason] } },
        }),
      ),
    );
  };
  return {
    get: async (tenant, id) => {
      const { Item } = await awsCall('Reading an incident', () =>
        dynamo.send(
          new GetItemCommand({
            TableName: table,
            Key: key(tenant, `${INCIDENT_PREFIX}${id}`),
            ConsistentRead: true,
          }),
        ),
      );
      return Item && parseIncident(Item);
    },
    save: async (incident, reason) => {
      await note(incident, reason);
      await awsCall('Writing an incident', () =>
        dynamo.send(new PutItemCommand({ TableName: table, Item: itemOf(incident) })),
      );
    },
    create: async (incident) => {
      await note(incident, 'opened');
      return awsCall('Writing an incident', async () => {
        try {
          await dynamo.send(
            new PutItemCommand({
              TableName: table,
              Item: itemOf(incident),
              ConditionExpression: 'attribute_not_exists(#item)',
              ExpressionAttributeNames: { '#item': DETECTION_TABLE.sortKey },
            }),
          );
          return true;
        } catch (thrown) {
          if (isAwsError(thrown, 'ConditionalCheckFailedException')) return false;
          throw thrown;
        }
      });
    },
    list: async function* (tenant) {
      for await (const item of query(dynamo, table, tenant, INCIDENT_PREFIX)) {
        yield parseIncident(item);
      }
    },
    unpublished: async (tenant) => {
      const noted: Unpublished[] = [];
      for await (const item of query(dynamo, table, tenant, OUTBOX_PREFIX)) {
        const id = item[DETECTION_TABLE.sortKey]?.S?.slice(OUTBOX_PREFIX.length) ?? '';
        noted.push({ id, reasons: (item['reasons']?.SS ?? []) as Reason[] });
      }
      return noted;
    },
    published: async (tenant, id) => {
      await awsCall('Noting an incident as published', () =>
        dynamo.send(
          new DeleteItemCommand({ TableName: table, Key: key(tenant, `${OUTBOX_PREFIX}${id}`) }),
        ),
      );
    },
  };
}

type Item = Record<string, AttributeValue>;

async function* query(
  dynamo: DynamoDBClient,
  table: string,
  tenant: string,
  prefix: string,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await awsCall('Reading incidents', () =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#entity = :incidents AND begins_with(#item, :prefix)',
          ExpressionAttributeNames: {
            '#entity': DETECTION_TABLE.partitionKey,
            '#item': DETECTION_TABLE.sortKey,
          },
          ExpressionAttributeValues: marshall({
            ':incidents': `${tenant}#incidents`,
            ':prefix': prefix,
          }),
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

function parseIncident(item: Item): Incident {
  const parsed = INCIDENT.safeParse(unmarshall(item)['incident']);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CollectorError(
    'DETECTION_STATE',
    `The incident ${item[DETECTION_TABLE.sortKey]?.S} can't be read: ${issue?.path.join('.')}: ${issue?.message}`,
    { cause: parsed.error },
  );
}
