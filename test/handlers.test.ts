import { describe, expect, it } from 'vitest';
import { runCommand } from './e2e/command.ts';

/** Runs a deployed entry once in a process of its own, with this environment alone. */
const invoke = (module: string, environment: Record<string, string>) =>
  runCommand(
    '--input-type=module',
    [
      '--eval',
      `import { handler } from '${module}';
       await handler({}, { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 });`,
    ],
    { POWERTOOLS_LOG_LEVEL: 'INFO', AWS_REGION: 'us-east-1', ...environment },
  );

describe('the entry of the poller', () => {
  it('says which variable is missing, with code and remedy, and fails', async () => {
    const { code, stderr } = await invoke('./lambda/poller.ts', { TENANT: 'acme' });
    expect(code).not.toBe(0);
    expect(
      JSON.parse(stderr.split('\n').find((line) => line.startsWith('{"')) ?? '{}'),
    ).toMatchObject({
      level: 'ERROR',
      tenant: 'acme',
      code: 'CONFIG_ENVIRONMENT',
      message: expect.stringContaining('AUTH0_DOMAIN is not set'),
      remedy: expect.any(String),
    });
  });
});
