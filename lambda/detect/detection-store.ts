import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createVersionedItemStore, type VersionedItemStore } from '../ledger/versioned-item.ts';
import { TABLE } from '../platform/names.ts';
import { DETECTION, type Detection } from './detection-item.ts';

/** The detection item of each tenant; a conflict is DETECTION_CONFLICT. */
export type DetectionStore = VersionedItemStore<Detection>;

export const createDetectionStore = (dynamo: DynamoDBClient, table: string): DetectionStore =>
  createVersionedItemStore(dynamo, table, {
    item: TABLE.detectionItem,
    name: 'detection item',
    schema: DETECTION,
    conflictCode: 'DETECTION_CONFLICT',
  });
