/**
 * `npm run bench`: the poller against the limit that its source sets, its memory, the detector behind
 * it, and the compactor. Prints tables, writes bench/results.json; exit code 1 when a target is missed.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { measureRules, printRules, type RulesResult } from './rules.ts';
import { type MemoryResult, measureMemory, rssDifferenceMb } from './source/memory.ts';
import { measureRounds, type ReaderResult } from './source/rounds.ts';
import { printMemory, printRequests, printRounds } from './source/tables.ts';
import { target } from './targets.ts';

/** Speed of the poller beside that of the page loop, by latency in milliseconds. */
const RATIO_MIN: Readonly<Record<number, number>> = { 0: 0.75, 20: 0.95 };
const RSS_MB_MAX = 160;
const RSS_DIFFERENCE_MB_MAX = 20;
const CONNECTIONS_PER_HOST_MAX = 1;
const IDLE_AUTH0_REQUESTS_MAX = 1;
const WITH_RULES_MIN = 0.6;

const rounds = await measureRounds();
const memory = await measureMemory();
const rules = measureRules();
const pollers = rounds.filter(({ reader }) => reader === 'poller');
printRounds(rounds);
for (const poller of pollers.slice(0, 1)) printRequests(poller);
printMemory(memory);
printRules(rules);
process.stdout.write('\nThe lake\n');
execFileSync(process.execPath, [...process.execArgv, 'bench/lake.ts'], { stdio: 'inherit' });
writeFileSync('bench/results.json', `${JSON.stringify({ rounds, memory, rules }, null, 2)}\n`);
process.stdout.write('\n');
// The first setting is Lambda's, which is where memory is paid for.
const isKept = [
  ...pollers.flatMap(pollerTargets),
  ...memory.slice(0, 1).flatMap(memoryTargets),
  ...rules.map(rulesTarget),
];
process.exitCode = isKept.every(Boolean) ? 0 : 1;

function pollerTargets({ latencyMs, ratio, connections, idleRequests }: ReaderResult): boolean[] {
  const at = `at ${latencyMs} ms`;
  const idle = Object.entries(idleRequests).filter(([kind]) => kind.startsWith('auth0'));
  const idleCount = idle.reduce((sum, [, count]) => sum + count, 0);
  const connectionsMost = Math.max(...Object.values(connections));
  return [
    target(`speed beside the page loop ${at}`, ratio, { min: RATIO_MIN[latencyMs] ?? 1 }),
    target(`connections to one host ${at}`, connectionsMost, { max: CONNECTIONS_PER_HOST_MAX }),
    target(`requests to Auth0 of an idle poll ${at}`, idleCount, { max: IDLE_AUTH0_REQUESTS_MAX }),
  ];
}

function memoryTargets(result: MemoryResult): boolean[] {
  const { setting, small, large } = result;
  return [
    target(`RSS peak MB (${setting})`, Math.max(small.rssPeakMb, large.rssPeakMb), {
      max: RSS_MB_MAX,
    }),
    target(`RSS difference MB (${setting})`, rssDifferenceMb(result), {
      max: RSS_DIFFERENCE_MB_MAX,
    }),
  ];
}

/** The detector is a function of its own, so it is measured as one. */
function rulesTarget({ events, seconds, besideSeconds }: RulesResult): boolean {
  return target(`speed with rules beside, ${events} events`, seconds / besideSeconds, {
    min: WITH_RULES_MIN,
  });
}
