/**
 * `npm run bench:reliability`: how often the collector was stopped, killed, disturbed and driven
 * through random histories, and what was lost or stored twice. Every count is of runs that were
 * compared with what was served and walked by `verify`.
 */
import fc from 'fast-check';
import { startServices } from '../test/contract/services.ts';
import {
  walkAudit,
  walkFailures,
  walkIngest,
  walkPoller,
  walkRecovery,
} from '../test/reliability/crash-walk.ts';
import { SCENARIOS } from '../test/reliability/fault-scenarios.ts';
import { happening, live } from '../test/reliability/histories.ts';
import { killRounds } from '../test/reliability/kill-rounds.ts';

const KILL_ROUNDS = 100;
const HISTORIES = 1_000;
/** Calls of a first poll after whose stop the mending is walked: promises, sends and notes. */
const MENDED_CALLS = [8, 9, 11, 13, 15, 17, 19];
const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);

const problems: string[] = [];
const say = (text: string): void => {
  process.stderr.write(`${text} ...\n`);
};

say(`seed ${seed}`);
const aws = await startServices();

say('stops at every call to the outside');
const walks = [await walkPoller(aws), await walkAudit(aws), await walkIngest(aws)];
walks.push(await walkFailures(aws));
// The poll that mends a stop makes other calls than the one that was stopped.
for (const call of MENDED_CALLS) walks.push(await walkRecovery(aws, { call, side: 'after' }));
const points = walks.reduce((sum, walk) => sum + walk.points, 0);
for (const { failures } of walks) {
  problems.push(...failures.map(({ point, what }) => `${point}: ${what}`));
}

say(`${SCENARIOS.length} fault scenarios`);
for (const { name, run } of SCENARIOS) {
  await run(aws).catch((error) => problems.push(`${name}: ${error.message}`));
}

say(`${HISTORIES} random histories`);
const result = await fc.check(
  fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 9 }), async (happenings) => {
    const wrong = await live(aws, happenings);
    if (wrong !== undefined) throw new Error(wrong);
  }),
  { numRuns: HISTORIES, seed },
);
if (result.failed) problems.push(`a history: ${fc.defaultReportMessage(result)}`);
await aws.stop();

say(`${KILL_ROUNDS} rounds of SIGKILL`);
const kills = await killRounds(KILL_ROUNDS, randomFrom(seed));
if (kills.lost + kills.duplicated > 0 || !kills.verdict.endsWith('complete')) {
  problems.push(`kill rounds: ${JSON.stringify(kills)}`);
}

console.table({
  'crash points walked': { count: points },
  'kill rounds': { count: kills.kills },
  'of them while at work': { count: kills.struck },
  'fault scenarios': { count: SCENARIOS.length },
  'random histories': { count: result.numRuns },
  lost: { count: countOf('lost') + kills.lost },
  duplicated: { count: countOf('twice') + kills.duplicated },
  'other findings': { count: problems.length - countOf('lost') - countOf('twice') },
});
for (const problem of problems) console.log(problem);
console.log(`kill rounds, verify says: ${kills.verdict}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function countOf(word: string): number {
  return problems.filter((problem) => problem.includes(word)).length;
}

function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
