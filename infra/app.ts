/**
 * The app that `cdk` runs: the shared stack, and one stack for each entry of `tenants.json`.
 *
 * --context tenantsFile=PATH    another file than tenants.json
 * --context runbookUrl=URL      where your people find the runbook; every alarm names it
 * --context alarmTopic=false    alarms without a topic (and without the key that encrypts it)
 * --context kmsKeyArn=ARN       your own key for all that is kept
 * --context securityHub=true    imports incidents into the Security Hub of the account
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { SettingsError } from './settings-error.ts';
import { buildStacks } from './stacks.ts';
import { readTenants } from './tenants.ts';

const app = new App();
const context = (name: string) => app.node.tryGetContext(name) as string | undefined;
const runbookUrl = context('runbookUrl');
const kmsKeyArn = context('kmsKeyArn');

try {
  const file = context('tenantsFile') ?? join(import.meta.dirname, '..', 'tenants.json');
  buildStacks(app, readTenants(file), {
    alarmTopic: String(context('alarmTopic')) !== 'false',
    securityHub: String(context('securityHub')) === 'true',
    ...(runbookUrl !== undefined && { runbookUrl }),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
  });
} catch (error) {
  // Whoever wrote the settings needs the sentences, not where they were thrown.
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
