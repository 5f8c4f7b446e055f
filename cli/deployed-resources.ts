import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { PRODUCT, STACK_OUTPUT } from '../lambda/platform/names.ts';
import { UsageError } from '../local/usage-error.ts';

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
  const outputNamed = await readOutputs();
  return {
    workgroup: outputNamed(STACK_OUTPUT.athenaWorkgroup),
    database: outputNamed(STACK_OUTPUT.lakeDatabase),
  };
}

async function readOutputs(): Promise<(name: string) => string> {
  const client = new CloudFormationClient(AWS_CLIENT);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: PRODUCT }));
    return (name) => {
      const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name);
      if (output?.OutputValue !== undefined) return output.OutputValue;
      throw new UsageError(`The stack ${PRODUCT} has no output ${name}: deploy it again`);
    };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(
      `The stack ${PRODUCT} can't be looked up (${why}): check AWS_PROFILE and AWS_REGION, or name a data folder with --local`,
    );
  } finally {
    client.destroy();
  }
}
