/**
 * The detector in a process of its own, as on AWS, at work beside a run on a data folder until it is
 * asked to stop: `bench/beside-detector.ts DATA_DIR TENANT`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { powertoolsTelemetry } from '../lambda/platform/telemetry.ts';
import { openDataFolder } from '../local/data-folder.ts';
import { createLocalDetection } from '../local/local-detection.ts';
import { answerQuestions } from './source/helper.ts';

/** Ingest wakes the detector when there is something new; here it looks again after so long. */
const LOOK_EVERY_MS = 100;

const [dataDir = '', tenant = ''] = process.argv.slice(2);
const { resources } = await openDataFolder(dataDir);
const telemetry = powertoolsTelemetry('detector');
const detection = await createLocalDetection(resources, { dataDir, tenant }, telemetry);
let isAsked = true;
const working = work();
answerQuestions(async () => {
  isAsked = false;
  await working;
  detection.stop();
});

async function work(): Promise<void> {
  while (isAsked) {
    await detection.detect();
    await sleep(LOOK_EVERY_MS);
  }
}
