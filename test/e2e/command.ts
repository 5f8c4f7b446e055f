import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of the project under way. */
export interface Running {
  readonly process: ChildProcess;
  /** Resolves when the text has shown up on stdout or stderr so many times. */
  shows(text: string, times?: number): Promise<void>;
  /** What has come on stdout so far. */
  shown(): string;
  readonly outcome: Promise<Outcome>;
}

/** Starts a script of the project as a user would, but for the launcher. */
export function startCommand(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const waiters: { readonly text: string; readonly times: number; readonly done: () => void }[] =
    [];
  const seen = (): void => {
    const all = output.stdout + output.stderr;
    for (const { text, times, done } of waiters) if (all.split(text).length > times) done();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8');
    seen();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
    seen();
  });
  const outcome = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return {
    process: child,
    outcome,
    shown: () => output.stdout,
    shows: (text, times = 1) =>
      new Promise((resolve, reject) => {
        waiters.push({ text, times, done: resolve });
        seen();
        outcome
          .then(({ stdout, stderr }) => {
            throw new Error(`ended without showing "${text}":\n${stdout}${stderr}`);
          })
          .catch(reject);
      }),
  };
}

export const runCommand = (
  script: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Outcome> => startCommand(script, args, environment).outcome;

/** A folder that is gone when the test is. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'collector-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
