import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLedgerStore } from '../lambda/ledger/ledger-store.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { ENV } from '../lambda/platform/names.ts';
import type { EmbeddedAws } from './aws/embedded-aws.ts';

const DRAIN_LOOK_MS = 50;
/** Ingest makes progress much faster; when nothing moves for so long, something failed. */
const DRAIN_STALL_MS = 15_000;

/**
 * Waits for ingest, at most so long; true when everything that was sent of a tenant is in the
 * archive. The queue is that of all tenants.
 */
export async function drain(aws: EmbeddedAws, tenant: string, timeoutMs: number): Promise<boolean> {
  let depth = aws.queueDepth();
  let movedAtMs = Date.now();
  const endsAtMs = movedAtMs + timeoutMs;
  while (depth > 0 && Date.now() < Math.min(endsAtMs, movedAtMs + DRAIN_STALL_MS)) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    if (aws.queueDepth() !== depth) movedAtMs = Date.now();
    depth = aws.queueDepth();
  }
  return isAllStored(aws, tenant);
}

async function isAllStored(aws: EmbeddedAws, tenant: string): Promise<boolean> {
  const client = new DynamoDBClient(AWS_CLIENT);
  try {
    const ledger = createLedgerStore(client, aws.resources[ENV.collectionTable]);
    for await (const row of ledger.rows(tenant)) if (row.stored === undefined) return false;
    return true;
  } finally {
    client.destroy();
  }
}
