import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { TABLE } from '../platform/names.ts';
import { CHECKPOINT, type Checkpoint } from './checkpoint.ts';

/** The checkpoint of each tenant. */
export interface CheckpointStore {
  /** @throws {CollectorError} CHECKPOINT_UNREADABLE */
  load(tenant: string): Promise<Checkpoint | undefined>;
  /**
   * Writes the checkpoint if nobody wrote since it was loaded.
   *
   * @returns the checkpoint as stored, with its new version
   * @throws {CollectorError} CHECKPOINT_CONFLICT
   */
  save(tenant: string, checkpoint: Checkpoint): Promise<Checkpoint>;
}

export function createCheckpointStore(dynamo: DynamoDBClient, table: string): CheckpointStore {
  const key = (tenant: string) => ({
    [TABLE.partitionKey]: tenant,
    [TABLE.sortKey]: TABLE.checkpointItem,
  });
  return {
    load: async (tenant) => {
      const answer = await awsCall('Reading the checkpoint', () =>
        dynamo.send(
          new GetItemCommand({
            TableName: table,
            Key: marshall(key(tenant)),
            // An eventual read could miss the last intent, and its batch would be sent anew.
            ConsistentRead: true,
          }),
        ),
      );
      return answer.Item && parseCheckpoint(tenant, unmarshall(answer.Item));
    },
    save: async (tenant, checkpoint) => {
      const stored = { ...checkpoint, version: checkpoint.version + 1 };
      const isNew = checkpoint.version === 0;
      await awsCall('Writing the checkpoint', async () => {
        try {
          await dynamo.send(
            new PutItemCommand({
              TableName: table,
              Item: marshall({ ...key(tenant), ...stored }, { removeUndefinedValues: true }),
              ConditionExpression: isNew ? 'attribute_not_exists(#version)' : '#version = :loaded',
              ExpressionAttributeNames: { '#version': 'version' },
              ...(!isNew && {
                ExpressionAttributeValues: marshall({ ':loaded': checkpoint.version }),
              }),
            }),
          );
        } catch (thrown) {
          if (!isAwsError(thrown, 'ConditionalCheckFailedException')) throw thrown;
          throw new CollectorError(
            'CHECKPOINT_CONFLICT',
            `The checkpoint of ${tenant} is no longer at version ${checkpoint.version}`,
            { cause: thrown },
          );
        }
      });
      return stored;
    },
  };
}

function parseCheckpoint(tenant: string, item: Record<string, unknown>): Checkpoint {
  const parsed = CHECKPOINT.safeParse(item);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CollectorError(
    'CHECKPOINT_UNREADABLE',
    `The checkpoint of ${tenant} can't be read: ${issue?.path.join('.')}: ${issue?.message}`,
    { cause: parsed.error },
  );
}
