import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { awsCall } from '../platform/aws.ts';
import { DETECTION_TABLE } from '../platform/names.ts';

/** An item of the detection table, as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

/** As long as the audit of a year may look back. */
const INCIDENT_KEPT_DAYS = 400;

/** When what belongs to an incident that was changed at a time is dropped; seconds since 1970. */
export const expiryOf = (updatedMs: number): number =>
  Math.ceil(updatedMs / 1000) + INCIDENT_KEPT_DAYS * 86_400;

/** The key of an item among the incidents of a tenant. */
export const itemKey = (tenant: string, item: string): Item =>
  marshall({
    [DETECTION_TABLE.partitionKey]: `${tenant}#incidents`,
    [DETECTION_TABLE.sortKey]: item,
  });

/** Items among the incidents of a tenant, by the beginning and the end of their sort keys. */
export interface ItemRange {
  readonly from: string;
  readonly to: string;
  /** From the last sort key to the first. */
  readonly isBackwards?: boolean;
}

/** Behind all that begins with a prefix: what follows one is ASCII. */
export const AFTER_ALL = '\uffff';

/** Reads items in groups of at most so many, each when it is asked for. */
export async function* readGroups(
  dynamo: DynamoDBClient,
  table: string,
  tenant: string,
  { from, to, isBackwards = false }: ItemRange,
  groupMax?: number,
): AsyncGenerator<readonly Item[]> {
  let start: Item | undefined;
  do {
    const page = await awsCall('Reading incidents', () =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#entity = :incidents AND #item BETWEEN :from AND :to',
          ExpressionAttributeNames: {
            '#entity': DETECTION_TABLE.partitionKey,
            '#item': DETECTION_TABLE.sortKey,
          },
          ExpressionAttributeValues: marshall({
            ':incidents': `${tenant}#incidents`,
            ':from': from,
            ':to': to,
          }),
          ScanIndexForward: !isBackwards,
          ConsistentRead: true,
          ...(groupMax !== undefined && { Limit: groupMax }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
