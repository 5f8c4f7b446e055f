import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CollectorError, FAILURE_CODES } from '../lambda/platform/errors.ts';
import { parseRunOptions } from '../local/options.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

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
    const documents = ['README.md', ...readdirSync('docs').filter((name) => name.endsWith('.md'))];
    const named = documents.flatMap((name) => {
      const text = read(name === 'README.md' ? name : `docs/${name}`);
      return [...text.matchAll(/npm run (?:-s )?([a-z0-9-]+)/g)].map(([, script]) => script);
    });
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
    const links = [...read('README.md').matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path]) => path);
    for (const path of links)
      expect(readdirSync(path?.split('/').slice(0, -1).join('/') || '.')).toContain(
        path?.split('/').at(-1),
      );
  });
});
