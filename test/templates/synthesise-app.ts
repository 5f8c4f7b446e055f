/** Runs the CDK app as `cdk synth` runs it, but bundles no code: the templates are what is wanted. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SUFFIX = '.template.json';

/**
 * Synthesises the stacks of a tenants file into a folder.
 *
 * @returns the paths of the templates by the names of their stacks
 * @throws when the app does not come to an end well; with what it said
 */
export function synthesiseApp(tenantsFile: string, outdir: string): Readonly<Map<string, string>> {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, tenantsFile, 'aws:cdk:bundling-stacks': [] }),
    },
  });
  if (status !== 0) throw new Error(`infra/app.ts ended with code ${status}:\n${stderr}`);
  const files = readdirSync(outdir)
    .filter((name) => name.endsWith(SUFFIX))
    .sort();
  return new Map(files.map((name) => [name.slice(0, -SUFFIX.length), join(outdir, name)]));
}
