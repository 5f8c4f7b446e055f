/**
 * Counts what the work of the deployed handlers takes and prints it as one JSON object:
 * `node bench/cost/count.ts`. A process of its own, since it listens to what the handlers write.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POLL_INTERVAL_MINUTES_DEFAULT } from '../../lambda/platform/names.ts';
import { BATCHES_A_TURN, EVENTS_OF_A_MONTH, POLLS_A_MONTH } from './assumptions.ts';
import { Collecting } from './collecting.ts';
import type { Counted } from './counted.ts';
import { addEfforts, type Effort, NOTHING, timesEffort, without } from './units.ts';

/** An hour of them; by its end as many batches settle as are made. */
const TICKS_OF_AN_HOUR = 60 / POLL_INTERVAL_MINUTES_DEFAULT;
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
  await collecting.detect();
  await collecting.compact();
  collecting.takeMetrics();
  await collecting.poll();
  const idleDetection = await collecting.detect();
  const idleCompaction = await collecting.compact();
  const idleMetrics = collecting.takeMetrics();
  const { batch: steadyBatch, detection: steadyDetection } = await steady(idlePoll);
  const steadyCompaction = without(await collecting.compact(), idleCompaction);
  const steadyMetrics = collecting.takeMetrics();
  await settle();
  const fullBatch = await full(idlePoll);
  // Ingest asks for each batch; the first turn finds all of them, and the others nothing.
  const late = timesEffort(idleDetection, BATCHES_A_TURN - 1);
  const fullDetection = timesEffort(
    addEfforts(await collecting.detect(), late),
    1 / BATCHES_A_TURN,
  );
  const compacting = without(await collecting.compact(), idleCompaction);
  return {
    idlePoll,
    idleDetection,
    idleCompaction,
    coldStart: without(coldPoll, idlePoll),
    signIn: without(signIn, coldPoll),
    steadyBatch,
    steadyDetection,
    steadyCompaction,
    fullBatch,
    fullDetection,
    fullCompaction: timesEffort(compacting, 1 / BATCHES_A_TURN),
    metrics: { idle: idleMetrics, steady: steadyMetrics },
  };
}

/** What a batch takes when each poll finds one, and audits one that was found earlier. */
async function steady(idlePoll: Effort): Promise<Readonly<Record<'batch' | 'detection', Effort>>> {
  const before = await collecting.ledgerBytes();
  let detecting = NOTHING;
  for (let tick = 1; tick < TICKS_OF_AN_HOUR; tick += 1) {
    detecting = addEfforts(detecting, (await busyTick()).detecting);
  }
  const { effort: polling, summary, ingesting, ...last } = await busyTick();
  if (summary.auditedBatches !== 1 || summary.batches !== 1) throw new Error('it is not steady');
  const kept = ((await collecting.ledgerBytes()) - before) / TICKS_OF_AN_HOUR;
  return {
    batch: withTable(addEfforts(without(polling, idlePoll), ingesting), kept),
    detection: timesEffort(addEfforts(detecting, last.detecting), 1 / TICKS_OF_AN_HOUR),
  };
}

async function busyTick() {
  await collecting.passMinutes(POLL_INTERVAL_MINUTES_DEFAULT);
  collecting.addEvents(Math.round(EVENTS_OF_A_MONTH / POLLS_A_MONTH));
  const polling = await collecting.poll();
  const ingesting = await collecting.ingestAll();
  return { ...polling, ingesting, detecting: await collecting.detect() };
}

/** What a full batch of a backlog takes, with its audit. */
async function full(idlePoll: Effort): Promise<Effort> {
  collecting.addEvents(BATCHES_A_TURN * FULL_BATCH_EVENTS);
  const before = await collecting.ledgerBytes();
  const { effort: polling, summary } = await collecting.poll();
  if (summary.batches !== BATCHES_A_TURN) throw new Error(`${summary.batches} batches were made`);
  const ingesting = await collecting.ingestAll();
  const kept = (await collecting.ledgerBytes()) - before;
  const auditing = await settle(idlePoll);
  const all = addEfforts(addEfforts(without(polling, idlePoll), ingesting), auditing);
  return timesEffort(withTable(all, kept), 1 / BATCHES_A_TURN);
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
