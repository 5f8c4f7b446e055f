import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError, type FailureCode } from '../platform/errors.ts';
import { TABLE } from '../platform/names.ts';
import type * as z from '../platform/schema.ts';

/** One item per tenant that says how far somebody came, and that only one may move at a time. */
export interface VersionedItemStore<T> {
  /** @throws {CollectorError} CHECKPOINT_UNREADABLE */
  load(tenant: string): Promise<T | undefined>;
  /**
   * Writes the item if nobody wrote since it was loaded.
   *
   * @returns the item as stored, with its new version
   * @throws {CollectorError} with the code of a conflict
   */
  save(tenant: string, item: T): Promise<T>;
}

export interface VersionedItem<T> {
  /** Its sort key in the collection table. */
  readonly item: string;
  /** What messages call it, such as `compaction item`. */
  readonly name: string;
  readonly schema: z.ZodMiniType<T>;
  readonly conflictCode: FailureCode;
}

/** The item of that name of each tenant; version 0 is one that was never saved. */
export function createVersionedItemStore<T extends { readonly version: number }>(
  dynamo: DynamoDBClient,
  table: string,
  { item, name, schema, conflictCode }: VersionedItem<T>,
): VersionedItemStore<T> {
  const key = (tenant: string) => ({ [TABLE.partitionKey]: tenant, [TABLE.sortKey]: item });
  return {
    load: async (tenant) => {
      const { Item } = await awsCall(`Reading the ${name}`, () =>
        dynamo.send(
          new GetItemCommand({
            TableName: table,
            Key: marshall(key(tenant)),
            ConsistentRead: true,
          }),
        ),
      );
      if (Item === undefined) return undefined;
      const parsed = schema.safeParse(unmarshall(Item));
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new CollectorError(
        'CHECKPOINT_UNREADABLE',
        `The ${name} of ${tenant} can't be read: ${issue?.path.join('.')}: ${issue?.message}`,
        { cause: parsed.error },
      );
    },
    save: async (tenant, loaded) => {
      const stored = { ...loaded, version: loaded.version + 1 };
      const isNew = loaded.version === 0;
      await awsCall(`Writing the ${name}`, async () => {
        try {
          await dynamo.send(
            new PutItemCommand({
              TableName: table,
              Item: marshall({ ...key(tenant), ...stored }, { removeUndefinedValues: true }),
              ConditionExpression: isNew ? 'attribute_not_exists(#version)' : '#version = :loaded',
              ExpressionAttributeNames: { '#version': 'version' },
              ...(!isNew && {
                ExpressionAttributeValues: marshall({ ':loaded': loaded.version }),
              }),
            }),
          );
        } catch (thrown) {
          if (!isAwsError(thrown, 'ConditionalCheckFailedException')) throw thrown;
          throw new CollectorError(
            conflictCode,
            `The ${name} of ${tenant} is no longer at version ${loaded.version}`,
            { cause: thrown },
          );
        }
      });
      return stored;
    },
  };
}
