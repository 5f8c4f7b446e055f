import { TENANT_NAME_PATTERN } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import type { Html, HtmlValue } from './html.ts';

const TENANT = z.string().check(z.regex(TENANT_NAME_PATTERN));
const INCIDENT_ID = z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/));

/** What the console can show. */
export const VIEW = z.discriminatedUnion('view', [
  z.object({ view: z.literal('overview') }),
  z.object({ view: z.literal('tenant'), tenant: TENANT }),
  z.object({ view: z.literal('incident'), tenant: TENANT, id: INCIDENT_ID }),
]);

export type View = z.infer<typeof VIEW>;

/** What differs between the places where the console is shown. */
export interface Surroundings {
  /** An element that leads to a view when it is clicked or pressed. */
  link(view: View, label: HtmlValue): Html;
  /** What can be done with a tenant here. */
  actions?(tenant: string): Html;
  /** What is known of the proof of a tenant here, and how to get it. */
  proof(tenant: string): Html;
  /** What a tenant is collected from here, where that can be changed. */
  setUp?(tenant: string): Html | undefined;
  /** How the events around an incident are found here. */
  search?(query: string, label: HtmlValue): Html;
}
