/** Runs every `collector` line of a shell block that looks at a deployment, on one on loopback. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackfillStore } from '../lambda/collect/backfill/store.ts';
import { ENV, STACK_OUTPUT } from '../lambda/platform/names.ts';
import { type FakeDeployment, startFakeDeployment } from './cli/fake-deployment.ts';
import { startTenant } from './cli/subject.ts';
import { collectorArgs, isHere, shellBlocks } from './documented-commands.ts';
import { type FakeAthena, startFakeAthena } from './search/fake-athena.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const shown = shellBlocks()
  .flatMap(({ commands }) => commands)
  .flatMap((command) => {
    const args = collectorArgs(command);
    return args === undefined || isHere(args) || args[0] === 'tenants'
      ? []
      : [{ ...command, args }];
  });
const lines = [...new Map(shown.map((line) => [line.text, line])).values()];

let deployment: FakeDeployment;
let athena: FakeAthena;
beforeAll(async () => {
  deployment = await startFakeDeployment();
  athena = await startFakeAthena();
  const outputs = {
    ...deployment.stacks['Auth0Collector']?.outputs,
    [STACK_OUTPUT.athenaWorkgroup]: 'collector',
    [STACK_OUTPUT.lakeDatabase]: 'lake',
  };
  deployment.stacks['Auth0Collector'] = { outputs };
  const nowMs = Date.now();
  const at = new Date(nowMs - MINUTE_MS).toISOString();
  for (const tenant of ['acme', 'shop']) {
    deployment.addTenant(tenant);
    const { books } = deployment;
    await books.ingest(await books.addBatch(tenant, [{ ingestedMs: nowMs - DAY_MS }]));
    await books.changeCheckpoint(tenant, (before) => ({
      ...before,
      collectedUntil: at,
      status: { state: 'healthy', lastPollAt: at, lastSuccessAt: at },
    }));
  }
});
afterAll(async () => {
  await athena.close();
  await deployment.stop();
});

/** Does what the poller does in the end. */
async function finishBackfill(tenant: string): Promise<void> {
  const dynamo = new DynamoDBClient({});
  const table = deployment.books.aws.resources[ENV.collectionTable];
  const store = createBackfillStore(dynamo, table);
  const backfill = await store.load(tenant);
  if (backfill !== undefined) await store.save(tenant, { ...backfill, state: 'done' });
  dynamo.destroy();
}

describe('the command lines for a deployment', () => {
  it('are found', () => {
    expect(lines.length).toBeGreaterThan(8);
  });

  it.each(lines)('do what they say: $place: $text', async ({ args }) => {
    const [command = '', tenant = ''] = args;
    if (command === 'check') {
      const { host } = await startTenant();
      deployment.addTenant(tenant, { Auth0Domain: host });
    }
    const running = deployment.start(args, { AWS_ENDPOINT_URL_ATHENA: athena.endpoint });
    if (command === 'tail') {
      await running.shows('Waiting for new events');
      running.process.kill('SIGINT');
    }
    if (command === 'backfill') {
      await running.shows('waiting for the next poll');
      await finishBackfill(tenant);
    }
    const { code, stdout, stderr } = await running.outcome;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(`${stdout}${stderr}`.trim()).not.toBe('');
  });
});
