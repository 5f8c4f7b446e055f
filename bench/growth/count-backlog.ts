/**
 * Counts what the deployed handlers take for a backlog and prints it as one JSON object:
 * `node bench/growth/count-backlog.ts EVENTS`. A process of its own, since it listens to what they write.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BATCHES_A_TURN } from '../cost/assumptions.ts';
import { Collecting } from '../cost/collecting.ts';
import { addEfforts, type Effort, NOTHING, timesEffort, without } from '../cost/units.ts';

/** Longer than a batch needs to settle. */
const SETTLED_MINUTES = 60;

const events = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'collector-growth-'));
const collecting = await Collecting.start(folder, events);
try {
  process.stdout.write(`${JSON.stringify(await count())}\n`);
} finally {
  await collecting.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function count(): Promise<Effort> {
  const { summary, effort: polling } = await collecting.poll();
  if (summary.fetched !== events) throw new Error(`${summary.fetched} of ${events} events came`);
  const following = await follow(summary.batches);
  const kept: Effort = { ...NOTHING, bytes: { 'dynamodb-kept': await collecting.ledgerBytes() } };
  const auditing = await audit(summary.batches);
  const compacting = await collecting.compact();
  // What stands still has its turn every hour all the same.
  const compacted = without(compacting, await collecting.compact());
  return [polling, following, kept, auditing, compacted].reduce(addEfforts);
}

/** Ingest and detector behind the poller: each batch wakes the detector, and a turn finds several. */
async function follow(batches: number): Promise<Effort> {
  let [effort, turns] = [NOTHING, 0];
  for (let stored = 0; stored < batches; stored += BATCHES_A_TURN) {
    const ingesting = await collecting.ingestAll(BATCHES_A_TURN);
    effort = [effort, ingesting, await collecting.detect()].reduce(addEfforts);
    turns += 1;
  }
  // The other times that it is woken it finds nothing.
  return addEfforts(effort, timesEffort(await collecting.detect(), batches - turns));
}

/** Polls until every batch is audited; what that took beyond polls that would come anyway. */
async function audit(batches: number): Promise<Effort> {
  const idlePoll = (await collecting.poll()).effort;
  await collecting.passMinutes(SETTLED_MINUTES);
  let [audited, effort] = [0, NOTHING];
  for (;;) {
    const { summary, effort: polling } = await collecting.poll();
    if (summary.auditedBatches === 0) break;
    audited += summary.auditedBatches;
    effort = addEfforts(effort, without(polling, idlePoll));
  }
  if (audited !== batches) throw new Error(`${audited} of ${batches} batches were audited`);
  return effort;
}
