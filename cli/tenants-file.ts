import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import jsonc from 'jsonc-parser';
import { SettingsError } from '../infra/settings-error.ts';
import type { TenantSettings } from '../infra/tenants.ts';
import { UsageError } from '../local/usage-error.ts';

/** The fields of an entry of `tenants.json` that the command writes. */
export interface Entry {
  readonly name: string;
  readonly domain: string;
  readonly canonicalDomain?: string | undefined;
  readonly credentialsSecretArn?: string | undefined;
  readonly pollIntervalMinutes?: number | undefined;
  readonly collectionStart?: string | undefined;
  readonly plan: string;
  readonly enabled?: boolean | undefined;
}

/** What becomes of an entry; undefined takes a field out. */
export type EntryChange = Partial<Omit<Entry, 'name'>>;

/**
 * `tenants.json` as it stands, to be changed in places: what is not changed keeps its text, which is
 * what jsonc-parser is for. People keep the file under version control and read its differences.
 */
export class TenantsText {
  readonly path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  /** Reads the file; one that does not exist yet is empty. */
  static read(path: string): TenantsText {
    if (!existsSync(path)) return new TenantsText(path, EMPTY);
    return new TenantsText(
      path,
      orRefuse('read', path, () => readFileSync(path, 'utf8')),
    );
  }

  with({ name, ...fields }: Entry): TenantsText {
    const entry = { name, ...fields };
    return this.#edited(['tenants', this.#names().length], entry, { isArrayInsertion: true });
  }

  /** @throws {UsageError} when there is no such entry */
  changed(name: string, change: EntryChange): TenantsText {
    const index = this.#indexOf(name);
    return Object.entries(change).reduce(
      (text: TenantsText, [field, value]) => text.#edited(['tenants', index, field], value),
      this,
    );
  }

  /** @throws {UsageError} when there is no such entry, or no other */
  without(name: string): TenantsText {
    const index = this.#indexOf(name);
    if (this.#names().length > 1) return new TenantsText(this.path, cutEntry(this.#text, index));
    throw new UsageError(
      `"${name}" is the last entry of ${this.path}, which needs one: disable it instead`,
    );
  }

  /**
   * The entries, checked as the deployment checks them, with their defaults.
   *
   * @throws {UsageError} the sentences of what is wrong
   */
  async tenants(): Promise<readonly TenantSettings[]> {
    // It brings the whole CDK along, which takes a third of a second that other commands don't need.
    const { parseTenants } = await import('../infra/tenants.ts');
    try {
      return parseTenants(parseJson(this.#text, this.path), basename(this.path)).tenants;
    } catch (thrown) {
      throw thrown instanceof SettingsError ? new UsageError(thrown.message) : thrown;
    }
  }

  /** The entry of that name, checked. */
  async tenant(name: string): Promise<TenantSettings> {
    const index = this.#indexOf(name);
    const found = (await this.tenants())[index];
    if (found === undefined) throw new TypeError('an entry without settings');
    return found;
  }

  /** Replaces the file at once: whoever reads it sees either the old or the new one. */
  write(): void {
    orRefuse('written', this.path, () => this.#replace());
  }

  #replace(): void {
    const target = existsSync(this.path) ? realpathSync(this.path) : this.path;
    const mode = existsSync(target) ? statSync(target).mode : 0o644;
    const fresh = `${target}.${process.pid}.new`;
    const file = openSync(fresh, 'w', mode);
    writeFileSync(file, this.#text);
    fsyncSync(file);
    closeSync(file);
    renameSync(fresh, target);
  }

  /** @throws {UsageError} when the file is of another form */
  #names(): readonly unknown[] {
    const content = parseJson(this.#text, this.path);
    const { tenants } = Object(content) as { tenants?: unknown };
    if (Array.isArray(tenants)) return tenants.map((entry) => Object(entry).name);
    throw new UsageError(
      `${this.path}: expected an object whose field "tenants" is a list; see tenants.example.json for the form`,
    );
  }

  #indexOf(name: string): number {
    const names = this.#names();
    const index = names.indexOf(name);
    if (index >= 0) return index;
    const held = names.filter((one) => typeof one === 'string').join(', ') || 'none';
    throw new UsageError(`There is no tenant "${name}" in ${this.path} (there is: ${held})`);
  }

  #edited(path: (string | number)[], value: unknown, options = {}): TenantsText {
    const eol = this.#text.includes('\r\n') ? '\r\n' : '\n';
    const formattingOptions = { insertSpaces: true, tabSize: 2, eol };
    const edits = jsonc.modify(this.#text, path, value, { formattingOptions, ...options });
    return new TenantsText(this.path, jsonc.applyEdits(this.#text, edits));
  }
}

/**
 * Takes one of several entries out, up to the one behind it or from the one before it. The library
 * does it wrong in a text of one line.
 */
function cutEntry(text: string, index: number): string {
  const tree = jsonc.parseTree(text);
  const entries = (tree && jsonc.findNodeAtLocation(tree, ['tenants'])?.children) ?? [];
  const [before, entry, behind] = [entries[index - 1], entries[index], entries[index + 1]];
  if (entry === undefined) throw new TypeError('no entry there');
  const from = behind === undefined && before !== undefined ? endOf(before) : entry.offset;
  return text.slice(0, from) + text.slice(behind === undefined ? endOf(entry) : behind.offset);
}

const endOf = ({ offset, length }: { offset: number; length: number }): number => offset + length;

/** @throws {UsageError} for what the system refuses, such as a folder that may not be written to */
function orRefuse<T>(done: 'read' | 'written', path: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new UsageError(`${path} can't be ${done} (${cause.code})`);
  }
}

const EMPTY = '{\n  "tenants": []\n}\n';

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause);
    throw new UsageError(`${path} is not valid JSON (${why}); correct it at that place`);
  }
}
