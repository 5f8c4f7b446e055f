import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const RUN = join(REPOSITORY, 'infra', 'bundle', 'run.ts');

/**
 * The code of a function: its bundle, and files beside it. Bundled by the esbuild of the repository,
 * once for all functions of an app with the same entry and files; there is no other way, so no Docker.
 *
 * @param entry the file that exports `handler`, relative to the root of this repository
 * @param files texts by file name
 */
export function bundledCode(entry: string, files: Readonly<Record<string, string>>): Code {
  return Code.fromAsset(REPOSITORY, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      // Never run: the CDK tells by it which bundles are the same.
      command: [entry, createHash('sha256').update(JSON.stringify(files)).digest('hex')],
      local: {
        tryBundle: (folder) => {
          runBundle(entry, folder);
          addFiles(files, folder);
          return true;
        },
      },
    },
  });
}

function runBundle(entry: string, folder: string): void {
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [...process.execArgv, RUN, entry, folder],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw error ?? new Error(`${entry} can't be bundled:\n${stderr}`);
}

function addFiles(files: Readonly<Record<string, string>>, folder: string): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(path, text);
    // Bundles keep the modes of their files, and Lambda reads them as another user.
    chmodSync(path, 0o644);
  }
}
