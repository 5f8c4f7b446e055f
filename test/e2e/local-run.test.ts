import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Holdings } from '../../local/tenant/holdings.ts';
import { runCommand, startCommand, temporaryFolder } from './command.ts';

const SEED = 1;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const start = (...args: string[]) =>
  runCommand('local/start.ts', ['--once', '--json', '--data', folder.path, ...args]);

async function exported(...args: string[]): Promise<string[]> {
  const { stdout, code } = await runCommand('cli/collector.ts', [
    'export',
    '--local',
    folder.path,
    ...args,
  ]);
  expect(code).toBe(0);
  return stdout.split('\n').slice(0, -1);
}

/** What the simulated tenant serves, from what it wrote down of itself. */
function served(tenant = 'acme'): string[] {
  const { events } = new Holdings({
    dir: join(folder.path, 'tenants', tenant),
    hostname: 'acme.us.auth0.com',
    plan: 'enterprise',
    seed: SEED,
  });
  return Array.from({ length: events.count }, (_, index) => events.json(index).toString('utf8'));
}

const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

describe('a local run', () => {
  it('archives every event that the tenant served, once, byte for byte', async () => {
    const { stdout, code } = await start('--events', '2300');
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      tenant: 'acme',
      fetched: 2300,
      archived: 2300,
      duplicates: 0,
      quarantined: 0,
      compacted: 2300,
      batches: 3,
      tokenRequests: 1,
      stopReason: 'caught-up',
    });
    const archive = await exported();
    expect(archive).toEqual(served());
    expect(new Set(archive.map((line) => JSON.parse(line).log_id)).size).toBe(2300);
  });

  it('adds only what is new when it runs again', async () => {
    await start('--events', '300');
    const again = await start('--events', '300');
    expect(lastLine(again.stdout)).toMatchObject({ fetched: 0, archived: 0, pages: 1 });
    const more = await start('--events', '450');
    expect(lastLine(more.stdout)).toMatchObject({ fetched: 150, archived: 150, duplicates: 0 });
    const archive = await exported();
    expect(archive).toHaveLength(450);
    expect(archive).toEqual(served());
  });

  it('ends complete when it is started again after a kill half way', async () => {
    const args = ['--once', '--events', '7000', '--data', folder.path];
    for (const ingested of [1, 2]) {
      const run = startCommand('local/start.ts', args);
      await run.shows('ingest  archived', ingested);
      run.process.kill('SIGKILL');
      await run.outcome;
    }
    const { stdout, code } = await start('--events', '7000');
    expect(code).toBe(0);
    expect(lastLine(stdout).stopReason).toBe('caught-up');
    const archive = await exported();
    expect(archive).toHaveLength(7000);
    expect(archive).toEqual(served());
  });

  it('keeps odd events as they were served and sets aside what is none', async () => {
    const whole = [
      '{"log_id":"90020261101000000000001","date":"2026-11-01T00:00:00.000Z","type":"s","n":1.0,"big":123456789012345678901234567890}',
      '{ "type" : "fp",  "log_id":"90020261101000000000002" , "date":"2026-11-01T00:00:00.000Z", "text":"a\\u0000b ü 😀" }',
      '{"log_id":"90020261101000000000003","date":{"$date":1},"type":"not_yet_invented"}',
    ];
    const broken = ['{"date":"2026-11-01T00:00:00.000Z","type":"s"}', '17'];
    const file = join(folder.path, 'odd.ndjson');
    writeFileSync(file, [whole[0], broken[0], whole[1], broken[1], whole[2]].join('\n'));
    const { stdout, code } = await start('--events-file', file, '--as-is');
    expect(lastLine(stdout)).toMatchObject({
      tenant: 'odd',
      fetched: 5,
      archived: 3,
      quarantined: 2,
    });
    expect(code).toBe(0);
    expect(await exported('--tenant', 'odd')).toEqual(whole);
  });

  it('keeps tenants apart in one data folder', async () => {
    await start('--events', '120');
    await start('--events', '80', '--tenant', 'second');
    expect(await exported('--tenant', 'second')).toEqual(served('second'));
    expect(await exported('--tenant', 'acme')).toEqual(served('acme'));
    expect(await exported()).toHaveLength(200);
  });

  it('goes on ticking with readable lines until Ctrl-C, and sees its own token request', async () => {
    const run = startCommand('local/start.ts', [
      '--events',
      '100',
      '--every',
      '1',
      '--data',
      folder.path,
    ]);
    await run.shows('poll    fetched', 2);
    run.process.kill('SIGINT');
    const { code, stdout } = await run.outcome;
    expect(code).toBe(0);
    expect(stdout).toMatch(/poll {4}fetched 10[1-9] log events in 3 pages, 1 batch · caught-up/);
    expect(stdout).toMatch(/ingest {2}archived 10[1-9] log events in 1 batch/);
    const archive = await exported();
    expect(archive).toEqual(served().slice(0, archive.length));
    expect(archive.map((line) => JSON.parse(line).client_id)).toContain('simulated-collector');
  });

  it('goes on with a tenant that was added in its console, and with --once without it', async () => {
    const args = ['--events', '50', '--every', '1', '--data', folder.path];
    const run = startCommand('local/start.ts', args);
    await run.shows('poll    fetched', 1);
    const address = /^Console: (\S+)$/m.exec(run.shown())?.[1] ?? '';
    const answer = await fetch(`${address}/add-simulated-tenant`, {
      method: 'POST',
      headers: { origin: address, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=second&plan=enterprise',
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    await run.shows('poll    second: fetched', 1);
    run.process.kill('SIGINT');
    const first = await run.outcome;
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /All that was fetched is archived: .* of acme, second in this run/,
    );

    const once = await start('--events', '50');
    expect(lastLine(once.stdout)).toMatchObject({ tenant: 'acme', stopReason: 'caught-up' });
    expect(lastLine(once.stdout).tenants).toBeUndefined();
    expect(once.stdout + once.stderr).not.toContain('second');

    const again = startCommand('local/start.ts', [...args, '--json']);
    await again.shows('poll    second: fetched', 1);
    again.process.kill('SIGINT');
    const { code, stdout } = await again.outcome;
    expect(code).toBe(0);
    expect(lastLine(stdout).tenants).toEqual(['acme', 'second']);
    const archived = await exported('--tenant', 'second');
    expect(archived.length).toBeGreaterThanOrEqual(5_000);
    expect(new Set(archived.map((line) => JSON.parse(line).log_id)).size).toBe(archived.length);
  }, 120_000);
});
