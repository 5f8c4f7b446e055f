import {
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TenantsText } from '../../cli/tenants-file.ts';
import { temporaryFolder } from '../e2e/command.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'tenants.json');
});
afterEach(() => folder.remove());

const ENTRY = { name: 'new-one', domain: 'new.us.auth0.com', plan: 'free' };

/** The text after a change, as a reader of the file gets it. */
function written(text: TenantsText): string {
  text.write();
  return readFileSync(path, 'utf8');
}

/** With its order of keys, which `toEqual` does not look at. */
const ordered = (value: unknown): string => JSON.stringify(value);

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/), {
  minLength: 2,
  maxLength: 5,
});
const content = fc
  .tuple(names, fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), fc.jsonValue())
  .map(([all, more, lake]) => ({
    lake,
    tenants: all.map((name) => ({ ...more, name, domain: 'a.example.com' })),
    network: {},
  }))
  // `__proto__` as a key is no more than a text in the file, and something else in a literal.
  .filter((value) => !ordered(value).includes('__proto__'));
const layout = fc.constantFrom(undefined, 2, 4, '\t');

describe('tenants.json', () => {
  it('keeps all other content in its order, whatever it is and however it is laid out', () => {
    fc.assert(
      fc.property(content, layout, fc.nat(), (value, space, pick) => {
        const index = pick % value.tenants.length;
        const name = value.tenants[index]?.name ?? '';
        const text = new TenantsText(path, JSON.stringify(value, null, space));
        const added = JSON.parse(written(text.with(ENTRY)));
        expect(ordered(added)).toBe(ordered({ ...value, tenants: [...value.tenants, ENTRY] }));
        const tenants = value.tenants.map((entry, at) =>
          at === index ? { ...entry, enabled: false } : entry,
        );
        const disabled = JSON.parse(written(text.changed(name, { enabled: false })));
        expect(ordered(disabled)).toBe(ordered({ ...value, tenants }));
        const cleared = text.changed(name, { enabled: true }).changed(name, { enabled: undefined });
        expect(ordered(JSON.parse(written(cleared)))).toBe(ordered(value));
        const rest = value.tenants.filter((_, at) => at !== index);
        const removed = JSON.parse(written(text.without(name)));
        expect(ordered(removed)).toBe(ordered({ ...value, tenants: rest }));
      }),
      { numRuns: 200 },
    );
  });

  it('takes a field out that is not there', () => {
    const before = '{ "tenants": [{ "name": "acme", "plan": "free" }] }\n';
    const text = new TenantsText(path, before).changed('acme', { canonicalDomain: undefined });
    expect(JSON.parse(written(text))).toEqual(JSON.parse(before));
  });

  it('keeps the line ends of another system', () => {
    const before = '{\r\n  "tenants": [\r\n    { "name": "acme" }\r\n  ]\r\n}\r\n';
    const after = written(new TenantsText(path, before).with(ENTRY));
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('stays a link and keeps its mode, and nothing is left beside it', () => {
    const target = join(folder.path, 'kept-elsewhere.json');
    writeFileSync(target, '{ "tenants": [] }\n', { mode: 0o640 });
    symlinkSync(target, path);
    const after = written(TenantsText.read(path).with(ENTRY));
    expect(JSON.parse(after)).toEqual({ tenants: [ENTRY] });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder.path).sort()).toEqual(['kept-elsewhere.json', 'tenants.json']);
  });

  it('refuses a path that can not be read or written, in a sentence', () => {
    expect(() => TenantsText.read(folder.path)).toThrow(`${folder.path} can't be read (EISDIR)`);
    const nowhere = join(folder.path, 'no', 'folder.json');
    expect(() => TenantsText.read(nowhere).with(ENTRY).write()).toThrow(
      "can't be written (ENOENT)",
    );
  });
});
