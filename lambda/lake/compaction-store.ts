import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createVersionedItemStore, type VersionedItemStore } from '../ledger/versioned-item.ts';
import { TABLE } from '../platform/names.ts';
import { COMPACTION, type Compaction } from './compaction.ts';

/** The compaction item of each tenant; a conflict is LAKE_CONFLICT. */
export type CompactionStore = VersionedItemStore<Compaction>;

export const createCompactionStore = (dynamo: DynamoDBClient, table: string): CompactionStore =>
  createVersionedItemStore(dynamo, table, {
    item: TABLE.compactionItem,
    name: 'compaction item',
    schema: COMPACTION,
    conflictCode: 'LAKE_CONFLICT',
  });
