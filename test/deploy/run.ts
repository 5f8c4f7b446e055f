/** `npm run test:deploy`: deploys the stacks to an AWS emulator; skipped where it can't be had. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { installMiniStack } from './ministack.ts';

const REPORT = 'deploy-report.json';

rmSync(REPORT, { force: true });
const whyNot = installMiniStack();
if (whyNot !== undefined) {
  process.stdout.write(`test:deploy is skipped: ${whyNot}.\n`);
  process.exit(0);
}
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config=test/deploy/vitest.config.ts',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
