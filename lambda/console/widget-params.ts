import { PLAN_NAMES, TENANT_NAME_PATTERN } from '../platform/names.ts';
import * as z from '../platform/schema.ts';

const TENANTS_MAX = 500;

/** The parameters that the dashboard's definition hands to the widget: the tenants it shows. */
export const WIDGET_PARAMS = z.object({
  tenants: z
    .array(
      z.object({
        name: z.string().check(z.regex(TENANT_NAME_PATTERN)),
        plan: z.optional(z.enum(PLAN_NAMES)),
        pollIntervalMinutes: z.optional(z.number().check(z.positive(), z.maximum(60))),
        isPaused: z.optional(z.boolean()),
      }),
    )
    .check(z.minLength(1), z.maxLength(TENANTS_MAX)),
});

export type WidgetParams = z.infer<typeof WIDGET_PARAMS>;
