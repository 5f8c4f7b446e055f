import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE_ENTRY, bundle } from '../../infra/bundle/bundle.ts';
import { POLLER, POLLER_ALLOCATOR } from '../../lambda/platform/names.ts';
import type { CellQuestion, Round } from './cell.ts';
import { Helper } from './helper.ts';

const SMALL_EVENTS = 20_000;
const LARGE_EVENTS = 1_000_000;

/**
 * Flags of Node by memory in MiB, as the start script of Lambda's Node images gives them: a twentieth
 * for a semi-space, nine tenths for the old space (`/var/runtime/bootstrap` in public.ecr.aws/lambda/nodejs).
 */
export const lambdaFlags = (memoryMb: number): readonly string[] => {
  const newSpaceMb = Math.floor(memoryMb / 10);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
    `--max-old-space-size=${memoryMb - newSpaceMb}`,
  ];
};

const SETTINGS = [
  { setting: `Lambda, ${POLLER.memoryMb} MB`, nodeFlags: lambdaFlags(POLLER.memoryMb) },
  { setting: 'plain Node', nodeFlags: [] },
] as const;

/** The memory of the poller with a small backlog and with a large one, under the same flags. */
export interface MemoryResult {
  readonly setting: string;
  readonly nodeFlags: readonly string[];
  readonly small: Round;
  readonly large: Round;
}

/** Each backlog is read by a process of its own, which runs the poller bundled as it is deployed. */
export const measureMemory = (): Promise<readonly MemoryResult[]> =>
  withDeployedCell(async (script) => {
    const results: MemoryResult[] = [];
    for (const { setting, nodeFlags } of SETTINGS) {
      process.stderr.write(
        `memory, ${setting}: ${LARGE_EVENTS.toLocaleString('en-US')} events ...\n`,
      );
      const small = await readOnce(script, nodeFlags, SMALL_EVENTS);
      const large = await readOnce(script, nodeFlags, LARGE_EVENTS);
      results.push({ setting, nodeFlags, small, large });
    }
    return results;
  });

/** Bundles the cell of the deployed poller, for as long as its script is measured. */
export async function withDeployedCell<T>(measure: (script: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'collector-bench-'));
  try {
    await bundle('bench/source/deployed-cell.ts', folder);
    return await measure(join(folder, BUNDLE_ENTRY));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What one backlog takes in a process of its own, which read nothing before but one event. */
export async function readOnce(
  script: string,
  nodeFlags: readonly string[],
  backlog: number,
): Promise<Round> {
  const cell = await Helper.start<CellQuestion>(script, [], nodeFlags, POLLER_ALLOCATOR);
  try {
    return await cell.ask<Round>({ backlog });
  } finally {
    await cell.stop();
  }
}

export const rssDifferenceMb = ({ small, large }: MemoryResult): number =>
  Math.abs(large.rssPeakMb - small.rssPeakMb);
