import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { PRODUCT, STACK_OUTPUT } from '../lambda/platform/names.ts';
import { UsageError } from '../local/usage-error.ts';
import { awsRefusal } from './aws-refusal.ts';

/** Where the books of a deployment are. */
export interface BookResources {
  readonly table: string;
  readonly detectionTable: string;
  readonly bucket: string;
}

/** Where the events of a deployment are searched. */
export interface SearchResources {
  readonly workgroup: string;
  readonly database: string;
  /** Of the key of the lake's pseudonyms; undefined when it holds none. */
  readonly pseudonymSecretArn: string | undefined;
}

/**
 * Finds table and bucket by the outputs of the shared stack, with the credentials and the region of
 * the environment (`AWS_PROFILE`, `AWS_REGION`).
 *
 * @throws {UsageError} when there is no such stack or it can't be looked at
 */
export async function deployedResources(): Promise<BookResources> {
  const outputNamed = await readOutputs();
  return {
    table: outputNamed(STACK_OUTPUT.collectionTable),
    detectionTable: outputNamed(STACK_OUTPUT.detectionTable),
    bucket: outputNamed(STACK_OUTPUT.bucket),
  };
}

/** Finds Athena's workgroup and database in the same way. */
export async function deployedSearch(): Promise<SearchResources> {
  const stack = await sharedStack();
  return {
    workgroup: stack.output(STACK_OUTPUT.athenaWorkgroup),
    database: stack.output(STACK_OUTPUT.lakeDatabase),
    pseudonymSecretArn: stack.outputIfAny(STACK_OUTPUT.pseudonymSecretArn),
  };
}

/** A stack as it is deployed: what it was given, and what it made. */
export interface DeployedStack {
  readonly output: (name: string) => string;
  readonly outputIfAny: (name: string) => string | undefined;
  /** The value of a parameter; empty when the stack has none of that name. */
  readonly parameter: (name: string) => string;
}

/** Finds the queue of the deployment in the same way. */
export const deployedQueueUrl = async (): Promise<string> => (await readOutputs())('QueueUrl');

/** The stack of one tenant. */
export const tenantStackName = (tenant: string): string => `${PRODUCT}-${tenant}`;

/**
 * Looks a stack up, with the credentials and the region of the environment.
 *
 * @returns undefined when there is no such stack
 * @throws {UsageError} when it can't be looked at
 */
export async function findStack(name: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient(AWS_CLIENT);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const { Outputs = [], Parameters = [] } = Stacks[0] ?? {};
    const outputIfAny = (wanted: string) =>
      Outputs.find(({ OutputKey }) => OutputKey === wanted)?.OutputValue;
    return {
      outputIfAny,
      output: (wanted) => {
        const value = outputIfAny(wanted);
        if (value !== undefined) return value;
        throw new UsageError(`The stack ${name} has no output ${wanted}: deploy it again`);
      },
      parameter: (wanted) =>
        Parameters.find(({ ParameterKey }) => ParameterKey === wanted)?.ParameterValue ?? '',
    };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    if (why === `Stack with id ${name} does not exist`) return undefined;
    const refusal = awsRefusal(thrown, `looking up the stack ${name}`);
    throw refusal === undefined ? cannotLookUp(name, why) : new UsageError(refusal);
  } finally {
    client.destroy();
  }
}

const readOutputs = async (): Promise<(name: string) => string> => (await sharedStack()).output;

async function sharedStack(): Promise<DeployedStack> {
  const stack = await findStack(PRODUCT);
  if (stack !== undefined) return stack;
  throw cannotLookUp(PRODUCT, `Stack with id ${PRODUCT} does not exist`);
}

const cannotLookUp = (stack: string, why: string): UsageError =>
  new UsageError(
    `The stack ${stack} can't be looked up (${why}): check AWS_PROFILE and AWS_REGION, or name a data folder with --local`,
  );
