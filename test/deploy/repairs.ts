/**
 * The one place for what has to be done by hand because the emulator drops it or can't do it.
 * Nothing here is needed on AWS; each repair says why it is there.
 *
 * What the emulator drops and nothing that runs depends on stays dropped: point-in-time recovery of
 * the table, encryption of the queues, IAM (no call is ever refused), alarms (kept, never judged).
 * The Ref of a secret is its name instead of its ARN, which Secrets Manager takes as well. All of
 * this is what `test/infra` reads in the templates.
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
const UNKNOWN_TYPES: readonly string[] = ['AWS::Logs::QueryDefinition'];

interface Template {
  Resources: Record<string, { readonly Type: string }>;
}

/** Takes what the emulator does not know out of the templates of a cloud assembly. */
export function dropUnknownResources(assembly: string): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const path = join(assembly, name);
    const template = JSON.parse(readFileSync(path, 'utf8')) as Template;
    template.Resources = Object.fromEntries(
      Object.entries(template.Resources).filter(([, { Type }]) => !UNKNOWN_TYPES.includes(Type)),
    );
    writeFileSync(path, JSON.stringify(template));
  }
}

/**
 * Leads a poller to the simulated tenant. The stack takes only host names, as it should, and none
 * leads to a port of this machine; and every deployment of the stack writes its parameter again.
 */
export async function leadToTenant(
  lambda: LambdaClient,
  pollerName: string,
  host: string,
): Promise<void> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: pollerName }),
  );
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: pollerName,
      Environment: { Variables: { ...Environment?.Variables, [ENV.auth0Domain]: host } },
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
