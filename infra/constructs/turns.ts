import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { HouseFunction, type HouseFunctionProps } from './house-function.ts';

/** Settings of a {@link TurnFunction}. */
export interface TurnFunctionProps extends HouseFunctionProps {
  /** Minutes from one turn of a tenant to the next. */
  readonly intervalMinutes: number;
}

/** A function of all tenants: each invocation is the turn of the one tenant that its event names. */
export class TurnFunction extends HouseFunction {
  constructor(scope: Construct, id: string, props: TurnFunctionProps) {
    const { intervalMinutes, ...rest } = props;
    super(scope, id, rest);
    this.configureAsyncInvoke(leftToNextTurn(intervalMinutes));
    // One for the rules of all tenants: one for each would fill up the policy of the function (20 KB)
    // with some fifty of them. Who may make rules in the account may invoke a function of it anyway.
    this.addPermission('Rules', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'events',
        resource: 'rule',
        resourceName: '*',
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
  }
}

/** Settings of a {@link TenantTurns}. */
export interface TenantTurnsProps {
  readonly description: string;
  /** The function; it is a {@link TurnFunction}, of this stack or of another. */
  readonly target: Pick<IFunction, 'functionArn'>;
  readonly tenantName: string;
  readonly intervalMinutes: number;
}

/** The rule that gives one tenant its turns. */
export class TenantTurns extends Rule {
  constructor(scope: Construct, id: string, props: TenantTurnsProps) {
    const { description, target, tenantName, intervalMinutes } = props;
    const { retryAttempts, maxEventAge } = leftToNextTurn(intervalMinutes);
    super(scope, id, {
      description,
      schedule: Schedule.rate(Duration.minutes(intervalMinutes)),
      targets: [
        {
          // Without a permission of its own: the function lets all rules in.
          bind: () => ({
            arn: target.functionArn,
            input: RuleTargetInput.fromObject({ tenant: tenantName }),
            retryPolicy: {
              maximumRetryAttempts: retryAttempts,
              maximumEventAgeInSeconds: maxEventAge.toSeconds(),
            },
          }),
        },
      ],
    });
  }
}

/** The next turn is the retry: it goes on where this one stopped. */
const leftToNextTurn = (intervalMinutes: number) => ({
  retryAttempts: 0,
  maxEventAge: Duration.minutes(intervalMinutes),
});
