import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createVersionedItemStore, type VersionedItemStore } from '../ledger/versioned-item.ts';
import { TABLE } from '../platform/names.ts';
import { CHECKPOINT, type Checkpoint } from './checkpoint.ts';

/** The checkpoint of each tenant; a conflict is CHECKPOINT_CONFLICT. */
export type CheckpointStore = VersionedItemStore<Checkpoint>;

export const createCheckpointStore = (dynamo: DynamoDBClient, table: string): CheckpointStore =>
  createVersionedItemStore(dynamo, table, {
    item: TABLE.checkpointItem,
    name: 'checkpoint',
    schema: CHECKPOINT,
    conflictCode: 'CHECKPOINT_CONFLICT',
  });
