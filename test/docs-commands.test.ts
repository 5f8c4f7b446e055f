import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRunOptions } from '../local/options.ts';
import { type Outcome, temporaryFolder } from './e2e/command.ts';

const REPOSITORY = join(import.meta.dirname, '..');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/getting-started.md',
  'docs/search.md',
  'docs/detections.md',
  'docs/delivery.md',
];
const EVENTS = 5_000;
const CHILD_TIMEOUT_MS = 40_000;

/** One command of a shell block. */
interface Shown {
  readonly document: string;
  readonly text: string;
  readonly words: readonly string[];
}

const wordsOf = (text: string): string[] =>
  [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

/** What stands before, behind and between `&&` and in front of a pipe, without the remarks. */
function shownIn(document: string): Shown[] {
  const text = readFileSync(join(REPOSITORY, document), 'utf8');
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/(?:^|\s)#\s.*$/, ''))
      .flatMap((line) => line.split('&&'))
      .map((part) => (part.split(' | ')[0] ?? '').trim().replaceAll(/ +/g, ' '))
      .filter((part) => part !== '')
      .map((part) => ({ document, text: part, words: wordsOf(part) })),
  );
}

const SHOWN = DOCUMENTS.flatMap(shownIn);
const startingWith = (...first: readonly string[]): readonly Shown[] => {
  const all = SHOWN.filter(({ words }) => first.every((word, index) => words[index] === word));
  return [...new Map(all.map((one) => [one.text, one])).values()];
};

const COLLECTOR = ['npm', 'run', '-s', 'collector', '--'];
const starts = startingWith('npm', 'start').map((one) => ({ ...one, args: one.words.slice(3) }));
const isReal = ({ args }: { readonly args: readonly string[] }) => args.includes('--domain');
const asked = startingWith(...COLLECTOR).map((one) => ({
  ...one,
  args: one.words.slice(COLLECTOR.length),
}));
/** The catalogue is read off the code; everything else without `--local` would ask AWS. */
const isHere = ({ args }: { readonly args: readonly string[] }) =>
  args.includes('--local') || args[0] === 'rules';

let folder: ReturnType<typeof temporaryFolder>;

/** Runs a script where `.local` is a folder of the test. */
function run(script: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [join(REPOSITORY, script), ...args], {
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
    expect(starts.length).toBeGreaterThan(2);
    expect(asked.filter(isHere).length).toBeGreaterThan(6);
  });

  it('are all of a kind that is looked at here', () => {
    const known = /^(?:npm (?:ci|test|start|run) ?|npx (?:cdk|vitest) |aws )/;
    expect(SHOWN.filter(({ text }) => !known.test(`${text} `)).map(({ text }) => text)).toEqual([]);
  });

  it.each(asked.filter(isHere))('of $document show something: $text', async ({ args }) => {
    const words = args.map((word) => (word === 'INCIDENT_ID' ? incidentId : word));
    const { code, stdout, stderr } = await run('cli/collector.ts', words);
    // A check of a simulated tenant fails when the run is over, and says so.
    expect({ code, stderr }).toMatchObject({ code: args[0] === 'check' ? 1 : 0 });
    expect(`${stdout}${stderr}`.trim()).not.toBe('');
  });

  it.concurrent.each(asked.filter((one) => !isHere(one)))(
    'of $document have options that exist: $text',
    async ({ args }) => {
      const first = args.findIndex((word) => word.startsWith('-') || !/^[a-z]+$/.test(word));
      const subcommand = args.slice(0, first === -1 ? args.length : Math.max(1, first));
      const named = subcommand[0] === 'tenants' ? subcommand.slice(0, 2) : subcommand.slice(0, 1);
      const { code, stdout } = await run('cli/collector.ts', [...named, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: collector ${named.join(' ')} `));
      for (const option of args.filter((word) => word.startsWith('--'))) {
        expect(stdout).toContain(`  ${option}`);
      }
    },
  );

  it.each(starts)('of $document are understood: $text', ({ args }) => {
    expect(parseRunOptions(args).source.kind).toBe(isReal({ args }) ? 'real' : 'simulated');
  });

  it.each(starts.filter((one) => !isReal(one) && one.args.length > 0))(
    'of $document collect: $text',
    async ({ args }) => {
      const once = args.includes('--once') ? args : [...args, '--once'];
      const { code, stdout } = await run('local/start.ts', [...once, '--data', 'another']);
      expect(code).toBe(0);
      expect(stdout).toContain('All that was fetched is archived');
    },
  );

  it('name verbs and options of the CDK that exist', async () => {
    const shown = startingWith('npx', 'cdk').map(({ words }) => words.slice(2));
    const verbs = [...new Set(shown.map(([verb = '']) => verb))];
    expect(verbs).toContain('deploy');
    for (const verb of verbs) {
      const { stdout } = await run('node_modules/aws-cdk/bin/cdk', [verb, '--help']);
      expect(stdout).toMatch(new RegExp(`^cdk ${verb} `));
      const options = shown.filter(([one]) => one === verb).flat();
      for (const option of options.filter((word) => word.startsWith('--'))) {
        expect(stdout).toContain(`  ${option}`);
      }
    }
  });

  it('name tests that exist', () => {
    const paths = startingWith('npx', 'vitest').flatMap(({ words }) => words.slice(3));
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });

  it('ask AWS only for what its services know', () => {
    const clients: Readonly<Record<string, object>> = { secretsmanager: secretsManager, sns };
    for (const { words } of startingWith('aws')) {
      const [, service = '', operation = ''] = words;
      const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) =>
        letter.toUpperCase(),
      );
      expect(Object.keys(clients[service] ?? {})).toContain(`${name}Command`);
    }
  });
});
