/**
 * Every command line of the documents is claimed by something that runs it, or looks at as much of it
 * as can be run here:
 * - `npm start` and `collector ... --local`: run, on an embedded run of the test
 * - `collector` on a deployment: run, in docs-commands-deployed.test.ts
 * - the AWS CLI: run by `npm run test:aws-cli`, against a stand-in
 * - `collector tenants`: its options; what it does is in test/cli/tenants.test.ts
 * - `cdk`: its verbs, options, stacks and parameters; `npm run test:deploy` and `npm test` run it
 * - other scripts of npm, and Vitest: that they are there
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRunOptions } from '../local/options.ts';
import { startWrittenBooks } from './cli/written-books.ts';
import {
  collectorArgs,
  isForAwsCli,
  isHere,
  quotedCommands,
  type ShownCommand,
  shellBlocks,
} from './documented-commands.ts';
import { type Outcome, temporaryFolder } from './e2e/command.ts';
import { synthesise } from './infra/synthesise.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const EVENTS = 5_000;
const CHILD_TIMEOUT_MS = 60_000;
const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));

const blocks = shellBlocks();
const shown = blocks.filter((block) => !isForAwsCli(block)).flatMap(({ commands }) => commands);
const quoted = quotedCommands();

const startsWith = ({ words }: ShownCommand, ...first: readonly string[]): boolean =>
  first.every((word, index) => words[index] === word);

/** Each text once. */
const once = <T extends ShownCommand>(commands: readonly T[]): readonly T[] => [
  ...new Map(commands.map((one) => [one.text, one])).values(),
];

type Claim = (command: ShownCommand) => boolean;

/** Who runs which commands; see above. */
const CLAIMS: Readonly<Record<string, Claim>> = {
  start: (command) => startsWith(command, 'npm', 'start'),
  collector: (command) => collectorArgs(command) !== undefined,
  cdk: ({ words }) => words[0] === 'cdk' || (words[0] === 'npx' && words[1] === 'cdk'),
  vitest: (command) => startsWith(command, 'npx', 'vitest', 'run'),
  script: ({ words }) =>
    words[0] === 'npm' && (['ci', 'install', 'test'].includes(words[1] ?? '') || isScript(words)),
  'batch in a file': ({ text }) => text.startsWith('jq '),
  'the AWS CLI': (command) => command.words[0] === 'aws' && quoted.includes(command),
};

const isScript = (words: readonly string[]): boolean => {
  const [, run, ...rest] = words;
  const name = rest.find((word) => !word.startsWith('-')) ?? '';
  return run === 'run' && scripts[name] !== undefined;
};

const claimed = (name: string, commands: readonly ShownCommand[] = shown) =>
  once(commands.filter((command) => CLAIMS[name]?.(command) === true));

const starts = claimed('start').map((one) => ({ ...one, args: one.words.slice(3) }));
const isReal = ({ args }: { readonly args: readonly string[] }) => args.includes('--domain');
const asked = claimed('collector').map((one) => ({ ...one, args: collectorArgs(one) ?? [] }));
const named = claimed('collector', [...shown, ...quoted]).map((one) => ({
  ...one,
  args: collectorArgs(one) ?? [],
}));

let folder: ReturnType<typeof temporaryFolder>;

/** Runs a program where `.local` is a folder of the test. */
function runIn(program: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: CHILD_TIMEOUT_MS,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

const run = (script: string, args: readonly string[]): Promise<Outcome> =>
  runIn(process.execPath, [join(REPOSITORY, script), ...args]);

/** The help of a script, asked for once. */
const helps = new Map<string, Promise<Outcome>>();
function helpOf(script: string, args: readonly string[]): Promise<Outcome> {
  const key = [script, ...args].join(' ');
  const help = helps.get(key) ?? run(script, [...args, '--help']);
  helps.set(key, help);
  return help;
}

let incidentId: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const { code, stdout, stderr } = await run('local/start.ts', ['--once', '--events', `${EVENTS}`]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('5,000 log events of acme in this run');
  const incidents = await run(
    'cli/collector.ts',
    'incidents --local --since 30d --json'.split(' '),
  );
  incidentId = JSON.parse(incidents.stdout.split('\n')[0] ?? '').id;
}, 180_000);
afterAll(() => folder.remove());

describe('the command lines of the documents', () => {
  it('are found', () => {
    expect(blocks.length).toBeGreaterThan(50);
    expect(quoted.length).toBeGreaterThan(30);
    expect(starts.length).toBeGreaterThan(2);
    expect(asked.filter(({ args }) => isHere(args)).length).toBeGreaterThan(6);
  });

  it('are each claimed by a runner', () => {
    const orphans = [...shown, ...quoted].filter(
      (command) => !Object.values(CLAIMS).some((claims) => claims(command)),
    );
    expect(orphans.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
  });

  it.each(asked.filter(({ args }) => isHere(args)))(
    'show something: $place: $text',
    async ({ args }) => {
      const words = args.map((word) => (word === 'INCIDENT_ID' ? incidentId : word));
      const { code, stdout, stderr } = await run('cli/collector.ts', words);
      // A check of a simulated tenant fails when the run is over, and says so.
      expect({ code, stderr }).toMatchObject({ code: args[0] === 'check' ? 1 : 0 });
      expect(`${stdout}${stderr}`.trim()).not.toBe('');
    },
  );

  it.each(named.filter(({ args }) => args.length > 0))(
    'have options that exist: $place: $text',
    async ({ args }) => {
      const subcommand = args.slice(0, args[0] === 'tenants' ? 2 : 1);
      const { code, stdout } = await helpOf('cli/collector.ts', subcommand);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: collector ${subcommand.join(' ')} `));
      for (const option of args.filter((word) => word.startsWith('--'))) {
        expect(stdout).toContain(`  ${option}`);
      }
    },
  );

  it.each([
    ...starts,
    ...claimed('start', quoted).map((one) => ({ ...one, args: one.words.slice(3) })),
  ])('are understood: $place: $text', ({ args }) => {
    expect(parseRunOptions(args).source.kind).toBe(isReal({ args }) ? 'real' : 'simulated');
  });

  it.each(starts.filter((one) => !isReal(one) && one.args.length > 0))(
    'collect: $place: $text',
    async ({ args }) => {
      const once = args.includes('--once') ? args : [...args, '--once'];
      const { code, stdout } = await run('local/start.ts', [...once, '--data', 'another']);
      expect(code).toBe(0);
      expect(stdout).toContain('All that was fetched is archived');
    },
  );

  it.each(claimed('script').filter(({ text }) => text.startsWith('npm run fake-auth0')))(
    'start the simulated tenant: $place: $text',
    async ({ words }) => {
      const { stdout } = await helpOf('local/fake-auth0.ts', []);
      for (const option of words
        .slice(3)
        .filter((word) => word.startsWith('--') && word !== '--')) {
        expect(stdout).toContain(`  ${option}`);
      }
    },
  );

  it('read the events of a batch', async () => {
    const [block] = blocks.filter(({ text }) => text.startsWith('jq '));
    const books = await startWrittenBooks();
    const body = await books.addBatch('acme', [{ ingestedMs: 1_762_000_000_000 }]);
    await books.stop();
    writeFileSync(join(folder.path, 'body.json'), body);
    const hasJq = await runIn('jq', ['--version']).catch(() => undefined);
    // Without it, what the line does is done here.
    const line = block?.text ?? '';
    if (hasJq === undefined) expect(line).toBe('jq -r .content body.json | base64 -d | gunzip\n');
    else expect((await runIn('bash', ['-c', line])).stdout).toContain('"type":"s"');
  });

  it('name tests that exist', () => {
    const paths = claimed('vitest', [...shown, ...quoted]).flatMap(({ words }) => words.slice(3));
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });
});

describe('the lines for the CDK', () => {
  const lines = claimed('cdk', [...shown, ...quoted]).map(({ words, ...one }) => ({
    ...one,
    args: words.slice(words[0] === 'npx' ? 2 : 1),
  }));
  const verbs = [...new Set(lines.map(({ args }) => args[0] ?? ''))];

  it.each(verbs)('name a verb and options that exist: %s', async (verb) => {
    const { stdout } = await helpOf('node_modules/aws-cdk/bin/cdk', [verb]);
    expect(stdout).toMatch(new RegExp(`^cdk ${verb} `));
    const options = lines.filter(({ args }) => args[0] === verb).flatMap(({ args }) => args);
    for (const option of options.filter((word) => word.startsWith('--'))) {
      const name = option.replace(/^--(?:no-)?/, '--');
      expect(stdout).toContain(`  ${name}`);
    }
  });

  it('have verbs that the tests run, but for the one that changes nothing', () => {
    const run = readFileSync(join(REPOSITORY, 'test/deploy/cdk.ts'), 'utf8');
    expect(verbs.filter((verb) => !run.includes(`'${verb}'`))).toEqual(['diff']);
  });

  it('name stacks and parameters that exist', () => {
    const entries = ['acme', 'shop'].map((name) => ({
      name,
      domain: `${name}.us.auth0.com`,
      plan: 'free',
    }));
    const { tenants } = synthesise(entries);
    const stacks = [
      'Auth0Collector',
      ...Object.keys(tenants).map((name) => `Auth0Collector-${name}`),
    ];
    const words = lines.flatMap(({ args }) => args.slice(1));
    const used = words.filter((word) => word.startsWith('Auth0Collector'));
    expect(used.length).toBeGreaterThan(5);
    for (const word of used) {
      const [stack = '', setting] = word.split(':');
      expect(stacks).toContain(stack);
      const parameters = Object.keys(
        tenants[stack.replace('Auth0Collector-', '')]?.Parameters ?? {},
      );
      if (setting !== undefined) expect(parameters).toContain(setting.split('=')[0]);
    }
  });
});
