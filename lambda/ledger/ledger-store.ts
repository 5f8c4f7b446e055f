import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall, isAwsError } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
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

/** What the poller knows of a batch that the queue acknowledged. */
export interface SentBatch {
  readonly row: SentRow;
  /** The version of the checkpoint that promised it. */
  readonly promise: number;
  readonly idHashes: Uint8Array;
}

/** `already-stored`: the same batch was delivered before. */
export type StoreOutcome = 'stored' | 'already-stored';

/** One row per batch; the poller writes one half, ingest the other, in any order. */
export interface LedgerStore {
  /**
   * Notes a batch that the queue acknowledged.
   *
   * @throws {CollectorError} CHECKPOINT_CONFLICT when a later promise stands at its place
   */
  markSent(tenant: string, sent: SentBatch, at: Date): Promise<void>;
  markStored(batch: StoredBatch, at: Date): Promise<StoreOutcome>;
  /** True when the archive has the content that this place of the ledger was promised. */
  isStored(tenant: string, seq: number, contentDigest: string): Promise<boolean>;
  /** The row at a place of the ledger. */
  row(tenant: string, seq: number): Promise<LedgerRow | undefined>;
  /** The rows of a tenant behind a place of the ledger, in order, read page by page. */
  rows(tenant: string, afterSeq?: number): AsyncGenerator<LedgerRow>;
}

const ROWS_PAGE_SIZE = 100;
const LEDGER_SEQ_MAX = 9_999_999_999;

export function createLedgerStore(dynamo: DynamoDBClient, table: string): LedgerStore {
  const key = (tenant: string, seq: number) =>
    marshall({ [TABLE.partitionKey]: tenant, [TABLE.sortKey]: ledgerItem(seq) });
  const readItem = async (tenant: string, seq: number) => {
    const answer = await awsCall('Reading a ledger row', () =>
      dynamo.send(
        new GetItemCommand({ TableName: table, Key: key(tenant, seq), ConsistentRead: true }),
      ),
    );
    return answer.Item;
  };
  return {
    markSent: async (tenant, { row, promise, idHashes }, at) => {
      const values = { ...row, promise, idHashes, sentAt: at.toISOString() };
      const update = setAll(values);
      await awsCall('Writing a ledger row', async () => {
        try {
          await dynamo.send(
            new UpdateItemCommand({
              TableName: table,
              Key: key(tenant, row.seq),
              ...update,
              // A poll that was held up for long must not undo what its successor promised.
              ConditionExpression: 'attribute_not_exists(#promise) OR #promise <= :promise',
            }),
          );
        } catch (thrown) {
          if (!isAwsError(thrown, 'ConditionalCheckFailedException')) throw thrown;
          throw new CollectorError(
            'CHECKPOINT_CONFLICT',
            `Row ${row.seq} of the ledger of ${tenant} was promised anew by another poll`,
            { cause: thrown },
          );
        }
      });
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
      const item = await readItem(tenant, seq);
      return item?.[storedAttribute(contentDigest)] !== undefined;
    },
    row: async (tenant, seq) => {
      const item = await readItem(tenant, seq);
      return item && readLedgerRow(unmarshall(item));
    },
    rows: (tenant, afterSeq = 0) => queryRows(dynamo, table, tenant, afterSeq),
  };
}

async function* queryRows(
  dynamo: DynamoDBClient,
  table: string,
  tenant: string,
  afterSeq: number,
): AsyncGenerator<LedgerRow> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await awsCall('Reading the ledger', () =>
      dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#tenant = :tenant AND #item BETWEEN :first AND :last',
          ExpressionAttributeNames: { '#tenant': TABLE.partitionKey, '#item': TABLE.sortKey },
          ExpressionAttributeValues: marshall({
            ':tenant': tenant,
            ':first': ledgerItem(afterSeq + 1),
            ':last': ledgerItem(LEDGER_SEQ_MAX),
          }),
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
