import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall } from '../platform/aws.ts';
import { TABLE } from '../platform/names.ts';
import * as z from '../platform/schema.ts';

const GAP = z.object({
  /** Times as Auth0 ingested, ISO 8601. */
  from: z.string(),
  to: z.string(),
  reason: z.enum(['retention-passed', 'cursor-refused']),
  /** The last event before the gap; empty when nothing was delivered before. */
  afterLogId: z.string(),
  recordedAt: z.string(),
});

/** An interval that could not be collected. */
export type Gap = z.infer<typeof GAP>;

/** Gaps are written down, never silent. */
export interface GapStore {
  /** Recording the gap behind the same event again replaces it. */
  record(tenant: string, gap: Gap): Promise<void>;
  list(tenant: string): Promise<Gap[]>;
}

/** More gaps than this are a broken set-up, and the first ones tell as much. */
const GAPS_LISTED_MAX = 1_000;

export function createGapStore(dynamo: DynamoDBClient, table: string): GapStore {
  return {
    record: async (tenant, gap) => {
      const key = {
        [TABLE.partitionKey]: tenant,
        [TABLE.sortKey]: `${TABLE.gapPrefix}${gap.afterLogId}`,
      };
      await awsCall('Recording a gap', () =>
        dynamo.send(new PutItemCommand({ TableName: table, Item: marshall({ ...key, ...gap }) })),
      );
    },
    list: async (tenant) => {
      const answer = await awsCall('Reading the gaps', () =>
        dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: '#tenant = :tenant AND begins_with(#item, :prefix)',
            ExpressionAttributeNames: { '#tenant': TABLE.partitionKey, '#item': TABLE.sortKey },
            ExpressionAttributeValues: marshall({ ':tenant': tenant, ':prefix': TABLE.gapPrefix }),
            ConsistentRead: true,
            Limit: GAPS_LISTED_MAX,
          }),
        ),
      );
      return (answer.Items ?? []).map((item) => GAP.parse(unmarshall(item)));
    },
  };
}
