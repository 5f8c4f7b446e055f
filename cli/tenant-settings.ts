import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PLANS, type Plan } from '../lambda/auth0/plan.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { PLAN_NAMES, POLL_INTERVAL_MINUTES_DEFAULT } from '../lambda/platform/names.ts';
import { isRunUnderWay } from '../local/data-folder.ts';
import { keptRunSettings } from '../local/run-settings.ts';
import { type LocalOption, localFolder } from './books.ts';
import { type DeployedStack, findStack, tenantStackName } from './deployed-resources.ts';
import { isRuleEnabled } from './rule-state.ts';

/** What only the settings of a tenant tell, and its books don't. */
export interface TenantSettings {
  /** Undefined when it is not known. */
  readonly plan: Plan | undefined;
  readonly tickEveryMs: number;
  /** No ticks come. */
  readonly isPaused: boolean;
}

/** `npm start` ticks so often unless it is told otherwise. */
const LOCAL_TICK_MS = 10_000;

/** Reads the settings of a tenant: those of its stack, or of the last run on a data folder. */
export async function tenantSettings(local: LocalOption, tenant: string): Promise<TenantSettings> {
  if (local !== undefined) {
    const dir = localFolder(local);
    const plan = keptRunSettings(dir, tenant)?.plan;
    return {
      plan: plan && PLANS[plan],
      tickEveryMs: LOCAL_TICK_MS,
      isPaused: !isRunUnderWay(dir),
    };
  }
  const stack = await findStack(tenantStackName(tenant));
  const plan = PLAN_NAMES.find((name) => name === stack?.parameter('Auth0Plan'));
  const minutes = Number(stack?.parameter('PollIntervalMinutes')) || POLL_INTERVAL_MINUTES_DEFAULT;
  return {
    plan: plan && PLANS[plan],
    tickEveryMs: minutes * 60_000,
    // Without its stack nothing polls it any more.
    isPaused: stack === undefined || !(await isFiring(stack)),
  };
}

async function isFiring(stack: DeployedStack): Promise<boolean> {
  const client = new EventBridgeClient(AWS_CLIENT);
  try {
    return await isRuleEnabled(client, stack.output('RuleName'));
  } finally {
    client.destroy();
  }
}
