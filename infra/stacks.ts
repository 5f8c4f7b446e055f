import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PRODUCT } from '../lambda/platform/names.ts';
import { CollectorStack, type CollectorStackProps } from './collector-stack.ts';
import { TenantStack, tenantStackId } from './tenant-stack.ts';
import type { TenantsFile } from './tenants.ts';

/** What a deployment may choose beside its tenants. */
export type DeploymentOptions = Pick<
  CollectorStackProps,
  'alarmTopic' | 'runbookUrl' | 'kmsKeyArn' | 'securityHub'
>;

/**
 * Adds the shared stack and one stack per tenant to an app, and the checks that it has to pass to
 * be synthesised.
 */
export function buildStacks(
  app: App,
  { tenants, network, lake }: TenantsFile,
  options: DeploymentOptions = {},
): void {
  const tenantNames = tenants.map(({ name }) => name);
  const detection = Object.fromEntries(
    tenants.flatMap((tenant) => (tenant.detection ? [[tenant.name, tenant.detection]] : [])),
  );
  const shared = new CollectorStack(app, PRODUCT, { tenantNames, lake, detection, ...options });
  for (const settings of tenants) {
    new TenantStack(app, tenantStackId(settings.name), {
      shared: shared.collector,
      settings,
      network,
      ...shared.alarmSettings,
    });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
