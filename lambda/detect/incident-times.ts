import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { awsCall } from '../platform/aws.ts';
import { DETECTION_TABLE } from '../platform/names.ts';
import type { Incident } from './incident.ts';
import { AFTER_ALL, expiryOf, type Item, itemKey, readGroups } from './incident-partition.ts';
import type { Family } from './rule.ts';

/** Where an incident stands in time. */
export interface IncidentPlace {
  readonly id: string;
  readonly family: Family;
}

/**
 * The incidents of a tenant by the time they were last seen: a small item each, whose sort key
 * begins with that time.
 *
 * A place is put before its incident is saved and the former one is taken away with it or after it.
 * So every incident has a place at its time; what a crash leaves behind is another place of an
 * incident that has one, or of one that a repeated run still saves.
 */
export interface IncidentTimes {
  put(incident: Incident): Promise<void>;
  take(incident: Incident): Promise<void>;
  /** Places from a time on, the newest first; each incident once. In groups, read when asked for. */
  newest(
    tenant: string,
    sinceMs: number,
    groupMax: number,
  ): AsyncGenerator<readonly IncidentPlace[]>;
}

const SEEN_PREFIX = 'seen#';
/** As many as the last moment that a date can be has. */
const MS_DIGITS = 16;

export function createIncidentTimes(dynamo: DynamoDBClient, table: string): IncidentTimes {
  return {
    put: async (incident) => {
      const { tenant, family, updatedMs } = incident;
      const rest = marshall({ family, [DETECTION_TABLE.expiry]: expiryOf(updatedMs) });
      const Item = { ...itemKey(tenant, placeOf(incident)), ...rest };
      await awsCall('Noting when an incident was seen', () =>
        dynamo.send(new PutItemCommand({ TableName: table, Item })),
      );
    },
    take: async (incident) => {
      const Key = itemKey(incident.tenant, placeOf(incident));
      await awsCall('Noting when an incident was seen', () =>
        dynamo.send(new DeleteItemCommand({ TableName: table, Key })),
      );
    },
    newest: async function* (tenant, sinceMs, groupMax) {
      const seen = new Set<string>();
      const range = {
        from: `${SEEN_PREFIX}${digits(sinceMs)}`,
        to: `${SEEN_PREFIX}${AFTER_ALL}`,
        isBackwards: true,
      };
      for await (const items of readGroups(dynamo, table, tenant, range, groupMax)) {
        const byId = new Map(items.map(placeIn).map((place) => [place.id, place]));
        const places = [...byId.values()].filter(({ id }) => !seen.has(id));
        for (const { id } of places) seen.add(id);
        yield places;
      }
    },
  };
}

const digits = (ms: number): string =>
  Math.max(0, Math.floor(ms)).toString().padStart(MS_DIGITS, '0');

const placeOf = ({ lastSeenMs, id }: Incident): string =>
  `${SEEN_PREFIX}${digits(lastSeenMs)}#${id}`;

const placeIn = (item: Item): IncidentPlace => ({
  id: item[DETECTION_TABLE.sortKey]?.S?.slice(SEEN_PREFIX.length + MS_DIGITS + 1) ?? '',
  family: item['family']?.S as Family,
});
