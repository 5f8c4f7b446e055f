import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { DETECTION_TABLE } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import type { Incident } from './incident.ts';
import {
  AFTER_ALL,
  expiryOf,
  type Item,
  type ItemRange,
  itemKey,
  readGroups,
} from './incident-partition.ts';
import { createIncidentTimes } from './incident-times.ts';
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
  /**
   * Saves an incident, after having noted that it is to be published.
   *
   * @param before the incident as it was saved last
   */
  save(incident: Incident, reason: Reason, before?: Incident): Promise<void>;
  /** Saves and notes an incident unless it is there; true when it was not. */
  create(incident: Incident): Promise<boolean>;
  /** Every incident of a tenant, in no order. */
  list(tenant: string): AsyncGenerator<Incident>;
  /** Incidents that were seen from a time on, the newest first; no more is read than asked for. */
  newest(tenant: string, wanted: WantedIncidents): AsyncGenerator<Incident>;
  /** How many incidents were seen from a time on; {@link COUNTED_MAX} means so many or more. */
  count(tenant: string, sinceMs: number): Promise<number>;
  unpublished(tenant: string): Promise<readonly Unpublished[]>;
  published(tenant: string, id: string): Promise<void>;
}

/** Which incidents are looked for. */
export interface WantedIncidents {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Only this family; undefined: all of them. */
  readonly family?: Family | undefined;
}

/** Counted in well under a second; what has more needs no exact figure. */
export const COUNTED_MAX = 10_000;

const INCIDENT_PREFIX = 'incident#';
const OUTBOX_PREFIX = 'outbox#';
/** A screen of incidents; as many connections as the SDK keeps to a host. */
const READ_AT_ONCE = 50;

const INCIDENT: z.ZodMiniType<Incident> = z.object({
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
  const times = createIncidentTimes(dynamo, table);
  /** Noted first: what is noted and was not saved is left alone by whoever publishes. */
  const note = async ({ tenant, id }: Incident, reason: Reason): Promise<void> => {
    await awsCall('Noting an incident for publishing', () =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: itemKey(tenant, `${OUTBOX_PREFIX}${id}`),
          UpdateExpression: 'ADD #reasons :reasons',
          ExpressionAttributeNames: { '#reasons': 'reasons' },
          ExpressionAttributeValues: { ':reasons': { SS: [reason] } },
        }),
      ),
    );
  };
  const get = async (tenant: string, id: string): Promise<Incident | undefined> => {
    const Key = itemKey(tenant, `${INCIDENT_PREFIX}${id}`);
    const { Item } = await awsCall('Reading an incident', () =>
      dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true })),
    );
    return Item && parseIncident(Item);
  };
  return {
    get,
    save: async (incident, reason, before) => {
      const isMoved = before?.lastSeenMs !== incident.lastSeenMs;
      await Promise.all([note(incident, reason), isMoved && times.put(incident)]);
      await awsCall('Writing an incident', () =>
        dynamo.send(new PutItemCommand({ TableName: table, Item: itemOf(incident) })),
      );
      if (isMoved && before !== undefined) await times.take(before);
    },
    create: async (incident) => {
      await Promise.all([note(incident, 'opened'), times.put(incident)]);
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
      for await (const items of readGroups(dynamo, table, tenant, ofPrefix(INCIDENT_PREFIX))) {
        yield* items.map(parseIncident);
      }
    },
    newest: async function* (tenant, { sinceMs, family }) {
      for await (const places of times.newest(tenant, sinceMs, READ_AT_ONCE)) {
        const wanted = places.filter((place) => family === undefined || place.family === family);
        const found = await Promise.all(wanted.map(({ id }) => get(tenant, id)));
        // A place may be ahead of an incident that is still to be saved.
        for (const one of found) if (one !== undefined && one.lastSeenMs >= sinceMs) yield one;
      }
    },
    count: async (tenant, sinceMs) => {
      let count = 0;
      for await (const places of times.newest(tenant, sinceMs, COUNTED_MAX)) {
        count += places.length;
        if (count >= COUNTED_MAX) return COUNTED_MAX;
      }
      return count;
    },
    unpublished: async (tenant) => {
      const noted: Unpublished[] = [];
      for await (const items of readGroups(dynamo, table, tenant, ofPrefix(OUTBOX_PREFIX))) {
        for (const item of items) {
          const id = item[DETECTION_TABLE.sortKey]?.S?.slice(OUTBOX_PREFIX.length) ?? '';
          noted.push({ id, reasons: (item['reasons']?.SS ?? []) as Reason[] });
        }
      }
      return noted;
    },
    published: async (tenant, id) => {
      await awsCall('Noting an incident as published', () =>
        dynamo.send(
          new DeleteItemCommand({
            TableName: table,
            Key: itemKey(tenant, `${OUTBOX_PREFIX}${id}`),
          }),
        ),
      );
    },
  };
}

const ofPrefix = (prefix: string): ItemRange => ({ from: prefix, to: `${prefix}${AFTER_ALL}` });

const itemOf = (incident: Incident): Item => ({
  ...itemKey(incident.tenant, `${INCIDENT_PREFIX}${incident.id}`),
  ...marshall({ incident, [DETECTION_TABLE.expiry]: expiryOf(incident.updatedMs) }),
});

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
