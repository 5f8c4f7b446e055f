import { join } from 'node:path';
import { Holdings } from '../../local/tenant/holdings.ts';
import { runCommand, startCommand, temporaryFolder } from '../e2e/command.ts';

/** What rounds of SIGKILL against the real process came to. */
export interface KillResult {
  readonly kills: number;
  /** Kills that struck while the run was under way, not after its end. */
  readonly struck: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly verdict: string;
}

const EVENTS_PER_ROUND = 1_500;
const KILL_WITHIN_MS = 450;
const STARTED_TEXT = 'Collecting';

/**
 * Starts the run again and again on one data folder, each time with new events, and kills it at a
 * random moment; then lets it end and compares. Nothing is waited for but the kill itself.
 *
 * @param random numbers in [0, 1), so that rounds can be repeated
 */
export async function killRounds(rounds: number, random: () => number): Promise<KillResult> {
  const folder = temporaryFolder();
  const startRun = (events: number) => [
    '--once',
    '--data',
    folder.path,
    '--events',
    String(events),
  ];
  let struck = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const run = startCommand('local/start.ts', startRun(round * EVENTS_PER_ROUND));
      await run.shows(STARTED_TEXT);
      const timer = setTimeout(() => run.process.kill('SIGKILL'), random() * KILL_WITHIN_MS);
      const { code } = await run.outcome;
      clearTimeout(timer);
      if (code === null) struck += 1;
    }
    await runCommand('local/start.ts', startRun(rounds * EVENTS_PER_ROUND));
    return { kills: rounds, struck, ...(await compare(folder.path)) };
  } finally {
    folder.remove();
  }
}

async function compare(dataDir: string) {
  const { events } = new Holdings({
    dir: join(dataDir, 'tenants', 'acme'),
    hostname: 'acme.us.auth0.com',
    plan: 'enterprise',
    seed: 1,
  });
  const served = Array.from({ length: events.count }, (_, at) => events.json(at).toString('utf8'));
  const exported = await runCommand('cli/collector.ts', ['export', '--local', dataDir]);
  const archived = exported.stdout.split('\n').slice(0, -1);
  const unique = new Set(archived);
  const { stdout } = await runCommand('cli/collector.ts', ['verify', '--local', dataDir]);
  return {
    lost: served.filter((json) => !unique.has(json)).length,
    duplicated: archived.length - unique.size,
    verdict: stdout.trim(),
  };
}
