/**
 * The app that `cdk` runs: the shared stack, and one stack for each entry of `tenants.json`.
 *
 * --context tenantsFile=PATH    another file than tenants.json
 * --context runbookUrl=URL      where your people find the runbook; every alarm names it
 * --context alarmTopic=false    alarms without a topic (and without the key that encrypts it)
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildStacks } from './stacks.ts';
import { readTenants, TenantsFileError } from './tenants.ts';

const app = new App();
const context = (name: string) => app.node.tryGetContext(name) as string | undefined;
const runbookUrl = context('runbookUrl');

try {
  const file = context('tenantsFile') ?? join(import.meta.dirname, '..', 'tenants.json');
  buildStacks(app, readTenants(file), {
    alarmTopic: String(context('alarmTopic')) !== 'false',
    ...(runbookUrl !== undefined && { runbookUrl }),
  });
} catch (error) {
  // Whoever wrote the file needs the sentences, not where they were thrown.
  if (!(error instanceof TenantsFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
