import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { PRODUCT, STACK_OUTPUT } from '../lambda/platform/names.ts';
import { UsageError } from '../local/usage-error.ts';

/** Where the books of a deployment are. */
export interface BookResources {
  readonly table: string;
  readonly bucket: string;
}

/**
 * Finds table and bucket by the outputs of the shared stack, with the credentials and the region of
 * the environment (`AWS_PROFILE`, `AWS_REGION`).
 *
 * @throws {UsageError} when there is no such stack or it can't be looked at
 */
export async function deployedResources(): Promise<BookResources> {
  const client = new CloudFormationClient(AWS_CLIENT);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: PRODUCT }));
    const outputNamed = (name: string): string => {
      const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name);
      if (output?.OutputValue !== undefined) return output.OutputValue;
      throw new UsageError(`The stack ${PRODUCT} has no output ${name}: deploy it again`);
    };
    return {
      table: outputNamed(STACK_OUTPUT.collectionTable),
      bucket: outputNamed(STACK_OUTPUT.bucket),
    };
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(
      `The stack ${PRODUCT} can't be looked up (${why}): check AWS_PROFILE and AWS_REGION, or name a data folder with --local`,
    );
  } finally {
    client.destroy();
  }
}
