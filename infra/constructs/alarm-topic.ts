import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { PRODUCT } from '../../lambda/platform/names.ts';

/** Settings of an {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /**
   * Encrypts the messages; if it is imported, its policy has to let CloudWatch in.
   * @default a key is made
   */
  readonly encryptionKey?: IKey | undefined;
}

/** Where all alarms go. Whoever wants to be told subscribes to it. */
export class AlarmTopic extends Construct {
  /** Tells its subscribers what the alarms say. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps = {}) {
    super(scope, id);
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    const conditions = onlyOurAlarms(this);
    // The key that AWS manages for SNS does not let CloudWatch in, and its policy can't be changed.
    const key =
      props.encryptionKey ??
      new Key(this, 'Key', {
        description: 'Encrypts what the alarms of the Auth0 log collector say',
        enableKeyRotation: true,
      });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions,
      }),
    );
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Auth0 log collector',
      masterKey: key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
  }
}

function onlyOurAlarms(scope: Construct) {
  const alarms = Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${PRODUCT}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': alarms },
  };
}
