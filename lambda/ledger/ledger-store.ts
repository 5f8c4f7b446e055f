import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { TABLE } from '../platform/names.ts';
import {
  type LedgerRow,
  ledgerItem,
  readLedgerRow,
  type SentRow,
  storedAttribute,
} from './ledger-row.ts';

/** What ingest found out about a batch. */
export interface StoredBatch {
  readonly tenant: string;
  readonly seq: number;
  readonly contentDigest: string;
  readonly key: string;
  readonly count: number;
}

/** `already-stored`: the same batch was delivered before. */
export type StoreOutcome = 'stored' | 'already-stored';

/** One row per batch; the poller writes one half, ingest the other, in any order. */
export interface LedgerStore {
  markSent(tenant: string, row: SentRow, at: Date): Promise<void>;
  markStored(batch: StoredBatch, at: Date): Promise<StoreOutcome>;
  /** True when the archive has the content that this place of the ledger was promised. */
  isStored(tenant: string, seq: number, contentDigest: string): Promise<boolean>;
  /** All rows of a tenant in order, page by page. */
  rows(tenant: string): AsyncGenerator<LedgerRow>;
}

const ROWS_PAGE_SIZE = 500;

export function createLedgerStore(dynamo: DynamoDBClient, table: string): LedgerStore {
  const key = (tenant: string, seq: number) =>
    marshall({ [TABLE.partitionKey]: tenant, [TABLE.sortKey]: ledgerItem(seq) });
  return {
    markSent: async (tenant, row, at) => {
      const values = { ...row, sentAt: at.toISOString() };
      await awsCall('Writing a ledger row', () =>
        dynamo.send(
          new UpdateItemCommand({ TableName: table, Key: key(tenant, row.seq), ...setAll(values) }),
        ),
      );
    },
    markStored: async ({ tenant, seq, contentDigest, key: archiveKey, count }, at) => {
      const stored = { contentDigest, key: archiveKey, count, at: at.toISOString() };
      return awsCall('Marking a ledger row as stored', async () => {
        try {
          await dynamo.send(
            new UpdateItemCommand({
              TableName: table,
              Key: key(tenant, seq),
              UpdateExpression: 'SET #seq = :seq, #stored = :stored',
              ConditionExpression: 'attribute_not_exists(#stored)',
              ExpressionAttributeNames: {
                '#seq': 'seq',
                '#stored': storedAttribute(contentDigest),
              },
              ExpressionAttributeValues: marshall({ ':seq': seq, ':stored': stored }),
            }),
          );
          return 'stored';
        } catch (thrown) {
          if (isAwsError(thrown, 'ConditionalCheckFailedException')) return 'already-stored';
          throw thrown;
        }
      });
    },
    isStored: async (tenant, seq, contentDigest) => {
      const answer = await awsCall('Reading a ledger row', () =>
        dynamo.send(
          new GetItemCommand({
            TableName: table,
            Key: key(tenant, seq),
            ConsistentRead: true,
          }),
        ),
      );
      return answer.Item?.[storedAttribute(contentDigest)] !== undefined;
    },
    rows: (tenant) => queryRows(dynamo, table, tenant),
  };
}

async function* queryRows(
  dynamo: DynamoDBClient,
  table: string,
  tenant: string,
): AsyncGenerator<LedgerRow> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await awsCall('Reading the ledger', () =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#tenant = :tenant AND begins_with(#item, :prefix)',
          ExpressionAttributeNames: { '#tenant': TABLE.partitionKey, '#item': TABLE.sortKey },
          ExpressionAttributeValues: marshall({ ':tenant': tenant, ':prefix': TABLE.ledgerPrefix }),
          ConsistentRead: true,
          Limit: ROWS_PAGE_SIZE,
          ...(start && { ExclusiveStartKey: start }),
        }),
      ),
    );
    for (const item of page.Items ?? []) yield readLedgerRow(unmarshall(item));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** An update that sets each of the values, every name escaped. */
function setAll(values: Readonly<Record<string, unknown>>) {
  const names = Object.keys(values);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall(
      Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
    ),
  };
}
