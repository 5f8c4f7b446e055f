/**
 * The app that `cdk` runs: the shared stack, and one stack for each entry of `tenants.json`.
 * Another file can be named with `--context tenantsFile=<path>`.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildStacks } from './stacks.ts';
import { readTenants, TenantsFileError } from './tenants.ts';

const app = new App();
const file = app.node.tryGetContext('tenantsFile') as string | undefined;

try {
  buildStacks(app, readTenants(file ?? join(import.meta.dirname, '..', 'tenants.json')));
} catch (error) {
  // Whoever wrote the file needs the sentences, not where they were thrown.
  if (!(error instanceof TenantsFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
