/** Runs the tests of a folder that need a tool from PyPI; skipped where it can't be had. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { installPythonTool, type PythonTool } from './python-tool.ts';

/**
 * Runs the tests of a folder with its own configuration and ends the process with their code.
 *
 * @param script the npm script that this is, as it is named to whoever ran it
 * @param report where the figures go; it is there only when the tests ran
 */
export function runWithPythonTool(options: {
  readonly script: string;
  readonly folder: string;
  readonly tool: PythonTool;
  readonly report: string;
}): never {
  const { script, folder, tool, report } = options;
  rmSync(report, { force: true });
  const whyNot = installPythonTool(tool);
  if (whyNot !== undefined) {
    process.stdout.write(`${script} is skipped: ${whyNot}.\n`);
    process.exit(0);
  }
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      `--config=${folder}/vitest.config.ts`,
      '--reporter=verbose',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stdio: 'inherit' },
  );
  process.exit(status ?? 1);
}
