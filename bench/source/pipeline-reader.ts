import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { startLocalRun } from '../../local/local-run.ts';
import { RunOutput } from '../../local/run-output.ts';
import type { Reader } from './reader.ts';
import { CREDENTIALS, TENANT_DOMAIN } from './source-facts.ts';

/** Poller and ingest on the embedded AWS, all of it in this process: until the archive has it. */
export async function openPipeline(): Promise<Reader> {
  const { clientId, clientSecret } = CREDENTIALS;
  const dataDir = mkdtempSync(join(tmpdir(), 'collector-bench-'));
  const run = await startLocalRun(
    {
      dataDir,
      tenant: 'bench',
      plan: 'enterprise',
      collectionStart: 'oldest',
      once: true,
      everySeconds: 1,
      json: true,
      source: { kind: 'real', domain: TENANT_DOMAIN, clientId, canonicalDomain: '' },
    },
    new RunOutput(new PassThrough().resume()),
    clientSecret,
  );
  return {
    read: async () => {
      const { fetched, stopReason } = await run.tick();
      const isStored = await run.drain();
      if (stopReason !== 'caught-up' || !isStored) {
        throw new Error(`A poll ended as ${stopReason}, ${isStored ? '' : 'not '}all is archived`);
      }
      return { events: fetched, requests: {} };
    },
    connections: async () => ({}),
    stop: async () => {
      await run.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
