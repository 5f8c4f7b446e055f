/**
 * `npm run bench:detections`: the whole catalogue over a million events of normal traffic and over
 * attacks. Prints how often each rule is raised, how long the rules take and which attacks they see;
 * exit code 1 when a target is missed.
 */
import {
  FIRST_TENANT_DAYS,
  type Measured,
  measure,
  NORMAL_EVENTS_PER_DAY,
  noisePer100k,
} from '../test/detect/measure.ts';
import { target } from './targets.ts';

const NORMAL_EVENTS = 1_000_000;
const SEED = 1;
/** A tenant as `npm start` has it, for each of these seeds. */
const ATTACKED_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const ATTACKED_EVENTS = 5_000;

/** Incidents of severity medium or heavier per 100,000 events. */
const NOISE_MAX = 5;
const MICROS_PER_EVENT_MAX = 10;

const normal = measure({
  events: NORMAL_EVENTS,
  seed: SEED,
  isAttacked: false,
  days: NORMAL_EVENTS / NORMAL_EVENTS_PER_DAY,
});
const attacked = ATTACKED_SEEDS.map((seed) =>
  measure({ events: ATTACKED_EVENTS, seed, isAttacked: true, days: FIRST_TENANT_DAYS }),
);
printNoise(normal);
printRecall(attacked);
process.exitCode = [
  target('medium or heavier per 100,000 events', noisePer100k(normal), { max: NOISE_MAX }),
  target('CPU µs per event', normal.microsPerEvent, { max: MICROS_PER_EVENT_MAX }),
  target('attacks not seen', missedIn(attacked).length, { max: 0 }),
].every(Boolean)
  ? 0
  : 1;

function printNoise({ events, incidents }: Measured): void {
  process.stdout.write(
    `\nIncidents per 100,000 of ${events.toLocaleString('en-US')} normal events\n`,
  );
  const per100k = (count: number) => Number(((count * 100_000) / events).toFixed(2));
  console.table(
    Object.fromEntries(
      [...incidents]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([rule, counts]) => [
          rule,
          Object.fromEntries([...counts].map(([severity, count]) => [severity, per100k(count)])),
        ]),
    ),
    ['info', 'low', 'medium', 'high', 'critical'],
  );
}

function printRecall(tenants: readonly Measured[]): void {
  const attacks = tenants.flatMap((tenant) => tenant.attacks);
  process.stdout.write(`\nAttacks on ${tenants.length} tenants of ${ATTACKED_EVENTS} events\n`);
  console.table(
    Object.fromEntries(
      [...Map.groupBy(attacks, ({ run }) => run.name)].map(([name, own]) => {
        const seen = own.filter(({ missed }) => missed.length === 0).length;
        const missed = new Set(own.flatMap((attack) => attack.missed));
        return [name, { played: own.length, seen, missed: [...missed].join(' ') }];
      }),
    ),
  );
}

function missedIn(tenants: readonly Measured[]): readonly string[] {
  return tenants.flatMap(({ attacks }) =>
    attacks.filter(({ missed }) => missed.length > 0).map(({ run }) => run.name),
  );
}
