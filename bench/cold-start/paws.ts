import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The library under the collector for Auth0 that Alert Logic publishes for Lambda. */
export const PAWS = '@alertlogic/paws-collector@2.3.6';

const MANIFEST = {
  private: true,
  dependencies: {
    '@alertlogic/paws-collector': '2.3.6',
    // It declares none of these: it requires them from the SDK that Lambda's runtime has.
    '@aws-sdk/client-cloudformation': '3.1164.0',
    '@aws-sdk/client-cloudwatch': '3.1164.0',
    '@aws-sdk/client-dynamodb': '3.1164.0',
    '@aws-sdk/client-kms': '3.1164.0',
    '@aws-sdk/client-lambda': '3.1164.0',
    '@aws-sdk/client-s3': '3.1169.0',
    '@aws-sdk/client-sqs': '3.1169.0',
    '@aws-sdk/client-ssm': '3.1169.0',
  },
  // It asks for 4.2.6, which not every mirror of the registry has; 4.2.5 is what 2.3.5 asks for.
  overrides: { '@alertlogic/al-aws-collector-js': '4.2.5' },
};

/**
 * Installs it into a folder.
 *
 * @returns what to require, or undefined when it can't be installed
 */
export function installPaws(folder: string): string | undefined {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  const { status } = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
  );
  return status === 0 ? join(folder, 'node_modules', '@alertlogic', 'paws-collector') : undefined;
}
