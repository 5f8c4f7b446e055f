/**
 * The one place for what has to be done by hand because the emulator drops it or can't do it.
 * Nothing here is needed on AWS; each repair says why it is there.
 *
 * What the emulator drops and nothing that runs depends on stays dropped: point-in-time recovery of
 * the table, encryption of the queues; and of a policy the condition dynamodb:LeadingKeys, so that
 * the wall between the tenants within the table is not tested here. `test/infra` reads all of it in
 * the templates.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ENV, QUEUE } from '../../lambda/platform/names.ts';

/**
 * MiniStack 1.5.33 refuses a template with a type that it does not know. Saved queries are text for
 * people in the console: nothing that runs needs them. Any other unknown type fails the deployment.
 */
const UNKNOWN_TYPES: readonly string[] = ['AWS::Athena::NamedQuery', 'AWS::Logs::QueryDefinition'];

/**
 * The roles that the CLI takes on, and the one that it gives CloudFormation. The emulator keeps the
 * CLI's role out of the bucket for the assets, so the CLI works with the key that it has.
 */
const ROLES_OF_THE_CLI: readonly string[] = [
  'assumeRoleArn',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
];

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** Makes a cloud assembly fit the emulator. */
export function fitAssembly(assembly: string): void {
  for (const name of readdirSync(assembly)) {
    if (name.endsWith('.template.json')) rewrite(join(assembly, name), fitTemplate);
    if (/(?:^manifest|\.assets)\.json$/.test(name)) rewrite(join(assembly, name), withoutRoles);
  }
}

function rewrite(path: string, change: (text: string) => unknown): void {
  writeFileSync(path, JSON.stringify(change(readFileSync(path, 'utf8'))));
}

const withoutRoles = (text: string): unknown =>
  JSON.parse(text, (key, value) => (ROLES_OF_THE_CLI.includes(key) ? undefined : value));

function fitTemplate(text: string): unknown {
  const template = JSON.parse(text) as Template;
  const resources = Object.entries(template.Resources);
  const secrets = resources.flatMap(([id, { Type }]) =>
    Type === 'AWS::SecretsManager::Secret' ? [id] : [],
  );
  const known = resources.filter(([, { Type }]) => !UNKNOWN_TYPES.includes(Type));
  return JSON.parse(
    JSON.stringify({ ...template, Resources: Object.fromEntries(known) }),
    (key, value) => {
      // The code lies in another folder here, but it is started in that folder as on AWS.
      if (key === ENV.detectionSettingsFile) return String(value).replace('/var/task', '.');
      // Who comes without TLS is refused, and the emulator is spoken to without: turn it round.
      if (key === 'aws:SecureTransport') return 'true';
      // The Ref of a secret is its name here and its ARN on AWS, which is what a policy has to say.
      // Its attribute Id is the ARN in both.
      if (secrets.includes(value?.Ref)) return { 'Fn::GetAtt': [value.Ref, 'Id'] };
      return value;
    },
  );
}

/**
 * Leads a poller to the simulated tenant. The stack takes only host names, as it should, and none
 * leads to a port of this machine; and every deployment of the stack writes its parameter again.
 */
export const leadToTenant = (lambda: LambdaClient, pollerName: string, host: string) =>
  setVariable(lambda, pollerName, ENV.auth0Domain, host);

/** Sets one environment variable of a function and leaves the others as they are. */
export async function setVariable(
  lambda: LambdaClient,
  functionName: string,
  variable: string,
  value: string,
): Promise<void> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: functionName,
      Environment: { Variables: { ...Environment?.Variables, [variable]: value } },
    }),
  );
}

/**
 * Lets failed messages come again after a second. It is not the emulator's fault: a message comes
 * again after the visibility timeout, and five rounds of it would take half an hour.
 */
export async function withImpatientQueue<T>(
  sqs: SQSClient,
  queueUrl: string,
  use: () => Promise<T>,
): Promise<T> {
  const setVisibility = (seconds: number) =>
    sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: queueUrl,
        Attributes: { VisibilityTimeout: String(seconds) },
      }),
    );
  await setVisibility(1);
  try {
    return await use();
  } finally {
    await setVisibility(QUEUE.visibilityTimeoutSeconds);
  }
}

/** Lets a rule fire each minute. It is not the emulator's fault either: nobody waits for an hour. */
export async function withImpatientRule<T>(
  aws: { setSchedule(rule: string, schedule: string): Promise<void> },
  rule: string,
  schedule: string,
  use: () => Promise<T>,
): Promise<T> {
  await aws.setSchedule(rule, 'rate(1 minute)');
  try {
    return await use();
  } finally {
    await aws.setSchedule(rule, schedule);
  }
}
