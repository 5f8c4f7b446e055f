import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../lambda/detect/rules/catalogue.ts';
import { CollectorError, FAILURE_CODES } from '../lambda/platform/errors.ts';
import { ENV, METRIC } from '../lambda/platform/names.ts';
import { parseRunOptions } from '../local/options.ts';
import { runCommand } from './e2e/command.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const documentsIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : []));
const DOCUMENTS = [...documentsIn('docs'), ...documentsIn('docs/adr')];
const ROOT_DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

/** What a person sets, and no failure code, though written like one. */
const PERSONS_VARIABLES = ['AUTH0_CLIENT_SECRET', 'AWS_PROFILE', 'AWS_REGION'];

/** The anchors of a document, as GitHub makes them of its headings. */
const anchorsOf = (document: string): string[] =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The words in backticks that match as a whole. */
const quoted = (path: string, pattern: RegExp): string[] =>
  [...read(path).matchAll(/`([^`\n]+)`/g)].flatMap(([, word = '']) =>
    pattern.test(word) ? [word] : [],
  );

describe('the documents', () => {
  it('list every error code with its kind and remedy, and no other', () => {
    const rows = read('docs/errors.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const expected = FAILURE_CODES.map((code) => {
      const { kind, remedy } = new CollectorError(code, '');
      return `| \`${code}\` | ${kind} | ${remedy} |`;
    });
    expect(rows).toEqual(expected);
  });

  it('name only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...ROOT_DOCUMENTS, ...DOCUMENTS].flatMap((document) =>
      [...read(document).matchAll(/npm run (?:-s )?([a-z0-9:-]+)/g)].map(([, script]) => script),
    );
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((script) => scripts[script ?? ''] === undefined)).toEqual([]);
  });

  it('of the README show command lines that are understood', () => {
    const lines = [...read('README.md').matchAll(/^npm start -- ((?:.*\\\n)*.*)/gm)];
    expect(lines.length).toBeGreaterThan(0);
    for (const [, args = ''] of lines) {
      const words = args.replaceAll('\\\n', ' ').trim().split(/\s+/);
      expect(parseRunOptions(words).source.kind).toBe('real');
    }
  });

  it('link to files that exist', () => {
    const links = [...ROOT_DOCUMENTS, ...DOCUMENTS].flatMap((document) =>
      [...read(document).matchAll(/\]\((?!http|#)([^)#]+)/g)].map(([, path = '']) =>
        posix.join(posix.dirname(document), path),
      ),
    );
    expect(links.length).toBeGreaterThan(1);
    // Listed rather than opened: a name in the wrong case opens on some file systems.
    const isThere = (path: string) =>
      readdirSync(posix.dirname(path)).includes(posix.basename(path));
    expect(links.filter((path) => !isThere(path))).toEqual([]);
  });

  it('link to headings that exist', () => {
    const links = [...ROOT_DOCUMENTS, ...DOCUMENTS].flatMap((document) =>
      [...read(document).matchAll(/\]\((?!http)([^)#]*)#([^)]+)\)/g)].map(
        ([, path = '', anchor = '']) => ({
          document,
          target: path === '' ? document : posix.join(posix.dirname(document), path),
          anchor,
        }),
      ),
    );
    expect(links.length).toBeGreaterThan(10);
    const dead = links.filter(({ target, anchor }) => !anchorsOf(target).includes(anchor));
    expect(dead).toEqual([]);
  });

  it('are all in the index', () => {
    const index = read('docs/README.md');
    const missing = documentsIn('docs').filter(
      (path) => path !== 'docs/README.md' && !index.includes(`(${posix.basename(path)})`),
    );
    expect(missing).toEqual([]);
  });

  it('know how many rules there are', () => {
    const said = ['README.md', 'docs/comparison.md'].flatMap((document) =>
      [...read(document).matchAll(/\b(\d+) rules\b/g)].map(([, count]) => Number(count)),
    );
    expect(said.length).toBeGreaterThan(1);
    expect(new Set(said)).toEqual(new Set([RULES.length]));
  });

  it('have a table of scripts with every script', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const listed = [...read('CONTRIBUTING.md').matchAll(/^\| `npm (?:run )?([a-z0-9:-]+)/gm)];
    expect(listed.map(([, name]) => name).sort()).toEqual(Object.keys(scripts).sort());
  });

  it('on the source and on delivery name every metric, and no other', () => {
    // A metric looks like `OneWord` or `MoreWords`; nothing else there is written like this.
    const named = ['docs/auth0-log-api.md', 'docs/delivery.md'].flatMap((path) =>
      quoted(path, /^(?:[A-Z][a-z0-9]+)+$/),
    );
    expect([...new Set(named)].sort()).toEqual(Object.values(METRIC).sort());
  });

  it('name only failure codes that exist', () => {
    const variables: readonly string[] = Object.values(ENV);
    const named = DOCUMENTS.flatMap((path) => quoted(path, /^(?:AUTH0|GAP|AWS)_[A-Z0-9_]+$/));
    const codes = named.filter(
      (word) => !variables.includes(word) && !PERSONS_VARIABLES.includes(word),
    );
    expect(codes.length).toBeGreaterThan(FAILURE_CODES.length / 2);
    expect(codes.filter((code) => !FAILURE_CODES.some((known) => known === code))).toEqual([]);
  });

  it('on CloudWatch show log lines with the fields that the functions write', async () => {
    const written = await runCommand('test/infra/publish.ts', [], {
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_DISABLED: 'false',
    });
    const real = logLines(`${written.stdout}\n${written.stderr}`);
    const shown = logLines(read('docs/cloudwatch.md'));
    for (const kind of [
      'poller summary',
      'poller failure',
      'ingest summary',
      'ingest failure',
      'compactor summary',
      'detector summary',
      'metrics',
    ]) {
      expect(shown.map(kindOf)).toContain(kind);
    }
    for (const line of shown) {
      const alike = real.filter((candidate) => kindOf(candidate) === kindOf(line));
      const known = new Set(alike.flatMap((candidate) => Object.keys(candidate)));
      expect(Object.keys(line).filter((field) => !known.has(field))).toEqual([]);
    }
  });
});

type LogLine = Readonly<Record<string, unknown>>;

/** The log lines in a text; the body of a message is none. */
const logLines = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{"level"') || line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line));

function kindOf({ service, level }: LogLine): string {
  if (level === undefined) return 'metrics';
  return `${service} ${level === 'INFO' ? 'summary' : 'failure'}`;
}
