/**
 * Counts what the work of the deployed handlers takes and prints it as one JSON object:
 * `node bench/cost/count.ts`. A process of its own, since it listens to what the handlers write.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POLL_INTERVAL_MINUTES_DEFAULT } from '../../lambda/platform/names.ts';
import { EVENTS_OF_A_MONTH, POLLS_A_MONTH } from './assumptions.ts';
import { Collecting } from './collecting.ts';
import type { Counted } from './counted.ts';
import { addEfforts, type Effort, NOTHING, timesEffort, without } from './units.ts';

/** By then as many batches settle as are made. */
const TICKS_TO_STEADY = 6;
const FULL_BATCHES = 4;
const FULL_BATCH_EVENTS = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'collector-cost-'));
const collecting = await Collecting.start(folder);
try {
  process.stdout.write(`${JSON.stringify(await count())}\n`);
} finally {
  await collecting.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function count(): Promise<Counted> {
  collecting.addEvents(100);
  await collecting.poll();
  await collecting.ingestAll();
  await collecting.passMinutes(60);
  await collecting.poll();
  const idlePoll = (await collecting.poll()).effort;
  collecting.startCold();
  const coldPoll = (await collecting.poll()).effort;
  await collecting.forgetToken();
  collecting.startCold();
  const signIn = (await collecting.poll()).effort;
  const steadyBatch = await steady(idlePoll);
  await settle();
  const fullBatch = await full(idlePoll);
  return {
    idlePoll,
    coldStart: without(coldPoll, idlePoll),
    signIn: without(signIn, coldPoll),
    steadyBatch,
    fullBatch,
    metrics: {
      poller: [...collecting.metrics.poller].sort(),
      ingest: [...collecting.metrics.ingest].sort(),
    },
  };
}

/** What a batch takes when each poll finds one, and audits one that was found earlier. */
async function steady(idlePoll: Effort): Promise<Effort> {
  const before = await collecting.ledgerBytes();
  for (let tick = 1; tick < TICKS_TO_STEADY; tick += 1) await busyTick();
  const { effort: polling, summary, ingesting } = await busyTick();
  if (summary.auditedBatches !== 1 || summary.batches !== 1) throw new Error('it is not steady');
  const kept = ((await collecting.ledgerBytes()) - before) / TICKS_TO_STEADY;
  return withTable(addEfforts(without(polling, idlePoll), ingesting), kept);
}

async function busyTick() {
  await collecting.passMinutes(POLL_INTERVAL_MINUTES_DEFAULT);
  collecting.addEvents(Math.round(EVENTS_OF_A_MONTH / POLLS_A_MONTH));
  return { ...(await collecting.poll()), ingesting: await collecting.ingestAll() };
}

/** What a full batch of a backlog takes, with its audit. */
async function full(idlePoll: Effort): Promise<Effort> {
  collecting.addEvents(FULL_BATCHES * FULL_BATCH_EVENTS);
  const before = await collecting.ledgerBytes();
  const { effort: polling, summary } = await collecting.poll();
  if (summary.batches !== FULL_BATCHES) throw new Error(`${summary.batches} batches were made`);
  const ingesting = await collecting.ingestAll();
  const kept = (await collecting.ledgerBytes()) - before;
  const auditing = await settle(idlePoll);
  const all = addEfforts(addEfforts(without(polling, idlePoll), ingesting), auditing);
  return timesEffort(withTable(all, kept), 1 / FULL_BATCHES);
}

/** Polls until everything is audited; what that took beyond idle polls. */
async function settle(idlePoll: Effort = NOTHING): Promise<Effort> {
  await collecting.passMinutes(60);
  for (let effort = NOTHING; ; ) {
    const { summary, effort: polling } = await collecting.poll();
    if (summary.auditedBatches === 0) return effort;
    effort = addEfforts(effort, without(polling, idlePoll));
  }
}

function withTable(effort: Effort, tableBytes: number): Effort {
  return { ...effort, bytes: { ...effort.bytes, 'dynamodb-kept': tableBytes } };
}
