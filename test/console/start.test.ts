import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand, temporaryFolder } from '../e2e/command.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('npm start', () => {
  it('says where its console is, ticks when it is asked to there, and ends with it', async () => {
    const args = ['--events', '50', '--every', '3600', '--data', folder.path];
    const run = startCommand('local/start.ts', args);
    let shown = '';
    run.process.stdout?.on('data', (chunk) => {
      shown += chunk;
    });
    // The second tick would come in an hour.
    await run.shows('fetched', 1);
    const address = /^Console: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(shown)?.[1] ?? '';
    expect(await (await fetch(address)).text()).toContain('id="tile-acme"');
    const asked = await fetch(`${address}/tenant/acme/check`, {
      method: 'POST',
      headers: { origin: address },
      redirect: 'manual',
    });
    expect(asked.status).toBe(303);
    await run.shows('fetched', 2);
    run.process.kill('SIGINT');
    expect((await run.outcome).code).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });
});
