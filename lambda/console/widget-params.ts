import * as z from 'zod';
import { PLAN_NAMES, TENANT_NAME_PATTERN } from '../platform/names.ts';

const TENANTS_MAX = 500;

/** The parameters that the dashboard's definition hands to the widget: the tenants it shows. */
export const WIDGET_PARAMS = z.object({
  tenants: z
    .array(
      z.object({
        name: z.string().regex(TENANT_NAME_PATTERN),
        plan: z.enum(PLAN_NAMES).optional(),
        pollIntervalMinutes: z.number().positive().max(60).optional(),
        isPaused: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(TENANTS_MAX),
});

export type WidgetParams = z.infer<typeof WIDGET_PARAMS>;
