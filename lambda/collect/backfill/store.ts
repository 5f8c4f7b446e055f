import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createVersionedItemStore, type VersionedItemStore } from '../../ledger/versioned-item.ts';
import { TABLE } from '../../platform/names.ts';
import { BACKFILL, type Backfill } from './backfill.ts';

/** The last backfill of each tenant; a conflict is BACKFILL_CONFLICT. */
export type BackfillStore = VersionedItemStore<Backfill>;

export const createBackfillStore = (dynamo: DynamoDBClient, table: string): BackfillStore =>
  createVersionedItemStore(dynamo, table, {
    item: TABLE.backfillItem,
    name: 'backfill item',
    schema: BACKFILL,
    conflictCode: 'BACKFILL_CONFLICT',
  });
