/** `npm test`: types, lint, tests, synthesis; stops at the first that fails. */
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [name: string, ...args: string[]])[] = [
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '.'],
  [
    'tests',
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=dot',
    '--reporter=json',
    '--outputFile.json=test-report.json',
  ],
  ['synth', 'node_modules/aws-cdk/bin/cdk', 'synth', '--quiet'],
];

for (const [name, ...args] of STEPS) {
  const startedAtMs = Date.now();
  process.stdout.write(`\n${name}\n`);
  const { status } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(`${name}: ${status === 0 ? 'fine' : 'FAILED'} (${seconds} s)\n`);
  if (status !== 0) process.exit(1);
}
