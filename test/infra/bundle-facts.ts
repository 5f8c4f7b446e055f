import type { Metafile } from 'esbuild';

/** What matters about a bundle. */
export interface BundleFacts {
  /** Of the entry and the chunks that it imports before it runs. */
  readonly bytesAtStart: number;
  /** Of the chunks that are loaded when they are needed. */
  readonly bytesLater: number;
  /** Names of the packages in what a cold start loads, and in all of it. */
  readonly packagesAtStart: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  /** The files of which something is in it, relative to the repository. */
  readonly sources: ReadonlySet<string>;
}

/** Reads what esbuild told about the files of a bundle; source maps are left aside. */
export function bundleFacts({ outputs }: Metafile): BundleFacts {
  const code = Object.keys(outputs).filter((path) => path.endsWith('.mjs'));
  const entry = code.find((path) => path.endsWith('/index.mjs'));
  if (entry === undefined) throw new Error('the bundle has no entry');
  const atStart = new Set([entry]);
  for (const path of atStart) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') atStart.add(imported);
    }
  }
  const later = code.filter((path) => !atStart.has(path));
  const bytes = (paths: Iterable<string>) =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const sources = (paths: Iterable<string>) =>
    new Set([...paths].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})));
  const packages = (paths: Iterable<string>) => new Set([...sources(paths)].flatMap(packageOf));
  return {
    bytesAtStart: bytes(atStart),
    bytesLater: bytes(later),
    packagesAtStart: packages(atStart),
    packages: packages(code),
    sources: sources(code),
  };
}

/** The package of a file, `@scope/name` or `name`; none for a file of this repository. */
function packageOf(path: string): string[] {
  const [, inside] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return inside === undefined ? [] : [inside];
}
