/** `node run.mjs test/console/take-images.ts`: takes the pictures of `docs/console.md` anew. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Browser } from 'playwright-core';
import { createCheckpointStore } from '../../lambda/collect/checkpoint-store.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import { createIncidentStore } from '../../lambda/detect/incident-store.ts';
import { chainRow, FIRST_PREVIOUS_HASH, type SentRow } from '../../lambda/ledger/ledger-row.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { ENV } from '../../lambda/platform/names.ts';
import { startConsole } from '../../local/console/server.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { temporaryFolder } from '../e2e/command.ts';
import { startAddingWorld, startOtherTenant } from './adding-world.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { type ConsoleWorld, startConsoleWorld } from './console-world.ts';
import { checkpoint } from './readings.ts';

const FOLDER = 'docs/images';
const MINUTE_MS = 60_000;
const BATCHES_A_DAY = 288;
const FACTS = {
  from: '',
  firstLogId: '',
  rejectedCount: 0,
  contentBytes: 0,
  contentDigest: '',
  idsDigest: '',
  day: '',
};

async function main(): Promise<void> {
  const path = chromiumPath();
  if (path === undefined) throw new Error('No Chromium was found: name it in CHROMIUM_PATH');
  const browser = await launchChromium(path);
  try {
    await takeBooks(browser);
    await takeAdding(browser);
  } finally {
    await browser.close();
  }
}

async function takeBooks(browser: Browser): Promise<void> {
  const world = await startConsoleWorld('--tenant', 'acme');
  try {
    await addOtherTenants(world);
    await world.tick();
    await world.tick();
    await takeAll(browser, world);
  } finally {
    await world.stop();
  }
}

/** A tenant that is not added, since its secret is wrong. */
async function takeAdding(browser: Browser): Promise<void> {
  const folders = [temporaryFolder(), temporaryFolder()] as const;
  const other = await startOtherTenant(folders[0].path, 0);
  const world = await startAddingWorld(folders[1].path);
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } });
  await page.goto(`${world.served.address}/add-tenant`);
  await page.fill('#real-name', 'shop');
  await page.fill('#real-domain', other.host);
  await page.fill('#real-clientId', other.credentials.clientId);
  await page.fill('#real-clientSecret', 'a wrong one');
  await page.selectOption('#real-plan', 'essentials');
  await page.locator('form[action="/add-tenant"] button').click();
  await page.locator('.failed-checks').waitFor();
  await page.screenshot({ path: `${FOLDER}/console-add.png` });
  await world.stop();
  await other.stop();
  for (const folder of folders) folder.remove();
}

/** One that is refused and one that is behind, as the books of a deployment could have them. */
async function addOtherTenants({ run }: ConsoleWorld): Promise<void> {
  const dynamo = new DynamoDBClient({});
  const store = createCheckpointStore(dynamo, run.aws.resources[ENV.collectionTable]);
  const at = new Date().toISOString();
  const behind = new Date(Date.now() - 95 * MINUTE_MS).toISOString();
  const code = 'AUTH0_401_CREDENTIALS';
  const message = 'Auth0 refused the client id or the client secret';
  const lastError = { code, message, remedy: remedyOf(code), at };
  await store.save(
    'staging',
    checkpoint({ state: 'failed', lastPollAt: at, lastError }, { collectedUntil: behind }),
  );
  const head = await addBatches(dynamo, run.aws.resources[ENV.collectionTable]);
  const others = { head, collectedUntil: behind, eventsTotal: 1_284_310 };
  await store.save('billing', checkpoint({ lastPollAt: at }, others));
  dynamo.destroy();
}

/** A day of batches with a night, and with two hours that were late. */
async function addBatches(dynamo: DynamoDBClient, table: string) {
  const ledger = createLedgerStore(dynamo, table);
  let row: SentRow | undefined;
  for (let seq = 1; seq <= BATCHES_A_DAY; seq += 1) {
    const sentAt = new Date(Date.now() - (BATCHES_A_DAY - seq) * 5 * MINUTE_MS);
    const isLate = seq > 200 && seq < 224;
    const lagMs = isLate ? (seq - 200) * 5 * MINUTE_MS : 2_000 + (seq % 7) * 900;
    const lastLogId = makeLogId(sentAt.getTime() - lagMs, 0, seq);
    const count = Math.round(220 + 180 * Math.sin(seq / 46) + (seq % 5) * 12);
    const facts = { ...FACTS, lastLogId, count, isLate: false };
    row = chainRow(seq, facts, row?.hash ?? FIRST_PREVIOUS_HASH);
    await ledger.markSent('billing', { row, promise: seq, idHashes: new Uint8Array() }, sentAt);
  }
  return { seq: BATCHES_A_DAY, hash: row?.hash ?? '' };
}

async function takeAll(browser: Browser, world: ConsoleWorld): Promise<void> {
  const { run, control } = world;
  const facts = { tickEveryMs: 5 * MINUTE_MS, retentionDays: 30 };
  const list = () => [
    { name: 'acme', control, ...facts },
    { name: 'staging', control: undefined, ...facts },
    { name: 'billing', control: undefined, ...facts },
  ];
  const served = await startConsole(run.aws.resources, { list, changes: undefined });
  const take = async (name: string, path: string, scheme: 'light' | 'dark', height: number) => {
    const page = await browser.newPage({ viewport: { width: 1100, height }, colorScheme: scheme });
    await page.goto(`${served.address}${path}`);
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
    await page.close();
  };
  await take('console-overview', '/', 'light', 860);
  await take('console-incident', await storyOf(world), 'dark', 470);
  await take('console-search', '/search?q=wrong+password&since=all', 'light', 330);
  await served.stop();
}

/** The gravest incident that tells a story of many lines. */
async function storyOf({ run }: ConsoleWorld): Promise<string> {
  const dynamo = new DynamoDBClient({});
  const store = createIncidentStore(dynamo, run.aws.resources[ENV.detectionTable]);
  let found: Incident | undefined;
  for await (const incident of store.list('acme')) {
    const isWorth = incident.severity === 'critical' && incident.timeline.length >= 8;
    if (isWorth && incident.entity.kind === 'user') found ??= incident;
  }
  dynamo.destroy();
  return `/incident/acme/${found?.id}`;
}

await main();
