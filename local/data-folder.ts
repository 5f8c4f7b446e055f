import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type EmbeddedAws, pointSdkAt, startEmbeddedAws } from './aws/embedded-aws.ts';
import { UsageError } from './usage-error.ts';

const RUN = z.object({
  pid: z.number(),
  sdkEnvironment: z.record(z.string(), z.string()),
  resources: z.object({
    COLLECTION_TABLE: z.string(),
    DETECTION_TABLE: z.string(),
    QUEUE_URL: z.string(),
    BUCKET: z.string(),
  }),
});

type Run = z.infer<typeof RUN>;

/** The services on a data folder: our own, or those of a run that is under way. */
export type OpenedAws = Pick<EmbeddedAws, 'resources' | 'stop'>;

/**
 * Starts the embedded AWS on a data folder that nobody else uses.
 *
 * @throws {UsageError} when a run is under way there
 */
export async function takeDataFolder(dir: string): Promise<EmbeddedAws> {
  const run = runUnderWay(dir);
  if (run !== undefined) {
    throw new UsageError(
      `A run (process ${run.pid}) uses the data folder ${resolve(dir)}: stop it, or choose another with --data`,
    );
  }
  mkdirSync(dir, { recursive: true });
  const aws = await startEmbeddedAws(join(dir, 'aws'));
  const { sdkEnvironment, resources } = aws;
  const note = { pid: process.pid, sdkEnvironment, resources };
  writeFileSync(runPath(dir), JSON.stringify(note, null, 2), { mode: 0o600 });
  return {
    ...aws,
    stop: async () => {
      rmSync(runPath(dir), { force: true });
      await aws.stop();
    },
  };
}

/**
 * Opens a data folder for looking at it, also while a run is under way.
 *
 * @throws {UsageError} when there is no such folder
 */
export async function openDataFolder(dir: string): Promise<OpenedAws> {
  if (!existsSync(dir)) {
    throw new UsageError(
      `There is no data folder ${resolve(dir)}: run npm start first, or name another`,
    );
  }
  const run = runUnderWay(dir);
  if (run === undefined) return takeDataFolder(dir);
  pointSdkAt(run.sdkEnvironment);
  return { resources: run.resources, stop: async () => undefined };
}

/** True while another process runs on the data folder. */
export const isRunUnderWay = (dir: string): boolean => runUnderWay(dir) !== undefined;

const runPath = (dir: string): string => join(dir, 'run.json');

function runUnderWay(dir: string): Run | undefined {
  if (!existsSync(runPath(dir))) return undefined;
  const parsed = RUN.safeParse(parseJson(readFileSync(runPath(dir), 'utf8')));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
