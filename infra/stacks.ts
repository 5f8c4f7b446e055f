import type { App } from 'aws-cdk-lib';
import { PRODUCT } from '../lambda/platform/names.ts';
import { CollectorStack } from './collector-stack.ts';
import { TenantStack, tenantStackId } from './tenant-stack.ts';
import type { TenantSettings } from './tenants.ts';

/** Adds the shared stack and one stack per tenant to an app. */
export function buildStacks(app: App, tenants: readonly TenantSettings[]): void {
  const { collector } = new CollectorStack(app, PRODUCT);
  for (const settings of tenants) {
    new TenantStack(app, tenantStackId(settings.name), { shared: collector, settings });
  }
}
