import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Collector } from './constructs/collector.ts';

/** The stack that all tenants share. */
export class CollectorStack extends Stack {
  /** What the tenant stacks build on. */
  readonly collector: Collector;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, {
      description: 'Auth0 log collector: what all tenants share',
      ...props,
    });
    this.collector = new Collector(this, 'Collector');
    const { table, queue, deadLetterQueue, bucket, ingest } = this.collector;
    const outputs = {
      CollectionTable: ['Checkpoints and ledger of all tenants', table.tableName],
      QueueUrl: ['Batches on their way to the archive', queue.queueUrl],
      DeadLetterQueueUrl: ['Batches that could not be stored', deadLetterQueue.queueUrl],
      BucketName: ['The archive', bucket.bucketName],
      IngestLogGroup: ['The log of the ingest function', ingest.logGroup.logGroupName],
    } as const;
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }
}
