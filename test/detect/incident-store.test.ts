import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../lambda/detect/incident.ts';
import {
  createIncidentStore,
  type IncidentStore,
  type WantedIncidents,
} from '../../lambda/detect/incident-store.ts';
import { DETECTION_TABLE, ENV } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { incident } from '../console/readings.ts';
import { startServices } from '../contract/services.ts';
import { Outside, type StopPoint } from '../reliability/outside.ts';
import { watched } from '../reliability/watched.ts';

let aws: EmbeddedAws;
let dynamo: DynamoDBClient;
let store: IncidentStore;
beforeAll(async () => {
  aws = await startServices();
  dynamo = new DynamoDBClient({});
  store = createIncidentStore(dynamo, aws.resources[ENV.detectionTable]);
});
afterAll(async () => {
  dynamo.destroy();
  await aws.stop();
});

let tenants = 0;
/** A tenant that has no incidents yet. */
const newTenant = (): string => {
  tenants += 1;
  return `tenant-${tenants}`;
};

async function newest(
  tenant: string,
  wanted: WantedIncidents = { sinceMs: 0 },
  countMax: number = Number.POSITIVE_INFINITY,
): Promise<Incident[]> {
  const found: Incident[] = [];
  for await (const one of store.newest(tenant, wanted)) {
    found.push(one);
    if (found.length === countMax) break;
  }
  return found;
}

/** Saves as the detector does; a call that is stopped is the end of it. */
async function saveStopped(after: Incident, stop?: StopPoint): Promise<void> {
  const client = watched(new DynamoDBClient({ maxAttempts: 1 }), new Outside(stop));
  const stopped = createIncidentStore(client, aws.resources[ENV.detectionTable]);
  try {
    const before = await stopped.get(after.tenant, after.id);
    // What a repeated run finds saved it leaves alone.
    if (before?.lastRun !== after.lastRun) await stopped.save(after, 'grown', before);
  } catch {
    // It was stopped.
  }
  client.destroy();
}

const CHANGE = fc.record({
  id: fc.constantFrom('A0-A', 'A0-B', 'A0-C'),
  /** Ties and times of evidence that was late occur. */
  stepMs: fc.integer({ min: 0, max: 3 }),
  stop: fc.option(
    fc.record({
      call: fc.integer({ min: 0, max: 5 }),
      side: fc.constantFrom('before' as const, 'after' as const),
      isFailureOnly: fc.boolean(),
    }),
  ),
});

describe('the incidents of a tenant by time', () => {
  it('are each there once, at the time they were seen last, whatever call was stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(CHANGE, { minLength: 1, maxLength: 12 }), async (changes) => {
        const tenant = newTenant();
        const right = new Map<string, Incident>();
        for (const [index, { id, stepMs, stop }] of changes.entries()) {
          const lastSeenMs = (right.get(id)?.lastSeenMs ?? 1_000) + stepMs;
          const family = id === 'A0-A' ? 'login' : 'behavior';
          const after = incident({ tenant, id, family, lastSeenMs, lastRun: `${index}` });
          if (stop !== null) await saveStopped(after, stop);
          await saveStopped(after);
          right.set(id, after);
        }
        const sorted = (await newest(tenant)).map(({ lastSeenMs }) => lastSeenMs);
        expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
        const all = [...right.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
        const foundOf = async (wanted: WantedIncidents) =>
          (await newest(tenant, wanted)).sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(await foundOf({ sinceMs: 0 })).toEqual(all);
        expect(await foundOf({ sinceMs: 0, family: 'behavior' })).toEqual(
          all.filter(({ family }) => family === 'behavior'),
        );
        const sinceMs = 1_002;
        const late = all.filter(({ lastSeenMs }) => lastSeenMs >= sinceMs);
        expect(await foundOf({ sinceMs })).toEqual(late);
        expect(await store.count(tenant, sinceMs)).toBe(late.length);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('are read no further back than is asked for', async () => {
    const tenant = newTenant();
    const ids = Array.from({ length: 120 }, (_, index) => `A0-${index}`);
    for (const [index, id] of ids.entries()) {
      await store.save(incident({ tenant, id, lastSeenMs: 1_000 + index }), 'opened');
    }
    // Whoever reads it, fails.
    await dynamo.send(
      new UpdateItemCommand({
        TableName: aws.resources[ENV.detectionTable],
        Key: {
          [DETECTION_TABLE.partitionKey]: { S: `${tenant}#incidents` },
          [DETECTION_TABLE.sortKey]: { S: 'incident#A0-20' },
        },
        UpdateExpression: 'SET incident = :nonsense',
        ExpressionAttributeValues: { ':nonsense': { S: 'nonsense' } },
      }),
    );
    const ten = await newest(tenant, { sinceMs: 0 }, 10);
    expect(ten.map(({ id }) => id)).toEqual(ids.slice(-10).reverse());
    expect(await newest(tenant, { sinceMs: 1_060 })).toHaveLength(60);
    await expect(newest(tenant)).rejects.toThrow('A0-20');
  });

  it('are those of one tenant, and take any time that a date can be', async () => {
    const tenant = newTenant();
    const times = [-5, 0, 8.64e15, 1_762_000_000_000];
    for (const [index, lastSeenMs] of times.entries()) {
      await store.create(incident({ tenant, id: `A0-${index}`, lastSeenMs }));
    }
    await store.create(incident({ tenant: newTenant(), id: 'A0-9' }));
    const found = await newest(tenant, { sinceMs: -10 });
    expect(found.map(({ id }) => id)).toEqual(['A0-2', 'A0-3', 'A0-1', 'A0-0']);
  });

  it('keep the place of one that somebody else raised meanwhile', async () => {
    const tenant = newTenant();
    await store.create(incident({ tenant, lastSeenMs: 1_000 }));
    expect(await store.create(incident({ tenant, lastSeenMs: 2_000 }))).toBe(false);
    expect((await newest(tenant)).map(({ lastSeenMs }) => lastSeenMs)).toEqual([1_000]);
    expect(await newest(tenant, { sinceMs: 1_500 })).toEqual([]);
  });
});
