import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/**
 * Tells cdk-nag why statements name resources with a wildcard. It knows such a resource by its text,
 * and what stands there for a resource of another stack is settled only when the app is whole: that
 * is when constructs are asked whether they are valid.
 */
export function acknowledgeWildcards(
  scope: IConstruct,
  statements: readonly PolicyStatement[],
  reason: string,
): void {
  scope.node.addValidation({
    validate: () => {
      for (const resource of statements.flatMap(({ resources }) => resources)) {
        const text = flattenCfnReference(Stack.of(scope).resolve(resource));
        if (!text.includes('*')) continue;
        Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${text}]`, reason });
      }
      return [];
    },
  });
}
