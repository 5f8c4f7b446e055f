import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENV, PRODUCT, STACK_OUTPUT } from '../../lambda/platform/names.ts';
import { type Running, startCommand } from '../e2e/command.ts';
import { type FakeStacks, startFakeStacks } from './fake-stacks.ts';
import { type Gate, startGate } from './gate.ts';
import { CREDENTIALS } from './subject.ts';
import { startWrittenBooks, type WrittenBooks } from './written-books.ts';

export const REGION = 'eu-west-1';
const ROLE = 'arn:aws:sts::111122223333:assumed-role/operator/anna';

/** A deployment in one region of AWS on loopback, and an operator with a profile. */
export interface FakeDeployment {
  readonly books: WrittenBooks;
  readonly stacks: FakeStacks['stacks'];
  readonly rules: FakeStacks['rules'];
  readonly gate: Gate;
  /** Adds the stack of a tenant. */
  addTenant(name: string, parameters?: Readonly<Record<string, string>>): void;
  /** Starts `collector` as an operator does, with a profile and a region and without `--local`. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): Running;
  /** Lets IAM deny an action, in the words of the documentation of access denied errors. */
  deny(action: string, resource: string): void;
  stop(): Promise<void>;
}

export async function startFakeDeployment(): Promise<FakeDeployment> {
  const books = await startWrittenBooks();
  const { sdkEnvironment, resources } = books.aws;
  const here = await startFakeStacks();
  const elsewhere = await startFakeStacks();
  const at = (name: string) => sdkEnvironment[`AWS_ENDPOINT_URL_${name}`];
  const stacksIn = (region: string) => (region === REGION ? here : elsewhere).environment;
  const gate = await startGate((service, region) => {
    if (service === 'cloudformation') return stacksIn(region)['AWS_ENDPOINT_URL_CLOUDFORMATION'];
    if (service === 'events') return stacksIn(region)['AWS_ENDPOINT_URL_EVENTBRIDGE'];
    return at(service === 'secretsmanager' ? 'SECRETS_MANAGER' : service.toUpperCase());
  });
  await makeSecret();
  const profiles = join(books.path, 'aws-config');
  writeFileSync(
    profiles,
    '[profile operator]\naws_access_key_id = operator\naws_secret_access_key = operator\n',
  );
  here.stacks[PRODUCT] = {
    outputs: {
      [STACK_OUTPUT.collectionTable]: resources[ENV.collectionTable],
      [STACK_OUTPUT.detectionTable]: resources[ENV.detectionTable],
      [STACK_OUTPUT.bucket]: resources[ENV.bucket],
      QueueUrl: new URL(new URL(resources[ENV.queueUrl]).pathname, gate.endpoint).href,
    },
  };
  const environment = {
    ...Object.fromEntries(
      Object.keys({ ...sdkEnvironment, ...here.environment })
        .filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))
        .map((name) => [name, gate.endpoint]),
    ),
    AWS_CONFIG_FILE: profiles,
    AWS_SHARED_CREDENTIALS_FILE: join(books.path, 'no-such-file'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_PROFILE: 'operator',
    AWS_REGION: REGION,
  };
  return {
    books,
    stacks: here.stacks,
    rules: here.rules,
    gate,
    addTenant: (name, parameters = {}) => {
      here.stacks[`${PRODUCT}-${name}`] = {
        outputs: { RuleName: `${name}-rule`, SecretArn: 'made' },
        parameters: { Auth0Plan: 'essentials', PollIntervalMinutes: '5', ...parameters },
      };
      here.rules[`${name}-rule`] = 'ENABLED';
    },
    start: (args, own = {}) => startCommand('cli/collector.ts', args, { ...environment, ...own }),
    deny: (action, resource) => {
      const message = `User: ${ROLE} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
      const name = action.startsWith('s3:') || action.startsWith('cloudformation:');
      gate.refusals.set(action, { name: name ? 'AccessDenied' : 'AccessDeniedException', message });
    },
    stop: async () => {
      await gate.close();
      await here.close();
      await elsewhere.close();
      await books.stop();
    },
  };
}

async function makeSecret(): Promise<void> {
  const secrets = new SecretsManagerClient({});
  await secrets.send(new CreateSecretCommand({ Name: 'made', SecretString: CREDENTIALS }));
  secrets.destroy();
}
