import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { RunControl } from '../../local/console/run-control.ts';
import { type LocalConsole, startConsole } from '../../local/console/server.ts';
import { type LocalRun, startLocalRun } from '../../local/local-run.ts';
import { parseRunOptions } from '../../local/options.ts';
import { RunOutput } from '../../local/run-output.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { temporaryFolder } from '../e2e/command.ts';

/** Markup that would be seen, or would set `window.hacked`, if any of it came to life. */
export const HOSTILE_AGENT =
  '"><script>window.hacked=1</script><img src=x onerror="window.hacked=2"><svg onload=window.hacked=3>';
export const HOSTILE_USER = "<b id=hostile>mallory</b>'@example.com";

/** A collector with its console, that ticks when it is told to. */
export interface ConsoleWorld {
  readonly run: LocalRun;
  readonly served: LocalConsole;
  readonly control: RunControl;
  /** A tick, and all that follows from it. */
  tick(): Promise<void>;
  /** Makes the tenant refuse the collector's secret, or accept it again. */
  revoke(isRevoked: boolean): void;
  stop(): Promise<void>;
}

/** Starts a collector of a simulated tenant with attacks, or of one with hostile events. */
export async function startConsoleWorld(...args: readonly string[]): Promise<ConsoleWorld> {
  const folder = temporaryFolder();
  const options = parseRunOptions(['--data', folder.path, ...args]);
  const output = new RunOutput(new PassThrough().resume());
  const run = await startLocalRun(options, output);
  const control = new RunControl();
  const tenant = { name: options.tenant, tickEveryMs: 10_000, retentionDays: 30, control };
  const tenants = { list: () => [tenant], changes: undefined };
  const served = await startConsole(run.aws.resources, tenants);
  const secret = run.simulated?.applications[0]?.clientSecret ?? '';
  return {
    run,
    served,
    control,
    tick: async () => {
      await run.tick();
      await run.drain();
      await run.detect();
      await run.compact();
    },
    revoke: (isRevoked) => {
      for (const application of run.simulated?.applications ?? []) {
        application.clientSecret = isRevoked ? 'another' : secret;
      }
      run.simulated?.expireTokens();
    },
    stop: async () => {
      output.close();
      await served.stop();
      await run.stop();
      folder.remove();
    },
  };
}

/** Writes a file of events whose texts are hostile; they raise incidents. */
export function writeHostileEvents(folder: string): string {
  const path = join(folder, 'acme.ndjson');
  const startMs = Date.now() - 3_600_000;
  const events = ['s', 'pwd_leak', 'f', 'f'].map((type, index) => {
    const ms = startMs + index * 1_000;
    const id = makeLogId(ms, 0, index + 1);
    return {
      date: new Date(ms).toISOString(),
      type,
      log_id: id,
      _id: id,
      user_name: HOSTILE_USER,
      user_agent: HOSTILE_AGENT,
      description: `Wrong password ${HOSTILE_AGENT}`,
      client_name: '<script>window.hacked=4</script>',
      ip: '203.0.113.9',
    };
  });
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return path;
}
