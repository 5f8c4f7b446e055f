import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withoutLease } from '../lambda/detect/detection-item.ts';
import { createDetectionStore, type DetectionStore } from '../lambda/detect/detection-store.ts';
import type { Incident } from '../lambda/detect/incident.ts';
import { createIncidentStore } from '../lambda/detect/incident-store.ts';
import { createDetector } from '../lambda/detector.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { DETECTOR, ENV } from '../lambda/platform/names.ts';
import type { Telemetry } from '../lambda/platform/telemetry.ts';
import type { SharedResources } from './aws/embedded-aws.ts';
import { detectionSettingsText, TENANTS_FILE } from './detection-settings.ts';
import { invocationContext } from './invocation-context.ts';
import type { RunOptions } from './options.ts';

/** The detector of a run on this machine. */
export interface LocalDetection {
  /** Looks at what is new in the archive; returns the incidents that it opened, the newest last. */
  detect(): Promise<readonly Incident[]>;
  stop(): void;
}

export async function createLocalDetection(
  resources: SharedResources,
  { dataDir, tenant }: Pick<RunOptions, 'dataDir' | 'tenant'>,
  telemetry: Telemetry,
): Promise<LocalDetection> {
  const settingsFile = join(dataDir, 'detection.json');
  writeFileSync(settingsFile, detectionSettingsText(TENANTS_FILE));
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  await dropStaleLease(createDetectionStore(dynamo, resources[ENV.collectionTable]), tenant);
  const environment = { ...resources, [ENV.detectionSettingsFile]: settingsFile };
  const detector = createDetector(environment, telemetry);
  const incidents = createIncidentStore(dynamo, resources[ENV.detectionTable]);
  return {
    detect: async () => {
      const startedAtMs = Date.now();
      await detector({ tenant }, invocationContext(DETECTOR.timeoutSeconds));
      const opened: Incident[] = [];
      for await (const incident of incidents.list(tenant)) {
        if (incident.openedMs >= startedAtMs) opened.push(incident);
      }
      return opened.sort((a, b) => a.lastSeenMs - b.lastSeenMs);
    },
    stop: () => dynamo.destroy(),
  };
}

/** The data folder is ours alone, so a lease there is of a process that is gone. */
async function dropStaleLease(detections: DetectionStore, tenant: string): Promise<void> {
  const item = await detections.load(tenant);
  if (item?.lease !== undefined) await detections.save(tenant, withoutLease(item));
}
