import { DescribeRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsCall } from '../lambda/platform/aws.ts';

/**
 * True when a rule fires: a tenant whose rule does not is paused.
 *
 * @throws {CollectorError} AWS_CALL
 */
export async function isRuleEnabled(events: EventBridgeClient, name: string): Promise<boolean> {
  const { State } = await awsCall(`Reading the rule ${name}`, () =>
    events.send(new DescribeRuleCommand({ Name: name })),
  );
  return State !== 'DISABLED';
}
