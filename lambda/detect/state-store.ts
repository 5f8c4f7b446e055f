import { createHash } from 'node:crypto';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { awsCall } from '../platform/aws.ts';
import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import { DETECTION_TABLE } from '../platform/names.ts';
import type { EntityState } from './entity-state.ts';
import { someAtOnce } from './some-at-once.ts';
import { decodeState, encodeState } from './state-codec.ts';

/** What is remembered of the entities of all tenants: one item each. */
export interface StateStore {
  /** The states of those entities that have one, by entity key. */
  load(tenant: string, keys: Iterable<string>): Promise<ReadonlyMap<string, EntityState>>;
  save(tenant: string, states: ReadonlyMap<string, EntityState>): Promise<void>;
}

/** The limits of DynamoDB: items of one call. */
const GET_MAX = 100;
const WRITE_MAX = 25;
const CALLS_AT_ONCE = 8;
const ATTEMPTS_MAX = 8;
const WAIT_BASE_MS = 25;

/** A profile remembers ninety days; whoever was not seen for longer is new anyway. */
const KEPT_DAYS = 120;
const STATE_ITEM = 'state';

type Item = Record<string, AttributeValue>;

export function createStateStore(dynamo: DynamoDBClient, table: string, clock: Clock): StateStore {
  return {
    load: async (tenant, keys) => {
      const byHash = new Map([...keys].map((key) => [partition(tenant, key), key]));
      const loaded = new Map<string, EntityState>();
      await inGroups([...byHash.keys()], GET_MAX, async (hashes) => {
        const wanted: Item[] = hashes.map(stateKey);
        const items = await withPatience(clock, wanted, async (rest) => {
          const { Responses, UnprocessedKeys } = await awsCall('Reading entity states', () =>
            dynamo.send(
              new BatchGetItemCommand({
                RequestItems: { [table]: { Keys: rest, ConsistentRead: true } },
              }),
            ),
          );
          return { done: Responses?.[table] ?? [], rest: UnprocessedKeys?.[table]?.Keys ?? [] };
        });
        for (const item of items) {
          const key = byHash.get(item[DETECTION_TABLE.partitionKey]?.S ?? '');
          if (key !== undefined) loaded.set(key, stateOf(item));
        }
      });
      return loaded;
    },
    save: async (tenant, states) => {
      const expiry = String(Math.ceil(clock.nowMs() / 1000) + KEPT_DAYS * 86_400);
      await inGroups([...states], WRITE_MAX, async (group) => {
        const puts = group.map(([key, state]) => ({
          PutRequest: { Item: stateItem(partition(tenant, key), state, expiry) },
        }));
        await withPatience(clock, puts, async (rest) => {
          const { UnprocessedItems } = await awsCall('Writing entity states', () =>
            dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: rest } })),
          );
          return { done: [], rest: (UnprocessedItems?.[table] ?? []) as typeof puts };
        });
      });
    },
  };
}

/** Names and addresses are personal: a partition is named by their hash. */
function partition(tenant: string, key: string): string {
  const hash = createHash('sha256').update(key).digest('base64url').slice(0, 27);
  return `${tenant}#${hash}`;
}

const stateKey = (partitionName: string): Item => ({
  [DETECTION_TABLE.partitionKey]: { S: partitionName },
  [DETECTION_TABLE.sortKey]: { S: STATE_ITEM },
});

function stateItem(partitionName: string, state: EntityState, expiry: string): Item {
  const encoded = encodeState(state);
  return {
    ...stateKey(partitionName),
    state: typeof encoded === 'string' ? { S: encoded } : { B: encoded },
    [DETECTION_TABLE.expiry]: { N: expiry },
  };
}

function stateOf(item: Item): EntityState {
  const encoded = item['state']?.S ?? item['state']?.B;
  try {
    return decodeState(encoded ?? '');
  } catch (cause) {
    const name = item[DETECTION_TABLE.partitionKey]?.S;
    throw new CollectorError('DETECTION_STATE', `The entity state ${name} can't be read`, {
      cause,
    });
  }
}

async function inGroups<T>(
  items: readonly T[],
  size: number,
  use: (group: readonly T[]) => Promise<void>,
): Promise<void> {
  const groups: T[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  await someAtOnce(groups, CALLS_AT_ONCE, use);
}

/** DynamoDB may leave part of a call undone, and asks to come again a little later. */
async function withPatience<T, R>(
  clock: Clock,
  wanted: T[],
  call: (rest: T[]) => Promise<{ done: R[]; rest: T[] }>,
): Promise<R[]> {
  const all: R[] = [];
  let rest = wanted;
  for (let attempt = 0; rest.length > 0; attempt += 1) {
    if (attempt === ATTEMPTS_MAX) {
      throw new CollectorError('AWS_CALL', 'DynamoDB keeps leaving entity states undone');
    }
    if (attempt > 0) await clock.sleep(WAIT_BASE_MS * 2 ** attempt);
    const answer = await call(rest);
    all.push(...answer.done);
    rest = answer.rest;
  }
  return all;
}
