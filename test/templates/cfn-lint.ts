/** cfn-lint, which checks templates against the schemas of their resources and AWS's own rules. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { executableOf, type PythonTool } from '../python-tool.ts';

export const CFN_LINT: PythonTool = {
  name: 'cfn-lint',
  version: '1.58.0',
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

/** The settings of this repository, the same for whoever runs cfn-lint by hand at its root. */
const SETTINGS = join(import.meta.dirname, '..', '..', '.cfnlintrc.yaml');

/**
 * @returns what cfn-lint has to say about a template, a finding a line; nothing when it is clean
 * @throws when cfn-lint itself did not work
 */
export function lint(template: string): string[] {
  const { status, stdout, stderr, error } = spawnSync(
    executableOf(CFN_LINT),
    ['--config-file', SETTINGS, '--format', 'parseable', '--', template],
    { encoding: 'utf8' },
  );
  const findings = stdout?.split('\n').filter((line) => line !== '') ?? [];
  if (status === 0 || findings.length > 0) return findings;
  throw new Error(`cfn-lint ended with code ${status}: ${error?.message ?? stderr}`);
}
