/**
 * Runs every block and every quoted line for the AWS CLI in `bash`, with the AWS CLI itself, against a
 * stand-in that says yes. So options, parameters and their shapes are those that AWS has, each
 * variable is an output of a stack, and what a line takes from the one before is there. What AWS
 * would really answer is not looked at; `npm run test:deploy` has an emulator for that.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isForAwsCli, quotedCommands, shellBlocks } from '../documented-commands.ts';
import { type Outcome, temporaryFolder } from '../e2e/command.ts';
import { synthesise } from '../infra/synthesise.ts';
import { writeAwsCommand } from './aws-cli.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const folder = temporaryFolder();
const blocks = shellBlocks().filter(isForAwsCli);
const quoted = quotedCommands().filter(({ words }) => words[0] === 'aws');

let standIn: StandIn;
let outputs: readonly string[];
beforeAll(async () => {
  const { templates } = synthesise([{ name: 'acme', domain: 'acme.us.auth0.com', plan: 'free' }]);
  outputs = templates.flatMap((template) => Object.keys(template.Outputs ?? {}));
  standIn = await startStandIn(outputs);
  writeAwsCommand(folder.path);
});
afterAll(async () => {
  await standIn.close();
  folder.remove();
});

/** The AWS CLI goes to the host of a queue. */
const outputValue = (output: string): string =>
  output.endsWith('QueueUrl') ? `${standIn.endpoint}/111122223333/queue` : `a-${output}`;

/** Runs a script where the outputs of the stacks are set, as the documents say at their beginning. */
function runShell(script: string): Promise<Outcome> {
  writeFileSync(join(folder.path, 'credentials.json'), '{}');
  const child = spawn('bash', ['-euo', 'pipefail', '-c', `{\n${script}\n} | cat`], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(outputs.map((name) => [name, outputValue(name)])),
      PATH: `${folder.path}:${process.env['PATH']}`,
      HOME: folder.path,
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: standIn.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

/** How often a script calls the AWS CLI, at least. */
const callsIn = (script: string): number => script.match(/(?:^|[\s(])aws [a-z]/gm)?.length ?? 0;

describe('the AWS CLI understands', () => {
  it('enough to look at', () => {
    expect(blocks.length).toBeGreaterThan(25);
    expect(quoted.length).toBeGreaterThan(1);
  });

  it.each([...blocks, ...quoted])('$place', async ({ text }) => {
    standIn.asked.length = 0;
    const { code, stderr } = await runShell(text);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(standIn.asked.length).toBeGreaterThanOrEqual(callsIn(text));
  });
});

describe('a line with a mistake', () => {
  it.each([
    'aws sqs receive-message --queue-urls "$QueueUrl"',
    'aws dynamodb get-item --table-name t --key \'{"tenant":"acme"}\'',
    'aws logs tail "$LogGroup" --from 1h',
    'aws lambda invoke --function-name "$NoSuchOutput" /dev/null',
  ])('is found out: %s', async (line) => {
    expect((await runShell(line)).code).not.toBe(0);
  });
});
