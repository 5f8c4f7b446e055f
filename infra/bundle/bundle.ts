import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { nodeModules } from './node-modules.ts';
import { standIns } from './stand-ins.ts';

/** Where the handlers and their packages are found. */
const REPOSITORY = join(import.meta.dirname, '..', '..');

/** The file of a bundle that Lambda imports; the chunks beside it are imported by it. */
export const BUNDLE_ENTRY = 'index.mjs';

/**
 * Bundles a handler with the packages it uses, AWS SDK included, as all functions here are deployed.
 * What it imports with `import()` becomes a chunk of its own, which a cold start does not load. The
 * same sources make the same bytes, wherever the folder is.
 *
 * @param entry the file that exports `handler`, relative to the repository
 * @param folder where the files go; made when it is missing
 * @returns what esbuild tells about each file: its size, what is in it, what it imports
 * @throws what esbuild finds wrong, with file and line
 */
export async function bundle(entry: string, folder: string): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: REPOSITORY,
    entryPoints: [{ in: join(REPOSITORY, entry), out: 'index' }],
    // The maps name the sources relative to here, so the files are written by hand elsewhere.
    outdir: join(REPOSITORY, 'bundle'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    minify: true,
    // The maps lie beside the code for reading a stack trace, and cost nothing at start.
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [standIns, nodeModules],
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    const written = join(folder, basename(path));
    writeFileSync(written, contents);
    // Bundles keep the modes of their files, and Lambda reads them as another user.
    chmodSync(written, 0o644);
  }
  return metafile;
}
